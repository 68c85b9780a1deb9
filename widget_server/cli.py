"""The ``widget-server`` command: reads the command line, calls what stands in ``widget_server.commands``.

Only the standard library is imported here: ``run`` patches it for gevent before anything else of ours is loaded.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn, TypeAlias

ABOUT = """\
A self-hosted widget that turns page views into calls and chats, and proves by experiment what works.

First steps:
  widget-server run                 start the server; it prints the link to the first-run wizard
  widget-server run --demo          the same with a demo shop and demo people
Settings come from config/default.toml, a file of your own (WIDGET_CONFIG=path) and WIDGET_<NAME> variables.
Every command has --help."""
LANGUAGES = ("ru", "en")
POLICIES = ("own", "mobile", "eaeu", "world")
ROLES = ("owner", "admin", "marketer", "operator")


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help\n")


class Wide(argparse.HelpFormatter):
    """Gives names room, so that each option or command takes one line."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=100)
        self._action_max_length = 20  # argparse forgets that the names of commands are indented


class AsWritten(Wide, argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the description."""


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


def main(argv: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    if args.gevent:
        from gevent import monkey

        monkey.patch_all()
    running = import_module("widget_server.commands.running")
    code: int = running.run_command(args)
    return code


def _parser() -> Parser:
    parser = Parser(prog="widget-server", description=ABOUT, formatter_class=AsWritten, allow_abbrev=False)
    parser.set_defaults(gevent=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_serving(commands)
    _add_people(commands)
    _add_site(commands)
    _add_numbers(commands)
    _add_calling(commands)
    _add_search(commands)
    _add_looking(commands)
    return parser


def _command(commands: Commands, name: str, call: str, about: str, more: str = "") -> Parser:
    """Add one command; ``call`` is ``module:function`` under ``widget_server.commands``."""
    description = f"{about[0].upper()}{about[1:]}. {more}".strip()
    parser = commands.add_parser(name, help=about, description=description, formatter_class=Wide, allow_abbrev=False)
    parser.set_defaults(call=call)
    return parser


def _add_serving(commands: Commands) -> None:
    run = _command(
        commands,
        "run",
        "listening:run",
        "start the server: HTTP, sockets and jobs in one process",
        "The database is created or brought up to date first. Ctrl-C or SIGTERM ends it.",
    )
    run.add_argument("--host", help="address to listen on (default: the setting host, 127.0.0.1)")
    run.add_argument("--port", type=int, help="port to listen on (default: the setting port, 8000)")
    run.add_argument("--demo", action="store_true", help="create the demo shop and demo people where missing")
    run.set_defaults(gevent=True)
    _command(
        commands,
        "worker",
        "serving:worker",
        "run jobs in a process of its own",
        "With PostgreSQL (and Redis for quick wake-ups) any number of workers share the jobs.",
    )
    _command(commands, "upgrade", "serving:upgrade", "bring the database to the newest schema; safe to repeat")
    demo = _command(
        commands,
        "demo",
        "demo:demo",
        "create a demo shop with people, and print how to log in",
        "Whatever is there already is left alone.",
    )
    demo.add_argument("--history", action="store_true", help="fill it with three months of made-up traffic")
    demo.add_argument("--clear", action="store_true", help="take the made-up traffic away")
    demo.add_argument("--yes", action="store_true", help="do it even where public_url or https is set")


def _add_people(commands: Commands) -> None:
    init = _command(
        commands,
        "init",
        "people:init",
        "create the account and its owner without the wizard",
        "What is left out is asked for; without a terminal a password is made up and printed.",
    )
    init.add_argument("--account", help="name of the company")
    _add_person(init)
    person = _command(commands, "add-operator", "people:add_operator", "add a person to the account")
    _add_person(person)
    person.add_argument("--role", choices=ROLES, default="operator", help="what they may do (default: operator)")
    person.add_argument("--site", action="append", default=[], metavar="KEY",
                        help="key of a site that they see; may be repeated; owners and admins see all")  # fmt: skip


def _add_person(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", help="their name, as visitors see it")
    parser.add_argument("--email", help="the e-mail by which they log in")
    parser.add_argument("--language", choices=LANGUAGES, default="ru", help="language of their console (default: ru)")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def _add_site(commands: Commands) -> None:
    more = "Example: widget-server add-site --name 'My shop' --domain example.com --number '8 800 555-35-35'"
    site = _command(commands, "add-site", "sites:add_site", "add a site to the account and print its tag", more)
    site.add_argument("--name", required=True, help="name of the site, as visitors see it")
    site.add_argument("--domain", action="append", required=True, help="domain of its pages; may be repeated")
    site.add_argument(
        "--number", action="append", default=[], help="phone number as it is to be shown; may be repeated"
    )
    site.add_argument("--country", default="RU", help="country code; numbers are read by it (default: RU)")
    site.add_argument("--timezone", default="Europe/Moscow", help="zone of the opening hours (default: Europe/Moscow)")
    languages = "language of the widget; may be repeated, the first is the main one (default: ru en)"
    site.add_argument("--language", action="append", choices=LANGUAGES, default=[], help=languages)
    site.add_argument("--key", help="public key in the tag (default: made up)")


def _add_numbers(commands: Commands) -> None:
    more = "A tracking number tells a variant, a source or a visitor by being dialled."
    parent = _command(commands, "numbers", "", "tracking numbers: add and list them, read what came in", more)
    kinds = parent.add_subparsers(title="commands", metavar="COMMAND", required=True)
    more = "Example: widget-server numbers add --site demo --use pool '8 495 111-00-01' '8 495 111-00-02'"
    add = _command(kinds, "add", "tracking:add", "add tracking numbers to a site", more)
    add.add_argument("number", metavar="NUMBER", nargs="+", help="phone number as it is to be shown")
    add.add_argument("--site", metavar="KEY", required=True, help="key of the site")
    add.add_argument("--use", choices=("variant", "channel", "pool"), required=True, help="who sees it")
    add.add_argument("--department", metavar="NAME", help="who answers (default: everybody who takes calls)")
    for name in ("utm-source", "utm-medium", "referrer"):
        add.add_argument(f"--{name}", metavar="WORDS", help="of a channel: words with commas between them")
    add.add_argument("--direct", action="store_true", help="of a channel: visitors who came from nowhere")
    for name, call, about in (
        ("list", "tracking:show", "print the numbers, what each is for and what it brought"),
        ("calls", "tracking:calls", "print the calls that came in and what their numbers told"),
    ):
        shown = _command(kinds, name, call, about)
        shown.add_argument("--site", metavar="KEY", help="key of the site (default: all)")
        shown.add_argument("--json", action="store_true", help="for programs")
    shown.add_argument("--days", type=int, default=30, help="how far back (default: 30)")


def _add_calling(commands: Commands) -> None:
    more = "On the simulated PBX only, while the server runs. Example: widget-server simulate-call --to 84951110001"
    call = _command(commands, "simulate-call", "calling:simulate_call", "let somebody dial a number of yours", more)
    call.add_argument("--to", required=True, metavar="NUMBER", help="the number that is dialled: a tracking number")
    call.add_argument("--from", dest="caller", metavar="NUMBER", help="whose call it is (default: a hidden number)")
    call.add_argument("--country", default="RU", help="country by which the numbers are read (default: RU)")


def _add_search(commands: Commands) -> None:
    parent = _command(commands, "search", "", "the index of everything that operators look for")
    kinds = parent.add_subparsers(title="commands", metavar="COMMAND", required=True)
    more = "It keeps itself; this is for a database that was changed by other means. Writing waits meanwhile."
    _command(kinds, "rebuild", "search:rebuild", "make the index again from what it is about", more)


def _add_looking(commands: Commands) -> None:
    more = "The copy is checked before it gets its name. For PostgreSQL, the pg_dump line is printed."
    backup = _command(commands, "backup", "backup:backup", "copy the SQLite database to FILE while it is in use", more)
    backup.add_argument("file", metavar="FILE", help="where the copy goes; must not exist yet")
    _command(commands, "check-config", "looking:check_config", "print the settings in force, or all that is wrong")
    _command(commands, "openapi", "looking:print_openapi", "print the OpenAPI document of the REST API")
    more = "Of an Asterisk of yours: does it answer, is it listened to, is the trunk there, which telephones are."
    _command(commands, "check-telephony", "telephony:check_telephony", "say whether calls can be made", more)
    about = "say whether a number is called back, and why"
    more = "By the server's own code; with --site, by what that site allows. Ends with 0 for yes and 1 for no."
    number = _command(commands, "check-number", "numbers:check_number", about, more)
    number.add_argument("number", nargs="+", metavar="NUMBER", help="the number as a visitor would type it")
    number.add_argument("--country", help="country of the site (default: RU)")
    policies = "whom the site calls: its own country, its mobiles, the EAEU, the world (default: own)"
    number.add_argument("--policy", choices=POLICIES, help=policies)
    number.add_argument("--site", metavar="KEY", help="a site of yours: its country, policy and blocked numbers")


if __name__ == "__main__":
    sys.exit(main())
