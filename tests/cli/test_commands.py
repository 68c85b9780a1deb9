"""The command as it is typed: what it prints, how it ends."""

import io
import re
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.seeding import PASSWORD
from widget_server import cli
from widget_server.cli import main
from widget_server.operators.model import ROLES
from widget_server.sites.calling import NAMED
from widget_server.texts import LANGUAGES


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("WIDGET_CONFIG", "WIDGET_DATABASE_URL", "WIDGET_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WIDGET_DATA_DIR", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.fixture(scope="module")
def with_owner(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data in which an account and its owner exist, made once by the command itself."""
    kept = tmp_path_factory.mktemp("owner") / "var"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WIDGET_DATA_DIR", str(kept))
        patch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
        typed = ["init", "--account", "Окна", "--name", "Ольга", "--email", "olga@okna.example", "--password-stdin"]
        assert main(typed) == 0
    return kept


@pytest.fixture
def owner(with_owner: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(with_owner, data_dir)
    capsys.readouterr()


def fails(capsys: pytest.CaptureFixture[str], *typed: str) -> str:
    """Run a command that must end with 2 and one sentence; return the sentence."""
    assert main(typed) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("widget-server: ")
    assert said.err.count("\n") == 1
    return said.err


@pytest.mark.parametrize(
    "command",
    ["", "run", "worker", "upgrade", "demo", "init", "add-operator", "add-site", "backup", "check-config",
     "check-number", "simulate-call"],
)  # fmt: skip
def test_help_is_there(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([*command.split(), "--help"])
    assert end.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"usage: widget-server {command}".strip())
    assert max(map(len, lines)) <= 110


@pytest.mark.parametrize(
    "typed", [[], ["fly"], ["run", "--port", "x"], ["run", "--prot", "1"], ["add-site"], ["backup"]]
)
def test_mistyped_command_gets_one_line(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(typed)
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_all_bad_settings_are_listed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("WIDGET_PORT", "many")
    monkeypatch.setenv("WIDGET_COLOUR", "red")
    assert main(["check-config"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "widget-server: WIDGET_PORT=many: expected a whole number",
        "widget-server: WIDGET_COLOUR: there is no such setting; see config/default.toml",
    ]


def test_config_is_shown_without_secrets(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("WIDGET_SECRET_KEY", "canary-secret")
    monkeypatch.setenv("WIDGET_DATABASE_URL", "postgresql+psycopg://me:canary-word@db/widget")
    monkeypatch.setenv("WIDGET_REDIS_URL", "redis://:canary-redis@redis:6379/0")
    assert main(["check-config"]) == 0
    out = capsys.readouterr().out
    assert "canary" not in out
    assert "postgresql+psycopg://me:***@db/widget" in out


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (
            "8 (495) 123-45-67",
            0,
            "yes: +74951234567 may be called back\n  fixed line, RU\n  8 495 123-45-67  (pretty, 2 of 7",
        ),
        ("+77011234567", 1, "no: +77011234567: only numbers of RU are called"),
        ("--policy eaeu +77011234567", 0, "yes: +77011234567"),
        ("--country KZ 8 701 123 45 67", 0, "yes: +77011234567"),
        ("--policy world +7 840 123-45-67", 1, "no: +78401234567: numbers that begin so are denied"),
        ("8 800 555-35-35", 1, "no: +78005553535: toll free numbers are not called"),
        ("112", 1, "no: 112: emergency numbers are never called"),
        ("8 912 345", 1, "no: 8 912 345: this is not one full, valid number"),
    ],
)
def test_a_number_is_called_back_or_not(capsys: pytest.CaptureFixture[str], typed: str, code: int, said: str) -> None:
    assert main(["check-number", *typed.split(" ")]) == code
    assert capsys.readouterr().out.startswith(said)


def test_a_number_is_checked_by_what_a_site_allows(owner: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["add-site", "--name", "Окна", "--domain", "okna.ru", "--number", "8 495 720-38-15", "--key", "okna"]) == 0
    )
    assert main(["check-number", "--site", "okna", "8 912 345-67-89"]) == 0
    assert main(["check-number", "--site", "okna", "8 495 720-38-15"]) == 1
    assert "it rings at one of our own sites" in capsys.readouterr().out
    assert "no site" in fails(capsys, "check-number", "--site", "nobody", "112")
    assert "leave --country" in fails(capsys, "check-number", "--site", "okna", "--country", "RU", "112")
    assert "country" in fails(capsys, "check-number", "112", "--country", "XX")
    assert cli.POLICIES == NAMED


def test_site_and_people_are_added(owner: None, capsys: pytest.CaptureFixture[str]) -> None:
    site = ["add-site", "--name", "Окна", "--domain", "okna.ru", "--number", "8 800 555-35-35", "--key", "okna"]
    assert main(site) == 0
    tag = '<script async src="http://127.0.0.1:8000/widget.js" data-site="okna"></script>\n'
    assert capsys.readouterr().out == tag
    assert "key" in fails(capsys, *site)
    person = ["add-operator", "--name", "Анна", "--email", "Anna@okna.example", "--site", "okna"]
    assert main(person) == 0
    assert re.search(r"Added anna@okna\.example\.\nPassword: [a-z0-9-]{19}\n", capsys.readouterr().out)
    assert "e-mail" in fails(capsys, *person)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["init", "--account", "x", "--name", "x", "--email", "x@y.example"], "people already"),
        (["add-operator", "--name", "Анна"], "--email is needed"),
        (["add-operator", "--name", "Анна", "--email", "anna"], "e-mail is not complete"),
        (["add-operator", "--name", "Анна", "--email", "a@b.example", "--site", "nope"], "no site with the key nope"),
        (["add-site", "--name", "x", "--domain", "nodots"], "does not look like a domain"),
        (["add-site", "--name", "x", "--domain", "*"], "does not look like a domain"),
        (["add-site", "--name", "x", "--domain", "a.ru", "--number", "12"], "not a full number"),
        (["add-site", "--name", "x", "--domain", "a.ru", "--timezone", "Mars"], "time zone"),
        (["add-site", "--name", "x", "--domain", "a.ru", "--key", "A B"], "one of the options"),
    ],
)
def test_what_cannot_be_added_is_said(
    owner: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: list[str],
    words: str,
) -> None:
    assert words in fails(capsys, *typed)


def test_account_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert "init" in fails(capsys, "add-site", "--name", "x", "--domain", "a.ru")
    assert "init" in fails(capsys, "add-operator", "--name", "x", "--email", "a@b.example")


def test_demo_is_made_once_and_not_on_a_public_server(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data_dir: Path
) -> None:
    monkeypatch.setenv("WIDGET_PUBLIC_URL", "https://widget.example")
    assert "--yes" in fails(capsys, "demo")
    monkeypatch.delenv("WIDGET_PUBLIC_URL")
    assert main(["demo"]) == 0
    first = capsys.readouterr().out
    assert "anna@demo.example" in first
    assert main(["demo"]) == 0
    assert capsys.readouterr().out == first
    assert (data_dir / "demo-password").stat().st_mode & 0o777 == 0o600


def test_backup_is_whole_and_never_overwrites(owner: None, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    assert main(["backup", str(target)]) == 0
    assert "checked" in capsys.readouterr().out
    with sqlite3.connect(target) as copy:
        assert copy.execute("SELECT email FROM operators").fetchall() == [("olga@okna.example",)]
    copy.close()
    assert target.stat().st_mode & 0o077 == 0
    assert "exists already" in fails(capsys, "backup", str(target))
    assert "copy.db" in fails(capsys, "backup", str(tmp_path / "no" / "copy.db"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "var"]


def test_backup_before_any_data_and_of_postgres(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "no database" in fails(capsys, "backup", "x.db")
    monkeypatch.setenv("WIDGET_DATABASE_URL", "postgresql+psycopg://me:word@db:5433/widget")
    said = fails(capsys, "backup", "x.dump")
    assert "pg_dump --format=custom --file=x.dump 'postgresql://me@db:5433/widget'" in said


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "database_url cannot be used"),
        ("foo://x", "database_url cannot be used"),
        ("postgresql+psycopg://me:word@127.0.0.1:1/x", "the database does not answer"),
        ("sqlite:////no/such/dir/x.db", "the database does not answer"),
    ],
)
def test_unusable_database_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str, words: str
) -> None:
    monkeypatch.setenv("WIDGET_DATABASE_URL", url)
    assert words in fails(capsys, "upgrade")


def test_upgrade_can_be_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upgrade"]) == 0
    assert main(["upgrade"]) == 0
    assert capsys.readouterr().out.count("newest schema") == 2


def test_the_choices_are_those_of_the_product() -> None:
    assert (cli.ROLES, cli.LANGUAGES) == (ROLES, LANGUAGES)
