"""The page of one call: facts as they were, legs, tags, earlier calls; recordings over HTTP."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient

from tests.cast import VISITOR_ID, FakeClock, bearer
from tests.seeding import Cast, seed
from widget_server.calls import recordings
from widget_server.calls.model import Call
from widget_server.calls.port import InboundCall
from widget_server.rooms import House

LogIn = Callable[[str], FlaskClient]
PHONE = "+79123456789"
CONTEXT = {
    "page": "https://shop.example/okna",
    "title": "Окна <b>ПВХ</b>",
    "device": "phone",
    "utm": {"source": "yandex"},
    "variants": {"words": "b"},
}


def talk(house: House, cast: Cast, client: FlaskClient, clock: FakeClock, key: str) -> Call:
    hello = {"visitor_id": VISITOR_ID, "context": CONTEXT}
    assert client.post(f"/w/v1/hello?site={cast.site.key}", json=hello, headers=bearer()).status_code == 200
    with house.storage.begin() as tx:
        inbound = InboundCall(key, "+74951234567", PHONE)
        made = house.calls.start_inbound(tx, cast.site.id, VISITOR_ID, inbound, [cast.anna.id, cast.boris.id])
    clock.forward(seconds=5)
    house.calls.on_operator_answered(made.id, cast.anna.id)
    clock.forward(seconds=75)
    house.calls.on_ended(made.id)
    return made


def test_the_page_tells_where_the_call_came_from_and_how_it_went(
    house: House, cast: Cast, client: FlaskClient, clock: FakeClock, log_in: LogIn
) -> None:
    call = talk(house, cast, client, clock, "first")
    page = log_in("anna@demo.example").get(f"/console/calls/{call.id}").get_data(as_text=True)
    for words in (
        "Окна &lt;b&gt;ПВХ&lt;/b&gt;",
        "yandex",
        "телефон",
        "1:15",
        "0:05",
        "Анна",
        "ответил другой",
        "Новый",
    ):
        assert words in page, words


def test_a_number_that_talked_before_is_known(
    house: House, cast: Cast, client: FlaskClient, clock: FakeClock, log_in: LogIn
) -> None:
    talk(house, cast, client, clock, "first")
    clock.forward(days=1)
    again = talk(house, cast, client, clock, "second")
    page = log_in("anna@demo.example").get(f"/console/calls/{again.id}").get_data(as_text=True)
    assert "Уже говорили" in page
    assert "Раньше с этого номера" in page


def test_a_call_of_another_account_is_not_there(
    house: House, cast: Cast, client: FlaskClient, clock: FakeClock, log_in: LogIn
) -> None:
    call = talk(house, cast, client, clock, "first")
    seed(house, key="other", name="Двери", origins=("https://doors.example",))
    stranger = log_in("anna@other.example")
    assert stranger.get(f"/console/calls/{call.id}").status_code == 404
    assert stranger.post(f"/console/calls/{call.id}/tags", data={"tag": "x"}).status_code == 404


def test_tags_are_put_found_and_removed(
    house: House, cast: Cast, client: FlaskClient, clock: FakeClock, log_in: LogIn
) -> None:
    call = talk(house, cast, client, clock, "first")
    anna = log_in("anna@demo.example")
    for _ in range(2):
        anna.post(f"/console/calls/{call.id}/tags", data={"tag": "  замер "})
    assert call.id in anna.get("/console/calls?tag=замер").get_data(as_text=True)
    anna.post(f"/console/calls/{call.id}/tags/remove", data={"tag": "замер"})
    assert call.id not in anna.get("/console/calls?tag=замер").get_data(as_text=True)


def test_a_bad_tag_is_refused_in_words(
    house: House, cast: Cast, client: FlaskClient, clock: FakeClock, log_in: LogIn
) -> None:
    call = talk(house, cast, client, clock, "first")
    anna = log_in("anna@demo.example")
    for tag in ("", "x" * 31):
        answer = anna.post(f"/console/calls/{call.id}/tags", data={"tag": tag}, follow_redirects=True)
        assert (answer.status_code, "flash--danger" in answer.get_data(as_text=True)) == (200, True)


def test_a_recording_is_heard_in_parts_and_never_cached(
    house: House, cast: Cast, client: FlaskClient, clock: FakeClock, log_in: LogIn
) -> None:
    call = talk(house, cast, client, clock, "first")
    house.calls.on_recorded(call.id, "one", timedelta(seconds=7))
    (recording_id,) = _recording_ids(house)
    folder = Path(house.settings.data_dir) / "recordings"
    folder.mkdir(parents=True)
    (folder / recording_id).write_bytes(b"RIFF0123456789")
    _mark_stored(house, recording_id, clock)
    anna = log_in("anna@demo.example")
    part = anna.get(f"/console/recordings/{recording_id}", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.data, part.mimetype) == (206, b"0123", "audio/wav")
    assert part.headers["Cache-Control"] == "private, no-store"
    part.close()
    assert log_in("boris@demo.example").get(f"/console/recordings/{recording_id}").status_code == 404


def test_the_owner_says_whether_a_site_records(house: House, cast: Cast, log_in: LogIn) -> None:
    owner, place = log_in("olga@demo.example"), f"/console/sites/{cast.site.id}/recording"
    assert owner.post(place, data={"on": "1", "keep_days": "0"}).status_code == 400
    assert owner.post(place, data={"on": "1", "keep_days": "14", "notice_ru": "Пишем."}).status_code == 302
    assert house.recordings.find_notice(cast.site.id, "ru") == "Пишем."
    assert "Пишем." in owner.get(place).get_data(as_text=True)
    assert log_in("anna@demo.example").get(place).status_code == 403


def _recording_ids(house: House) -> list[str]:
    with house.storage.read() as tx:
        return [row[0] for row in tx.connection.exec_driver_sql("select id from recordings")]


def _mark_stored(house: House, recording_id: str, clock: FakeClock) -> None:
    with house.storage.begin() as tx:
        recordings.set_recording(tx, recording_id, stored_at=clock.now())
