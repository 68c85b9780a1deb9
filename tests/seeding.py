"""The cast as rows of a database: an account with its owner, two operators, a site with three numbers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from widget_server.edge.identity import OperatorIdentity
from widget_server.house import build
from widget_server.operators.model import OperatorDraft
from widget_server.rooms import House
from widget_server.schema import upgrade
from widget_server.settings import Settings, load_settings
from widget_server.sites.draft import NumberDraft, SiteDraft
from widget_server.sites.model import Site

PASSWORD = "window-sill-93"
ALWAYS = (((0, 1440),),) * 7
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NUMBERS = (
    NumberDraft("+78005553535", "8 800 555-35-35"),
    NumberDraft("+74951234567", "8 495 123-45-67"),
    NumberDraft("+74957203815", "8 495 720-38-15"),
)


@dataclass(frozen=True)
class Cast:
    owner: OperatorIdentity
    anna: OperatorIdentity
    boris: OperatorIdentity
    site: Site


def house_on(data_dir: Path, **settings: Any) -> House:
    """Return a house on the SQLite database in ``data_dir``, its schema brought up."""
    made: Settings = load_settings({}, data_dir=str(data_dir), **settings)
    upgrade(made)
    return build(made, hasher=CHEAP)


def seed(house: House, *, origins: tuple[str, ...] = ("*",), key: str = "demo", name: str = "Окна Плюс") -> Cast:
    """Write the cast down. Everybody's password is ``PASSWORD``; the site is always open."""
    domain = f"{key}.example"
    owner = house.operators.open_account(
        name, OperatorDraft("Ольга", f"olga@{domain}", PASSWORD, "owner", "ru"), first=False
    )
    draft = SiteDraft(name, key=key, numbers=NUMBERS, hours=ALWAYS, origins=origins)
    site = house.sites.create_site(owner.account_id, draft)
    people = [
        OperatorDraft(who, f"{mail}@{domain}", PASSWORD, "operator", "ru", frozenset({site.id}))
        for who, mail in (("Анна", "anna"), ("Борис", "boris"))
    ]
    anna, boris = (house.operators.create_operator(owner.account_id, person) for person in people)
    return Cast(owner, anna, boris, site)
