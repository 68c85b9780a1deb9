"""``init`` and ``add-operator``."""

import argparse
import getpass
import sys

from widget_server.commands.opening import account_of, open_house
from widget_server.commands.running import CannotRun
from widget_server.edge.identity import Role
from widget_server.operators.model import OperatorDraft, read_email
from widget_server.operators.passwords import make_password
from widget_server.operators.setup_token import drop_setup_token


def init(args: argparse.Namespace) -> None:
    with open_house() as house:
        if not house.operators.is_empty():
            raise CannotRun("there are people already. To add one: widget-server add-operator --help")
        account = args.account or _ask("account", "Company")
        draft, made = _person(args, "owner", frozenset())
        house.operators.open_account(account, draft)
        drop_setup_token(house.settings)
        _tell(draft.email, made)


def add_operator(args: argparse.Namespace) -> None:
    with open_house() as house:
        account_id = account_of(house)
        sites = {key: house.sites.find_by_key(key) for key in args.site}
        if unknown := [key for key, site in sites.items() if site is None]:
            raise CannotRun(f"there is no site with the key {', '.join(unknown)}")
        site_ids = frozenset(site.id for site in sites.values() if site is not None)
        draft, made = _person(args, args.role, site_ids)
        house.operators.create_operator(account_id, draft)
        _tell(draft.email, made)


def _person(args: argparse.Namespace, role: Role, site_ids: frozenset[str]) -> tuple[OperatorDraft, str | None]:
    """Return the person, and the password if it was made up here."""
    name = args.name or _ask("name", "Name")
    email = read_email(args.email or _ask("email", "E-mail"))
    made = None
    if args.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = getpass.getpass("Password (empty: one is made up): ") or (made := make_password())
    else:
        password = made = make_password()
    return OperatorDraft(name, email, password, role, args.language, site_ids), made


def _ask(option: str, question: str) -> str:
    if not sys.stdin.isatty():
        raise CannotRun(f"--{option} is needed")
    return input(f"{question}: ").strip()


def _tell(email: str, made: str | None) -> None:
    print(f"Added {email}.")
    if made is not None:
        print(f"Password: {made}")
