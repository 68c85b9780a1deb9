"""Verdicts over many looks do not flip."""

from experiments.history import follow
from experiments.model import Counts, Plan, Variant
from experiments.table import read

ROWS = ["experiment,variant,exposed,converted,at", "x,A,2000,20,2026-11-01", "x,B,2010,60,2026-11-01",
        "x,A,4000,80,2026-11-02", "x,B,4020,82,2026-11-02"]  # fmt: skip


def looks(*cells: tuple[int, int, int, int]) -> list[Counts]:
    return [Counts((Variant("A", n0, x0), Variant("B", n1, x1))) for x0, n0, x1, n1 in cells]


def test_the_first_decision_stands() -> None:
    history = looks((20, 2000, 60, 2010), (80, 4000, 82, 4020))
    [(look, report)] = follow([history], Plan())
    assert (look, report.verdict.word) == (0, "winner")


def test_an_uneven_split_at_any_look_breaks_it() -> None:
    [(look, report)] = follow([looks((20, 2000, 60, 2010), (80, 4000, 82, 5020))], Plan())
    assert (look, report.verdict.word) == (1, "broken")


def test_a_fixed_plan_reads_only_its_end() -> None:
    [(look, report)] = follow([looks((20, 2000, 60, 2010), (80, 4000, 82, 4020))], Plan("fixed", final=True))
    assert (look, report.verdict.word) == (1, "not_enough_traffic")


def test_the_end_of_a_watched_test_without_an_answer() -> None:
    history = looks((20, 2000, 21, 2010), (40, 4000, 42, 4020))
    assert follow([history], Plan())[0][1].verdict.word == "keep_running"
    assert follow([history], Plan(final=True))[0][1].verdict.word == "not_enough_traffic"


def test_planned_looks_end_at_the_planned_visitors() -> None:
    history = looks((20, 1000, 21, 1010), (40, 2000, 42, 2010), (80, 4000, 160, 4010))
    plan = Plan("group-sequential", final=True)
    assert [look for look, _ in follow([history], plan, visitors=4000)] == [1]
    assert follow([history], plan)[0][1].verdict.word == "winner"
    early = follow([history[:1]], Plan("group-sequential"), visitors=8000)[0][1]
    assert early.verdict.word == "keep_running"


def test_looks_are_read_in_the_order_of_their_time() -> None:
    table = read([ROWS[0], *reversed(ROWS[1:])])
    assert [counts.variants[0].exposed for counts in table.looks["x"]] == [2010, 4020]
    numbers = read([ROWS[0], "x,A,5,1,9", "x,B,5,1,9", "x,A,6,1,10"])
    assert [[v.exposed for v in counts.variants] for counts in numbers.looks["x"]] == [[5, 5], [6, 5]]
