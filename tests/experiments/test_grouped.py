"""Groups, guardrails, A/A tests and factors from the command line."""

import json
from pathlib import Path

import pytest

from experiments.command_line import main
from experiments.grouped import read_cells, read_grouped
from experiments.table import TableError

HEADER = "experiment,variant,device,exposed,converted,chats\n"
ROWS = HEADER + "cta,A,phone,6000,60,90\ncta,A,pc,4000,90,80\ncta,B,phone,5990,150,20\ncta,B,pc,4010,95,25\n"


def run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out.replace("\u202f", " ")


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS, encoding="utf-8")
    return str(path)


def test_groups_are_added_up_and_compared(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(["analyse", file, "--json"], capsys))
    assert found["verdict"] == "winner"
    assert [each["exposed"] for each in found["variants"]] == [10_000, 10_000]
    assert [part["value"] for part in found["segments"][0]["parts"]] == ["phone", "pc"]
    assert [note["code"] for note in found["warnings"]] == ["effect_differs"]
    lines = run(["analyse", file, "--strata", "device", "--no-details"], capsys).splitlines()
    assert lines[1].startswith("  ! The effect of “B” is not the same everywhere (device): pc ")
    assert lines[2].startswith("  device phone  B  +")


def test_a_guardrail_turns_a_winner_into_a_loser(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(run(["analyse", file, "--json", "--guardrails", "chats"], capsys))
    assert (found["verdict"], found["guardrails"][0]["state"]) == ("loser", "worse")
    assert "brings fewer chats" in run(["analyse", file, "--guardrails", "chats"], capsys)
    planned = ["analyse", file, "--json", "--guardrails", "chats", "--plan", "group-sequential", "--spending", "pocock"]
    assert json.loads(run(planned, capsys))["verdict"] == "loser"
    assert main(["analyse", file, "--guardrails", "faxes"]) == 2
    assert "expected a column 'faxes'" in capsys.readouterr().err


def test_rows_that_occur_twice_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "twice.csv"
    path.write_text(ROWS + "cta,B,pc,1,0,0\n", encoding="utf-8")
    assert main(["analyse", str(path)]) == 2
    assert "line 6, column 'variant': expected one row for each variant and group, found cta, B, pc again" in (
        capsys.readouterr().err
    )


def test_groups_are_known_at_every_look(tmp_path: Path) -> None:
    lines = ["experiment,variant,at,weekday,exposed,converted"]
    lines += [f"e,{v},{at},{day},{100 * at},{at}" for at in (2, 10) for v in "AB" for day in "12"]
    found = read_grouped(lines)
    assert [each.exposed for look in found.table.looks["e"] for each in look.variants] == [400, 400, 2000, 2000]
    assert [each["weekday"]["1"].variants[0].exposed for each in found.groups["e"]] == [200, 1000]
    assert found.table.times["e"] == ["2", "10"]


def test_weeks_and_looks_are_read_from_dates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["experiment,variant,at,exposed,converted"]
    rows += [f"e,{v},2026-03-{day:02},{900 * day},{k * day}" for day in range(1, 17) for v, k in (("A", 9), ("B", 21))]
    path = tmp_path / "looks.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    said = run(["analyse", str(path)], capsys)
    assert "e  winner" in said
    assert "days: weekdays differ, day 14 ends a whole week." in said
    pytest.importorskip("matplotlib")
    run(["analyse", str(path), "--plot", str(tmp_path / "course.svg")], capsys)
    assert (tmp_path / "course.svg").stat().st_size > 5_000


def test_an_aa_file(file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = run(["analyse", file, "--aa"], capsys)
    assert "cta  broken  Broken: “B” and “A” are the same and yet differ." in said
    assert "A/A: 1 of 1 found a difference, at most 5% should (p = 0.050): as it should be" in said


def test_a_simpson_file_names_the_groups(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "simpson.csv"
    path.write_text("experiment,variant,device,exposed,converted\ncta,A,phone,1000,10\ncta,A,pc,9000,450\n"
                    "cta,B,phone,9000,120\ncta,B,pc,1000,60\n", encoding="utf-8")  # fmt: skip
    said = run(["analyse", str(path), "--lang", "ru"], capsys)
    assert "Парадокс Симпсона по признаку device: в сумме «B» даёт −61 %, а внутри групп +22 %" in said


def test_factorial(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cells.csv"
    path.write_text("text,place,exposed,converted\nold,left,9000,90\nold,right,9000,160\nnew,left,9000,94\n"
                    "new,right,9000,152\n", encoding="utf-8")  # fmt: skip
    said = run(["factorial", str(path), "--factors", "text,place", "--plan", "fixed"], capsys)
    assert "all  text  no_difference" in said
    assert "all  place  winner  “right” brings more" in said
    found = json.loads(run(["factorial", str(path), "--factors", "text,place", "--json"], capsys))
    assert found["interactions"][0]["p_value"] > 0.1
    crossed = path.read_text(encoding="utf-8").replace("9000,160", "9000,90").replace("9000,94", "9000,40")
    path.write_text(crossed, encoding="utf-8")
    assert "! text and place change each other's effect" in run(
        ["factorial", str(path), "--factors", "text,place"], capsys
    )
    assert main(["factorial", str(path), "--factors", "text"]) == 2
    assert "expected every combination" in capsys.readouterr().err
    with pytest.raises(TableError, match="line 2, column 'exposed'"):
        read_cells(["text,exposed,converted", "old,many,1"], ["text"], {})


def test_bandit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["experiment,period,variant,exposed,converted,share", "cta,2,A,2000,40,0.2", "cta,2,B,8000,256,0.8"]
    path = tmp_path / "periods.csv"
    path.write_text("\n".join([*rows, "cta,1,A,5000,100,0.5", "cta,1,B,5000,160,0.5"]), encoding="utf-8")
    said = run(["bandit", str(path)], capsys)
    assert "cta  winner  “B” brings more conversions: +60 %" in said
    assert "next shares: A 0.5, B 0.5" in said  # two variants: leader and challenger
    found = json.loads(run(["bandit", str(path), "--json", "--leader", "0.8"], capsys))
    assert found["next"]["B"] == pytest.approx(0.74, abs=0.01)  # .1 + .8 x .8
    path.write_text("\n".join([*rows, "cta,1,A,5000,100,0.5"]), encoding="utf-8")
    assert main(["bandit", str(path)]) == 2
    assert "period '1': expected the variants" in capsys.readouterr().err
