"""``demo``: a window company with people, to look at everything without setting anything up."""

import argparse

from widget_server.commands.listening import check_may_demo
from widget_server.commands.opening import open_house
from widget_server.demo.clearing import clear
from widget_server.demo.filling import fill
from widget_server.edge.identity import OperatorIdentity, Role
from widget_server.operators.model import OperatorDraft
from widget_server.operators.passwords import make_password
from widget_server.operators.store import find_identities, operators
from widget_server.rooms import House
from widget_server.settings import Settings, kept_secret, load_settings
from widget_server.sites.draft import NumberDraft, SiteDraft
from widget_server.sites.model import DEMO_KEY, tag_of

NAME = "Окна Плюс"
NUMBERS = (
    NumberDraft("+78005553535", "8 800 555-35-35"),
    NumberDraft("+74951234567", "8 495 123-45-67"),
    NumberDraft("+74957203815", "8 495 720-38-15"),
)
HOURS = (((8 * 60, 22 * 60),),) * 7
PEOPLE: tuple[tuple[str, str, Role], ...] = (
    ("Ольга Власова", "olga@demo.example", "owner"),
    ("Анна Петрова", "anna@demo.example", "operator"),
    ("Борис Кузнецов", "boris@demo.example", "operator"),
)


def demo(args: argparse.Namespace) -> None:
    settings = load_settings()
    if not args.yes:
        check_may_demo(settings)
    with open_house(settings) as house:
        lines = ensure_demo(house)
        if args.history or args.clear:
            lines = _history(house, settings, clear_only=args.clear)
        print("\n".join(lines))


def _history(house: House, settings: Settings, *, clear_only: bool) -> list[str]:
    """Fill the demo shop anew, or only clear it."""
    site = house.sites.find_by_key(DEMO_KEY)
    assert site is not None
    with house.storage.begin() as tx:
        clear(tx, site.id)
    if clear_only:
        return ["The made-up traffic is gone. What really happened at the demo shop is there."]
    visits = fill(settings.database, site, people_of_demo(house), house.clock.now())
    while house.reports.figures.count_due():
        pass
    return [f"Three months at the demo shop: {visits:,} visits. Take them away: widget-server demo --clear"]


def ensure_demo(house: House) -> list[str]:
    """Create what is missing of the demo; return the lines that say how to use it."""
    password = kept_secret(house.settings, "demo-password", make_password)
    if house.sites.find_by_key(DEMO_KEY) is None:
        _create(house, password)
    url = house.settings.url
    return [
        f"  Demo shop  {url}/demo/{DEMO_KEY}",
        f"  Tag        {tag_of(url, DEMO_KEY)}",
        f"  Log in     {', '.join(email for _, email, _ in PEOPLE)}",
        f"  Password   {password}",
        "  History    widget-server demo --history (three months of made-up traffic; --clear takes it away)",
    ]


def _create(house: House, password: str) -> None:
    (name, email, role), *others = PEOPLE
    owner = house.operators.open_account(NAME, OperatorDraft(name, email, password, role), first=False)
    draft = SiteDraft(NAME, key=DEMO_KEY, origins=("*",), hours=HOURS, numbers=NUMBERS)
    site = house.sites.create_site(owner.account_id, draft)
    for name, email, role in others:
        person = OperatorDraft(name, email, password, role, site_ids=frozenset({site.id}))
        house.operators.create_operator(owner.account_id, person)


def people_of_demo(house: House) -> list[OperatorIdentity]:
    """Return the demo's people, the owner first."""
    with house.storage.read() as tx:
        found = find_identities(tx, operators.c.email.in_([email for _, email, _ in PEOPLE]))
    return sorted(found, key=lambda one: (one.role != "owner", one.email))
