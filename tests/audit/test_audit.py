"""Who did what is written with the act, and shown to owners and admins of the account only."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import VISITOR_ID
from tests.seeding import PASSWORD, Cast, seed
from widget_server.audit.model import Record, Wanted
from widget_server.audit.service import AuditService
from widget_server.chat.model import Aim, Entry
from widget_server.edge.identity import VisitorIdentity
from widget_server.kernel.errors import Conflict
from widget_server.kernel.ids import new_id
from widget_server.rooms import House


def records(house: House, cast: Cast, **wanted: object) -> list[Record]:
    found, _ = AuditService(house.storage).page(cast.owner, Wanted(**wanted))  # type: ignore[arg-type]  # its fields
    return found


def acts(house: House, cast: Cast) -> list[str]:
    return [one.act for one in records(house, cast)]


def test_a_login_is_noted_with_its_address_and_a_wrong_one_is_not(house: House, cast: Cast) -> None:
    house.operators.log_in("anna@demo.example", PASSWORD, "192.0.2.7")
    with pytest.raises(Exception, match="wrong_login"):
        house.operators.log_in("anna@demo.example", "something else", "192.0.2.7")
    assert [(one.act, one.name, one.data["address"]) for one in records(house, cast)] == [
        ("logged_in", "Анна", "192.0.2.7")
    ]


def test_people_and_settings(house: House, cast: Cast) -> None:
    house.operators.change_person(cast.owner, cast.anna.id, "admin", ())
    house.operators.set_disabled(cast.owner, cast.boris.id, True)
    house.operators.reset_password(cast.owner, cast.boris.id)
    house.sites.update_site(cast.site.id, {"name": "Окна Минус"}, cast.owner)
    assert acts(house, cast) == ["site_changed", "password_reset", "person_disabled", "person_changed"]


def test_what_did_not_happen_is_not_noted(house: House, cast: Cast) -> None:
    with pytest.raises(Conflict):
        house.operators.change_person(cast.owner, cast.owner.id, "admin", ())
    assert acts(house, cast) == []


def test_conversations(house: House, cast: Cast) -> None:
    guest = VisitorIdentity(cast.site.id, VISITOR_ID, "ru")
    talk = house.chat.post_from_visitor(guest, Entry(new_id(), "hello")).conversation_id
    said = house.chat.post_from_operator(cast.anna, talk, Entry(new_id(), "what?"))
    house.chat.post_from_operator(cast.anna, talk, Entry(new_id(), "", "delete", {"of": said.seq}))
    house.chat_room.assignment.transfer(cast.anna, talk, Aim(cast.boris.id), None, cast.anna.id)
    house.chat.close(cast.boris, talk)
    assert acts(house, cast) == ["conversation_closed", "conversation_passed", "message_deleted"]
    assert [one.act for one in records(house, cast, operator_id=cast.boris.id)] == ["conversation_closed"]


def test_pages_follow_each_other_without_a_hole(house: House, cast: Cast) -> None:
    for _ in range(120):
        house.operators.change_person(cast.owner, cast.anna.id, "operator", ())
    seen: list[int] = []
    before = None
    while True:
        found, before = AuditService(house.storage).page(cast.owner, Wanted(before=before))
        seen += [one.id for one in found]
        if before is None:
            break
    assert len(seen) == 120
    assert seen == sorted(set(seen), reverse=True)


def test_the_page_is_for_owners_of_the_account(house: House, cast: Cast, log_in: Callable[[str], FlaskClient]) -> None:
    other = seed(house, key="other", name="Двери", origins=("https://other.example",))
    house.operators.log_in("olga@other.example", PASSWORD, "203.0.113.9")
    page = log_in("olga@demo.example").get("/console/audit?before=x&act=nonsense").get_data(as_text=True)
    assert "127.0.0.1" in page
    assert "203.0.113.9" not in page
    assert other.owner.name in page  # the namesake of this account
    assert log_in("anna@demo.example").get("/console/audit").status_code == 403
