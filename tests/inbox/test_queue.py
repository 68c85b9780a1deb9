"""The console's first page costs a handful of queries, however long the queue is."""

from sqlalchemy import event

from tests.cast import SECRET
from tests.seeding import Cast
from widget_server.chat.model import Entry
from widget_server.kernel.ids import new_id
from widget_server.rooms import House


def test_the_inbox_asks_no_more_for_a_long_queue(house: House, cast: Cast) -> None:
    site = house.sites.find_site("demo")
    assert site is not None

    def queries() -> int:
        asked: list[str] = []

        def note(*args: object) -> None:
            asked.append(str(args[2]))

        event.listen(house.storage.engine, "before_cursor_execute", note)
        shown = house.inbox.inbox(cast.anna, "open", None)["conversations"]
        event.remove(house.storage.engine, "before_cursor_execute", note)
        assert all(one["visitor"]["page"] == "https://shop.example/" for one in shown)
        return len(asked)

    def write(many: int) -> None:
        for _ in range(many):
            guest = house.visitors.hello(site, new_id(), SECRET, {"page": "https://shop.example/"})
            house.chat.post_from_visitor(guest, Entry(new_id(), "Сколько стоит окно?"))

    write(1)
    few = queries()
    write(20)
    assert queries() == few
