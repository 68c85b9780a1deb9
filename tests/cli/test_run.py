"""``run`` as a process of its own, where it ends before it serves; serving is tests/browser's."""

import os
import socket
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from widget_server.commands.running import run_command


def run(data_dir: Path, *typed: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("WIDGET_")}
    environment |= {"WIDGET_DATA_DIR": str(data_dir)}
    command = [sys.executable, "-m", "widget_server.cli", "run", *typed]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)


def test_port_in_use_is_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = run(tmp_path, "--port", str(port))
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"widget-server: 127.0.0.1:{port} is in use.")
    assert "Traceback" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("typed", "environ", "words"),
    [
        ({"host": "203.0.113.9"}, {}, "203.0.113.9:8000 cannot be listened on"),
        ({"host": "no such host"}, {}, "no such host:8000 cannot be listened on"),
        ({}, {"WIDGET_PORT": "99999"}, "port=99999: expected 1 to 65535"),
        ({"demo": True}, {"WIDGET_PUBLIC_URL": "https://widget.example"}, "demo --yes"),
    ],
)
def test_what_cannot_run_is_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: dict[str, object],
    environ: dict[str, str],
    words: str,
) -> None:
    monkeypatch.setenv("WIDGET_DATA_DIR", str(tmp_path / "var"))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    args = {"call": "listening:run", "host": None, "port": None, "demo": False, **typed}
    assert run_command(Namespace(**args)) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "var").exists()
