from dataclasses import replace

from tests.cast import FakeClock
from tests.seeding import PASSWORD
from widget_server.edge.identity import OperatorIdentity
from widget_server.operators.model import Online, OperatorDraft
from widget_server.operators.service import OperatorService
from widget_server.sites.draft import SiteDraft
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService


def test_nobody_is_there_at_first(operators: OperatorService, shop: Site, anna: OperatorIdentity) -> None:
    assert operators.online(shop.id) == Online(calls=False, chat=False)
    assert operators.takers(shop.id) == []


def test_sign_of_life_says_so_once(
    operators: OperatorService, shop: Site, anna: OperatorIdentity, presence: list[tuple[str, ...]], clock: FakeClock
) -> None:
    operators.sign_of_life(anna.id)
    clock.forward(seconds=20)
    operators.sign_of_life(anna.id)
    assert operators.online(shop.id) == Online(calls=True, chat=True)
    assert operators.takers(shop.id) == [anna]
    assert presence == [(shop.id,)]


def test_silence_is_noted_once(
    operators: OperatorService, shop: Site, anna: OperatorIdentity, presence: list[tuple[str, ...]], clock: FakeClock
) -> None:
    operators.sign_of_life(anna.id)
    clock.forward(seconds=44)
    operators.sweep_presence()
    assert len(presence) == 1
    clock.forward(seconds=2)
    assert operators.online(shop.id) == Online(calls=False, chat=False)
    operators.sweep_presence()
    operators.sweep_presence()
    assert len(presence) == 2


def test_logging_out_is_at_once_and_everywhere(
    operators: OperatorService, shop: Site, anna: OperatorIdentity, presence: list[tuple[str, ...]]
) -> None:
    operators.sign_of_life(anna.id)
    assert operators.is_current(anna)
    operators.log_out(anna.id)
    assert operators.online(shop.id) == Online(calls=False, chat=False)
    assert len(presence) == 2
    assert not operators.is_current(anna)  # a copy of the cookie opens nothing


def test_who_takes_no_calls_still_chats(operators: OperatorService, shop: Site, anna: OperatorIdentity) -> None:
    operators.sign_of_life(anna.id)
    operators.set_takes_calls(anna, False)
    assert operators.online(shop.id) == Online(calls=False, chat=True)
    assert operators.takers(shop.id) == []


def test_presence_stays_within_the_site(
    operators: OperatorService,
    sites: SiteService,
    owner: OperatorIdentity,
    anna: OperatorIdentity,
    stranger: OperatorIdentity,
) -> None:
    doors = sites.create_site(owner.account_id, SiteDraft("Двери"))
    foreign = sites.create_site(stranger.account_id, SiteDraft("Чужой"))
    operators.sign_of_life(anna.id)
    assert not operators.online(doors.id).chat
    assert not operators.online(foreign.id).chat
    operators.sign_of_life(owner.id)
    assert [person.id for person in operators.takers(doors.id)] == [owner.id]
    assert not operators.online(foreign.id).chat


def test_disabled_is_not_there(
    operators: OperatorService, owner: OperatorIdentity, anna: OperatorIdentity, shop: Site
) -> None:
    operators.sign_of_life(anna.id)
    operators.set_disabled(owner, anna.id, True)
    operators.sign_of_life(anna.id)
    assert operators.online(shop.id) == Online(calls=False, chat=False)


def test_people_of_a_site_as_the_console_shows_them(
    operators: OperatorService, owner: OperatorIdentity, anna: OperatorIdentity, stranger: OperatorIdentity, shop: Site
) -> None:
    outside = OperatorDraft("Борис", "boris@okna.example", PASSWORD)
    operators.create_operator(owner.account_id, replace(outside, site_ids=frozenset()))
    operators.sign_of_life(anna.id)
    shown = {"id": anna.id, "name": "Анна", "role": "operator", "online": True, "takes_calls": True}
    shown |= {"away": False, "takes_chats": True, "sites": [shop.id]}
    people = operators.people_of(frozenset({shop.id}))
    assert people[0] == shown
    assert [person["name"] for person in people] == ["Анна", "Ольга Орлова"]
    assert operators.people_of([]) == []
