"""Warnings: their false alarms counted, and that they find what they are for."""

import json
from pathlib import Path

import numpy as np
import pytest

from experiments.aa import as_aa, resplit_error, series
from experiments.analysis import analyse, analyse_all
from experiments.command_line import main
from experiments.exposures import tally
from experiments.health import crossed_note, fading, split_causes, time_notes, week_note
from experiments.model import Counts, Plan, Variant
from experiments.segments import by_segment, segment_notes
from experiments.table import TableError

END = Plan("fixed", final=True)


def pair(n0: int, x0: int, n1: int, x1: int) -> Counts:
    return Counts((Variant("A", n0, x0), Variant("B", n1, x1)))


def test_ten_equal_groups_show_a_difference_in_at_most_5_percent() -> None:
    random = np.random.default_rng(4)
    parts = same = 0
    for _ in range(300):
        x = random.binomial(4000, 0.02, (10, 2)).tolist()
        found = by_segment({"hour": {str(k): pair(4000, a, 4000, b) for k, (a, b) in enumerate(x)}}, END)[0]
        parts += min(part.adjusted_p_value for part in found.parts) < 0.05
        same += found.adjusted_sameness < 0.05
    assert parts / 300 <= 0.05 + 0.025
    assert same / 300 <= 0.05 + 0.025


def test_segments_of_several_variants_and_dimensions_are_corrected_together() -> None:
    def three(a: int, b: int, c: int) -> Counts:
        return Counts((Variant("A", 5000, a), Variant("B", 5000, b), Variant("C", 5000, c)))

    dimensions = {
        "device": {"phone": three(50, 95, 52), "pc": three(80, 78, 83)},
        "visit": {"new": three(130, 173, 135)},
    }
    found = by_segment(dimensions, END)
    assert [(each.dimension, each.inside.variant) for each in found] == [
        ("device", "B"), ("device", "C"), ("visit", "B"), ("visit", "C")]  # fmt: skip
    alone = by_segment({"device": {"phone": dimensions["device"]["phone"]}}, END)
    assert found[0].parts[0].adjusted_p_value > alone[0].parts[0].adjusted_p_value
    assert found[0].parts[0].lift == pytest.approx(0.9)
    assert found[0].adjusted_sameness == pytest.approx(4 * found[0].inside.same_everywhere)
    assert [note.code for note in segment_notes(found)] == ["effect_differs"]
    assert "phone +" in segment_notes(found)[0].sentence["en"]


def test_a_watched_segment_is_open_longer_than_at_the_end() -> None:
    groups = {"device": {"phone": pair(5000, 60, 5000, 90)}}
    watched, ended = (by_segment(groups, plan)[0].parts[0].lift_interval[0] for plan in (Plan(), END))
    assert watched < ended


def test_the_cause_of_an_uneven_split_is_found_and_rarely_invented() -> None:
    random = np.random.default_rng(5)
    invented = found = 0
    for _ in range(300):
        split = random.binomial(1000, 0.5, 12)
        days = {str(day): pair(1000 - n, 0, n, 0) for day, n in enumerate(split.tolist())}
        invented += bool(split_causes({"day": days}))
        n = int(random.binomial(1000, 0.42))
        causes = split_causes({"day": {**days, "7": pair(1000 - n, 0, n, 0)}})
        found += bool(causes) and causes[0].value == "7"
    assert invented / 300 <= 0.03
    assert found / 300 > 0.9


def periods(random: np.random.Generator, lifts: list[float]) -> list[Counts]:
    rows = [(random.binomial(5000, 0.02), random.binomial(5000, 0.02 * (1 + lift))) for lift in lifts]
    x = np.array(rows).cumsum(axis=0).tolist()
    return [pair(5000 * k, a, 5000 * k, b) for k, (a, b) in enumerate(x, 1)]


def test_fading_has_its_error_and_finds_novelty() -> None:
    random = np.random.default_rng(6)
    steady = [fading(periods(random, [0.4] * 8), "B") for _ in range(400)]
    novel = [fading(periods(random, [1.2, 1.0, 0.7, 0.5, 0.3, 0.1, 0.0, 0.0]), "B") for _ in range(100)]
    growing = [fading(periods(random, [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0, 1.2]), "B") for _ in range(50)]
    assert np.mean(np.array(steady) < 0.05) == pytest.approx(0.05, abs=0.03)
    assert np.mean(np.array(novel) < 0.01) > 0.9
    assert np.mean(np.array(growing) < 0.05) == 0


def test_notes_about_time_are_for_final_verdicts() -> None:
    looks = periods(np.random.default_rng(7), [2.0, 1.0, 0.5, 0.2, 0.0, 0.0])
    won = analyse(looks[-1], Plan())
    assert won.verdict.word == "winner"
    assert [note.code for note in time_notes(won, looks, 6)] == ["unfinished_week", "fading"]
    assert time_notes(analyse(pair(100, 1, 100, 2), Plan()), looks, 6) == []
    assert [week_note(days)[0].sentence["en"].split(",")[1] for days in (1, 13, 15)] == [
        " day 14 ends a whole week.", " day 14 ends a whole week.", " day 21 ends a whole week."]  # fmt: skip


def test_an_aa_test_with_a_difference_is_broken() -> None:
    assert as_aa(analyse(pair(9000, 90, 9000, 190), Plan())).verdict.word == "broken"
    assert as_aa(analyse(pair(9000, 90, 9000, 95), Plan())).verdict.word == "keep_running"


def test_a_series_of_aa_tests_is_judged_together() -> None:
    random = np.random.default_rng(8)
    x = random.binomial(10_000, 0.05, (200, 2)).tolist()
    good = series(analyse_all([pair(10_000, a, 10_000, b) for a, b in x], END))
    assert good.ok
    x = random.binomial(10_000, [[0.05, 0.053]], (200, 2)).tolist()
    assert not series(analyse_all([pair(10_000, a, 10_000, b) for a, b in x], END)).ok
    assert resplit_error(pair(5000, 100, 2000, 90)) == pytest.approx(0.05, abs=0.02)


def test_exposures_keep_the_first_variant_and_both_counts_of_bots() -> None:
    text = ["experiment,unit,variant,bot,browser", "e,1,A,0,x", "e,1,A,0,y", "e,2,B,,x", "e,2,A,0,x", "e,3,B,TRUE,x"]
    own = tally(text)["e"]
    assert (own.first, own.crossed, own.rows, own.bots) == ({"1": "A", "2": "B"}, {"2"}, 5, 1)
    assert [(each.name, each.exposed) for each in own.counts({"C": 2.0}).variants] == [("A", 1), ("B", 1), ("C", 0)]
    assert list(own.by_group()["browser"]) == ["x"]
    assert crossed_note(1, 2)
    assert not crossed_note(1, 100)


@pytest.mark.parametrize(
    ("text", "message"),
    [(["unit,variant"], "line 1: expected a column 'experiment'"),
     (["experiment,unit,variant", "e,1,A", "e,,A"], "line 3, column 'unit': expected a name"),
     (["experiment,unit,variant,day", "e,1,A"], "line 2, column 'day': expected a name")],
)  # fmt: skip
def test_bad_exposures_are_named(text: list[str], message: str) -> None:
    with pytest.raises(TableError, match=message):
        tally(text)


def test_health_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    random = np.random.default_rng(9)
    rows = ["experiment,unit,variant,bot,browser"]
    for unit in range(4000):
        browser = ("Chrome", "Safari")[unit % 2]
        share = 0.5 if browser == "Chrome" else 0.35
        rows.append(f"cta,u{unit},{'B' if random.random() < share else 'A'},0,{browser}")
    rows += [f"cta,u{unit},{'A' if unit % 2 else 'B'},0,Chrome" for unit in range(200)] + ["cta,r,A,1,bot"] * 7
    path = tmp_path / "exposures.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    assert main(["health", str(path)]) == 1
    said = capsys.readouterr().out
    assert "split NOT as planned" in said
    assert "4,207 exposures, 7 of bots left out" in said
    assert "! The split is uneven where browser is Safari: “B” got" in said
    assert "saw more than one variant: they blur" in said
    assert main(["health", str(path), "--json", "--shares", "A=0.575,B=0.425", "--lang", "ru"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["ok"], found["bots"], found["rows"], found["causes"]) == (True, 7, 4207, [])
