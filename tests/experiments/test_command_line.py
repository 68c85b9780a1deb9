"""The command line from end to end."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.command_line import main

ROWS = "experiment,variant,exposed,converted\ncta,A,10000,100\ncta,B,10020,180\nnumber,A,500,3\nnumber,B,510,4\n"


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    path = tmp_path / "counts.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_analyse_prints_a_verdict_each_and_totals(counts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", str(counts)]) == 0
    lines = capsys.readouterr().out.replace("\u202f", " ").splitlines()
    assert lines[0].startswith("cta  winner  “B” brings more conversions: +80 % (")
    assert lines[1].startswith("  “B” against “A”  +80 % (")
    assert "chance to be better > 99.9 %, expected loss < 0.01 per 10,000 visitors (80 if you keep “A”)" in lines[1]
    assert lines[2].startswith("number  keep_running  Keep running: no clear answer yet.")
    assert lines[5] == "2 experiments, 2 comparisons with the control"
    assert main(["analyse", str(counts), "--no-details", "--lang", "ru"]) == 0
    assert "против" not in capsys.readouterr().out


def test_json_has_one_object_per_line(counts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", str(counts), "--json", "--plan", "fixed", "--lang", "ru", "--metric", "order"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["experiment"], first["verdict"]) == ("cta", "winner")
    assert first["sentence"].startswith("«B» приносит больше заказов")
    assert second["verdict"] == "not_enough_traffic"
    assert set(first) >= {"experiment", "verdict", "sentence", "variants", "comparisons", "sample_ratio"}
    assert set(first["variants"][0]) >= {"variant", "exposed", "converted", "rate", "rate_interval"}
    assert set(first["comparisons"][0]) >= {
        "variant", "control", "difference", "difference_interval", "lift", "lift_interval", "p_value",
        "anytime_p_value", "anytime_lift_interval", "chance_to_beat", "adjusted_p_value", "expected_loss",
        "control_expected_loss", "exact_p_value", "q_value",
    }  # fmt: skip
    assert set(first["sample_ratio"]) == {"p_value", "ok"}


def test_gzip_mapping_control_and_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "counts.csv.gz"
    path.write_bytes(gzip.compress(b"t,v,n,k\ncta,A,10000,180\ncta,B,10020,100\n"))
    assert main(["analyse", str(path), "--map", "experiment=t,variant=v,exposed=n,converted=k", "--control", "B"]) == 0
    assert "cta  winner  “A” brings more" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [("bad.csv", ROWS.encode() + b"x,A,1,2\n", "line 6, column 'converted': expected at most the 1 exposed, found 2"),
     ("bad.csv.gz", b"no gzip", "expected a whole gzip file"),
     ("cut.csv.gz", gzip.compress(ROWS.encode(), mtime=0)[:40], "expected a whole gzip file"),
     ("bad.csv", b"experiment,\xff\xfe", "expected text in UTF-8"),
     ("empty.csv", b"", "line 1: expected a column 'experiment'")],
)  # fmt: skip
def test_bad_files_end_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert main(["analyse", str(path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"error: {path}: ")
    assert message in said.err


@pytest.mark.parametrize(
    "arguments",
    [["analyse", "/no/such/file.csv"], ["plan", "--baseline", "0.9", "--lift", "1"],
     ["plan", "--baseline", "0.02", "--lift", "1", "--arms", "1"]],
)  # fmt: skip
def test_bad_values_end_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("error: ")


@pytest.mark.parametrize(
    "arguments",
    [[], ["analyse"], ["analyse", "x", "--alpha", "2"], ["analyse", "x", "--map", "nonsense"],
     ["plan", "--baseline", "two", "--lift", "1"], ["assign", "--experiment", "k", "--weights", "a,b", "u"]],
)  # fmt: skip
def test_bad_arguments_end_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_plan(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--baseline", "2%", "--lift", "20%", "--daily", "3000", "--plan", "fixed"]) == 0
    assert capsys.readouterr().out.replace("\u202f", " ") == (
        "21,109 visitors (422 conversions) for each of 2 variants find a lift of 20 %. At your traffic that is 21 "
        "days.\n"
    )
    assert main(["plan", "--baseline", "0.02", "--lift", "0.2", "--daily", "300", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["feasible"] is False


def test_assign(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assign", "--experiment", "seed", "--weights", ".04,.96", "a", "b"]) == 0
    assert capsys.readouterr().out == "a\t1\nb\t1\n"
    assert main(["assign", "--experiment", "seed", "--weights", "0.5,0.5", "--coverage", "0.1", "--json", "a"]) == 0
    assert json.loads(capsys.readouterr().out) == {"unit": "a", "bucket": 0.0505, "variant": -1}


def test_weights_that_the_browser_would_not_take_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assign", "--experiment", "seed", "--weights", "70,30", "a"]) == 2
    assert "expected weights that sum to 1, got 100" in capsys.readouterr().err
    assert main(["assign", "--experiment", "seed", "--weights", "1,1", "a"]) == 0


def test_a_lever_stands_for_its_lift(counts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--baseline", "2%", "--lever", "text", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["lift"] == 0.2
    assert main(["plan", "--baseline", "2%"]) == 2
    assert "--lever" in capsys.readouterr().err
    shrunk = []
    for lever in ("text", "placement"):
        assert main(["analyse", str(counts), "--json", "--lever", lever]) == 0
        shrunk.append(json.loads(capsys.readouterr().out.splitlines()[0])["comparisons"][0]["shrunk_lift"])
    assert shrunk[0] < shrunk[1] < 0.8


def test_prior_and_cost(counts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", str(counts), "--prior", "2,198", "--cost", "0.0005"]) == 0
    assert "By your prior and cost, show “B”" in capsys.readouterr().out
    assert main(["analyse", str(counts), "--cost", "0.0005"]) == 2
    assert "--cost needs --prior" in capsys.readouterr().err


def test_several_metrics_are_corrected_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "metrics.csv"
    path.write_text(
        "experiment,variant,exposed,converted,chats\ncta,A,9000,100,300\ncta,B,9000,137,305\n", encoding="utf-8"
    )
    found = []
    for arguments in ([], ["--metrics", "chats"]):
        assert main(["analyse", str(path), "--plan", "fixed", "--json", *arguments]) == 0
        found.append(json.loads(capsys.readouterr().out))
    alone, together = (each["comparisons"][0]["adjusted_p_value"] for each in found)
    assert together == pytest.approx(2 * alone)
    assert [each["metric"] for each in found[1]["metrics"]] == ["chats"]
    assert found[1]["metrics"][0]["verdict"] == "no_difference"
    assert main(["analyse", str(path), "--metrics", "chats"]) == 0
    assert "\n  chats  " in capsys.readouterr().out


def test_days_left_come_from_the_dates_of_the_looks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["experiment,variant,at,exposed,converted"]
    rows += [f"e,{name},2026-03-{day:02},{150 * day},{3 * day}" for day in range(1, 15) for name in "AB"]
    path = tmp_path / "days.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    for arguments, days in ((["--lift", ".5"], 27), (["--plan", "fixed", "--visitors", "6000"], 6)):
        assert main(["analyse", str(path), *arguments]) == 0
        assert f"Keep running: about {days} days left." in capsys.readouterr().out.replace("\u202f", " ")
    assert main(["analyse", str(path), "--plan", "fixed"]) == 0
    assert "Not enough visitors" in capsys.readouterr().out
    assert main(["peek", str(path), "--json"]) == 0
    watched = json.loads(capsys.readouterr().out)
    assert watched["days"] == 14
    assert watched["naive"] > 2 * watched["once"] > 2 * watched["anytime"]
    assert main(["peek"]) == 2
    assert "expected --baseline and --daily, or a FILE" in capsys.readouterr().err


def test_rows_in_any_order_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header, *rows = ["experiment,variant,device,at,exposed,converted"] + [
        f"e,{name},{device},{at},{900 * at},{k * at}"
        for at in (1, 2, 3) for name, k in (("A", 9), ("B", 12)) for device in ("phone", "pc")
    ]  # fmt: skip
    said = set()
    for order in (rows, rows[::-1], rows[5:] + rows[:5]):
        path = tmp_path / "rows.csv"
        path.write_text("\n".join([header, *order]), encoding="utf-8")
        assert main(["analyse", str(path), "--control", "A", "--no-details"]) == 0
        said.add(capsys.readouterr().out)
    assert len(said) == 1


def test_a_closed_pipe_is_no_error(counts: Path) -> None:
    command = [sys.executable, "-m", "experiments", "analyse", "-", "--json"]
    rows = "".join(f"e{i},{v},1000,10\n" for i in range(2000) for v in "AB")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(ROWS.splitlines()[0] + "\n" + rows)
        process.stdin.close()
        assert process.stdout.readline().startswith("{")
        process.stdout.close()
        assert process.stderr.read() == ""


def test_a_file_in_the_form_of_the_upworthy_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its own headers, quoted headlines with commas, a headline used twice: four packages in each of 400 tests."""
    headlines = ('"You, Too, Can Do This"', '"You, Too, Can Do This"', "Nobody Saw It Coming", "Look Again")
    rows = [
        f"{test:024x},201446,{headline},{3000 + test % 50},{60 + (test * package) % 40},{test:024x}"
        for test in range(400)
        for package, headline in enumerate(headlines)
    ]
    path = tmp_path / "headlines.csv.gz"
    header = "test_id,week,headline,impressions,clicks,eyecatcher_id"
    path.write_bytes(gzip.compress("\n".join([header, *rows, ""]).encode(), mtime=0))
    assert main(["analyse", str(path)]) == 0
    said = capsys.readouterr()
    assert "400 experiments, 1,200 comparisons with the control" in said.out.replace("\u202f", " ")
    assert len(said.out.split("\n\n")[0].splitlines()) == 400
    assert said.err.startswith("note: 400 variants share the name")


@pytest.mark.parametrize("name", ["lifts.svg", "lifts.png"])
def test_plot(counts: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    assert main(["analyse", str(counts), "--plot", str(tmp_path / name), "--lang", "ru"]) == 0
    assert (tmp_path / name).stat().st_size > 5_000
    assert main(["analyse", str(counts), "--plot", str(tmp_path / "lifts.nonsense")]) == 2
    assert "nonsense" in capsys.readouterr().err
