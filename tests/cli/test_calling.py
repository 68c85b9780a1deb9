"""``simulate-call`` as it is typed: a call to a tracking number, without a telephone."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.seeding import house_on, seed
from widget_server.cli import main
from widget_server.tracking.model import NumberDraft

NUMBER = "+74951110001"


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("WIDGET_CONFIG", raising=False)
    monkeypatch.delenv("WIDGET_DATABASE_URL", raising=False)
    monkeypatch.setenv("WIDGET_DATA_DIR", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.fixture
def server(data_dir: Path) -> Iterator[None]:
    """A worker on the same data, and a site with one tracking number."""
    house, stop = house_on(data_dir), threading.Event()
    site = seed(house).site
    house.tracking.numbers.add(site.id, NumberDraft(NUMBER, "8 495 111-00-01", "pool", None, None))
    threads = [threading.Thread(target=runner.run_forever, args=(stop,)) for runner in house.runners]
    for thread in threads:
        thread.start()
    yield
    stop.set()
    for thread in threads:
        thread.join()
    house.storage.close()


def test_a_number_of_a_site_rings(server: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate-call", "--to", "8 495 111-00-01", "--from", "8 912 345-67-89"]) == 0
    assert capsys.readouterr().out == "+74951110001 rings; answer in the console\n"


def test_a_number_that_is_nobodys_is_said(server: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate-call", "--to", "8 495 111-00-09"]) == 2
    assert "no site has the number +74951110009" in capsys.readouterr().err


def test_without_a_server_nothing_rings(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("widget_server.commands.calling.IMPATIENCE", timedelta(0))
    assert main(["simulate-call", "--to", "8 495 111-00-01"]) == 2
    assert "no server took the call" in capsys.readouterr().err


def test_a_real_pbx_is_dialled_with_a_telephone(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {"ACCOUNT": "AC" + "0" * 32, "TOKEN": "t", "NUMBER": "+74951234567"}
    for name, value in known.items():
        monkeypatch.setenv(f"WIDGET_TWILIO_{name}", value)
    monkeypatch.setenv("WIDGET_TELEPHONY", "twilio")
    monkeypatch.setenv("WIDGET_PUBLIC_URL", "https://widget.example")
    assert main(["simulate-call", "--to", "8 495 111-00-01"]) == 2
    assert "telephony=twilio" in capsys.readouterr().err


def test_the_settings_in_force_show_no_secret(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ASTERISK_PASSWORD", "TWILIO_TOKEN", "VOXIMPLANT_SECRET"):
        monkeypatch.setenv(f"WIDGET_{name}", "window-sill-93")
    assert main(["check-config"]) == 0
    said = capsys.readouterr().out
    assert "twilio_token = (set)" in said
    assert "window-sill-93" not in said
