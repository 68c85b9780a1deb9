"""``widget-server check-telephony`` on a real PBX."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.pbx.stage import Stage


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage() as made:
        yield made


def check(stage: Stage, **changes: str) -> tuple[int, str]:
    named = {f"WIDGET_{name}": value for name, value in (stage.pbx.settings | changes).items()}
    environment = os.environ | named | {"WIDGET_DATA_DIR": str(stage.shop.server.data_dir)}
    command = [sys.executable, "-m", "widget_server.cli", "check-telephony"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def test_it_says_who_can_be_rung(stage: Stage) -> None:
    status, said = check(stage)
    assert status == 2  # nobody of the second site has plugged their telephone in
    assert "ok  Asterisk 22" in said
    assert "ok  a server listens to it as widget" in said
    assert "ok  numbers are dialled by PJSIP/trunk" in said
    assert "ok  3 of 7 people who take calls can be rung" in said  # the owner has no phone in a console
    assert "NO  op1-0 (op1-0@shop.example): nothing is registered as PJSIP/op1-0" in said


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ASTERISK_PASSWORD": "wrong"}, "refuses asterisk_user and asterisk_password"),
        ({"ASTERISK_TRUNK": "PJSIP/{number}@nowhere"}, "NO  asterisk_trunk: there is no endpoint PJSIP/nowhere"),
        ({"ASTERISK_APP": "another"}, "NO  no server listens to it as another"),
        ({"ASTERISK_URL": "http://127.0.0.1:9/ari"}, "NO  http://127.0.0.1:9/ari does not answer"),
    ],
)
def test_it_says_what_is_missing(stage: Stage, changes: dict[str, str], says: str) -> None:
    status, said = check(stage, **changes)
    assert status == 2
    assert says in said
