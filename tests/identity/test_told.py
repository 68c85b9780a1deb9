"""What others make of it: programs are told, leads get keys."""

from tests.cast import OTHER_ID, OTHER_SECRET, VISITOR_ID
from tests.identity.conftest import Shop, proof
from widget_server.funnel import store
from widget_server.funnel.model import Lead
from widget_server.identity.model import VisitorIdentified
from widget_server.visitors.model import Contact

MAIL = "anna@shop.example"


def leads(shop: Shop) -> list[Lead]:
    with shop.house.storage.read() as tx:
        return list(store.list_leads(tx, store.leads.c.id == store.leads.c.root_id, most=9))


def keys(shop: Shop) -> dict[str, list[str]]:
    (lead,) = leads(shop)
    with shop.house.storage.read() as tx:
        return store.keys_of(tx, [lead.id])[lead.id]


def test_it_is_told_once_and_again_when_something_changes(shop: Shop) -> None:
    told: list[VisitorIdentified] = []
    shop.house.bus.after(VisitorIdentified, told.append)
    for name in ("Анна", "Анна", "Анна П."):
        shop.identify(shop.claim(name=name))
    assert [(event.name, event.verified) for event in told] == [("Анна", ("name",)), ("Анна П.", ("name",))]


def test_who_only_logged_in_is_no_lead(shop: Shop) -> None:
    shop.identify(shop.claim(email=MAIL))
    assert leads(shop) == []


def test_a_customer_who_writes_is_a_lead_with_what_was_proven(shop: Shop) -> None:
    shop.write(shop.enter(shop.identify(shop.claim(name="Анна", email="Anna@shop.example"))))
    assert keys(shop)["email"] == [MAIL]
    assert leads(shop)[0].name == "Анна"


def test_logging_in_after_writing_names_the_lead(shop: Shop) -> None:
    shop.write(shop.hello())
    shop.identify(shop.claim(email=MAIL))
    assert keys(shop)["email"] == [MAIL]


def test_what_the_page_only_said_names_nobody(shop: Shop) -> None:
    shop.write(shop.hello())
    shop.identify({"id": "42", "email": MAIL, "hash": proof(shop.secret, "42")})
    assert "email" not in keys(shop)


def test_what_an_operator_wrote_down_joins_two_leads_of_one_person(shop: Shop) -> None:
    for visitor_id, secret in ((VISITOR_ID, OTHER_SECRET), (OTHER_ID, OTHER_SECRET)):
        shop.write(shop.hello(visitor_id, secret))
        shop.house.visitors.note_contact(shop.cast.site.id, visitor_id, Contact(phone="+79123456789"))
    assert keys(shop)["phone"] == ["+79123456789"]
