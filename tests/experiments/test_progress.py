"""Bars on a terminal, nothing elsewhere."""

import io
from pathlib import Path

import pytest

from experiments.command_line import main
from experiments.command_progress import Progress, tracked

HEADER = "experiment,variant,exposed,converted\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(patch: pytest.MonkeyPatch) -> Terminal:
    screen = Terminal()
    patch.setattr("sys.stderr", screen)
    patch.setattr("experiments.command_progress.PAUSE", 0.0)
    return screen


@pytest.fixture
def many(tmp_path: Path) -> str:
    path = tmp_path / "many.csv"
    rows = [f"e{number},{name},1000,{10 + number % 7}\n" for number in range(900) for name in "AB"]
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return str(path)


def test_a_bar_is_drawn_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = terminal(monkeypatch)
    with Progress("working") as progress:
        progress(0.5)
        assert screen.getvalue().endswith("working [############............]  50%")
    assert screen.getvalue().endswith("\r" + " " * 39 + "\r")


@pytest.mark.parametrize(
    ("arguments", "bars"),
    [(["analyse", "{file}", "--json"], ["reading", "parsing", "analysing"]), 
     (["peek", "--baseline", "2%", "--daily", "300"], ["simulating"])],
)  # fmt: skip
def test_long_commands_draw(
    monkeypatch: pytest.MonkeyPatch,
    many: str,
    arguments: list[str],
    bars: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    screen = terminal(monkeypatch)
    assert main([each.format(file=many) for each in arguments]) == 0
    assert all(f"\r{bar} [" in screen.getvalue() for bar in bars)
    assert "\r" not in capsys.readouterr().out


def test_nothing_is_drawn_elsewhere(many: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", many, "--json"]) == 0
    assert list(tracked("going", [1, 2, 3])) == [1, 2, 3]
    assert capsys.readouterr().err == ""
