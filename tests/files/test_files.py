"""A file is kept by its owner, named by one message, seen by those who may, and forgotten."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.cast import OTHER_ID, VISITOR_ID, FakeClock
from tests.files.conftest import Draw
from tests.seeding import Cast
from widget_server.chat.model import Entry, Message
from widget_server.edge.identity import OperatorIdentity, VisitorIdentity
from widget_server.files.model import Owner, StoredFile
from widget_server.kernel.errors import BadInput, Conflict, NotFound, TooLarge, TooMany
from widget_server.kernel.ids import new_id
from widget_server.rooms import House

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def who(cast: Cast, visitor_id: str = VISITOR_ID) -> VisitorIdentity:
    return VisitorIdentity(cast.site.id, visitor_id, "ru")


@pytest.fixture
def kept(house: House, owner: Owner, draw: Draw) -> StoredFile:
    return house.files.keep(owner, "balcony.html", draw("JPEG"))


@pytest.fixture
def posted(house: House, cast: Cast, kept: StoredFile) -> Message:
    return house.chat.post_from_visitor(who(cast), Entry(new_id(), "", "file", {"file": kept.id}))


def work(house: House) -> None:
    for runner in house.runners:
        runner.run_due()


def opens(house: House, operator: OperatorIdentity, file_id: str) -> bool:
    try:
        return bool(house.files.open_for(operator, file_id, "whole").data)
    except NotFound:
        return False


def test_a_message_names_the_file_as_it_was_kept(posted: Message) -> None:
    assert posted.body == "balcony.jpg"
    assert posted.data["file"] | {"id": "", "size": 0} == {
        "id": "", "name": "balcony.jpg", "type": "image/jpeg", "size": 0, "width": 40, "height": 30,
    }  # fmt: skip


def test_the_same_message_again_is_the_same(house: House, cast: Cast, kept: StoredFile) -> None:
    entry = Entry(new_id(), "", "file", {"file": kept.id})
    assert [house.chat.post_from_visitor(who(cast), entry).seq for _ in range(2)] == [1, 1]


def test_a_file_is_named_once(house: House, cast: Cast, kept: StoredFile, posted: Message) -> None:
    with pytest.raises(Conflict, match="no_such_file"):
        house.chat.post_from_visitor(who(cast), Entry(new_id(), "", "file", {"file": kept.id}))


def test_nobody_names_a_file_of_somebody_else(house: House, cast: Cast, kept: StoredFile) -> None:
    with pytest.raises(Conflict, match="no_such_file"):
        house.chat.post_from_visitor(who(cast, OTHER_ID), Entry(new_id(), "", "file", {"file": kept.id}))


def test_an_operator_answers_with_a_file(house: House, cast: Cast, posted: Message, owner: Owner) -> None:
    mine = house.files.keep(Owner(owner.site_id, owner.visitor_id, cast.anna.id), "offer.pdf", PDF)
    answer = house.chat.post_from_operator(
        cast.anna, posted.conversation_id, Entry(new_id(), "", "file", {"file": mine.id})
    )
    assert answer.data["file"]["type"] == "application/pdf"
    assert "thumb" not in house.files.link(who(cast), mine.id)


def test_a_visitor_is_given_links_to_own_files_only(house: House, cast: Cast, posted: Message) -> None:
    file_id = posted.data["file"]["id"]
    assert {"whole", "thumb"} < house.files.link(who(cast), file_id).keys()
    with pytest.raises(NotFound):
        house.files.link(who(cast, OTHER_ID), file_id)


def test_an_operator_of_another_site_sees_nothing(house: House, cast: Cast, posted: Message) -> None:
    stranger = OperatorIdentity("x", "y", "Z", "z@z.example", "owner", "ru", True, 1, frozenset({"elsewhere"}))
    seen = [opens(house, one, posted.data["file"]["id"]) for one in (cast.anna, stranger)]
    assert seen == [True, False]


def test_what_is_taken_back_leaves_no_bytes(house: House, cast: Cast, posted: Message) -> None:
    house.chat.post_from_visitor(who(cast), Entry(new_id(), "", "delete", {"of": posted.seq}))
    work(house)
    assert not opens(house, cast.anna, posted.data["file"]["id"])
    assert list(house.files._vault.list_older(float("inf"))) == []
    assert house.chat.sync_visitor(who(cast), 0)["messages"][0]["data"] == {"deleted": True}


def test_what_no_message_came_to_name_is_swept(house: House, cast: Cast, kept: StoredFile, clock: FakeClock) -> None:
    clock.forward(hours=25)
    house.files.sweep()
    work(house)
    assert not opens(house, cast.anna, kept.id)


def test_a_file_is_kept_as_long_as_the_site_says(house: House, cast: Cast, posted: Message, clock: FakeClock) -> None:
    days = timedelta(days=cast.site.chat.file_days)
    clock.at += days - timedelta(hours=1)
    house.files.sweep()
    before = opens(house, cast.anna, posted.data["file"]["id"])
    clock.forward(hours=2)
    house.files.sweep()
    assert [before, opens(house, cast.anna, posted.data["file"]["id"])] == [True, False]


@pytest.mark.parametrize("raw", [b"", b"<html>", b"MZ\x90", b"%PDF-1.7 cut off", PDF[5:], b"\0%PDF-1.4%%EOF"])
def test_nothing_else_is_taken(house: House, owner: Owner, raw: bytes) -> None:
    with pytest.raises(BadInput):
        house.files.keep(owner, "photo.png", raw)


def test_one_file_has_a_size(house: House, owner: Owner) -> None:
    with pytest.raises(TooLarge):
        house.files.check_wanted(owner, house.files.most_bytes + 1)


def test_a_day_has_a_size(house: House, owner: Owner, clock: FakeClock) -> None:
    house.files.keep(owner, "a.pdf", PDF.ljust(5_000_000) + b"%%EOF")
    allowed = house.settings.files_mb_per_visitor // 5
    house.files.check_wanted(owner, 5_000_000)
    for _ in range(allowed):
        house.files.keep(owner, "a.pdf", PDF.ljust(5_000_000) + b"%%EOF")
    with pytest.raises(TooMany):
        house.files.check_wanted(owner, 5_000_000)
    clock.forward(hours=25)
    house.files.check_wanted(owner, 5_000_000)


def test_a_site_may_want_none(house: House, cast: Cast, owner: Owner) -> None:
    house.sites.update_site(cast.site.id, {"chat": replace(cast.site.chat, files=False)})
    with pytest.raises(Conflict, match="files_off"):
        house.files.check_wanted(owner, 10)
