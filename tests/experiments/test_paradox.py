"""A winner that loses inside the groups of visitors is no winner."""

import numpy as np
import pytest

from experiments.grouped import read_grouped
from experiments.model import Plan
from experiments.outcome import Outcome, Terms, outcomes

Rows = dict[str, tuple[tuple[int, int], tuple[int, int]]]
MIXED: Rows = {
    "phone": ((1000, 10), (9000, 120)),
    "pc": ((9000, 450), (1000, 60)),
}  # B wins in both, loses thrown together


def look(rows: Rows, at: str = "") -> list[str]:
    """Lines of one look: per device visitors and conversions of A and of B."""
    return [
        f"cta,{name},{device},{n},{x}{at}"
        for device, cells in rows.items()
        for name, (n, x) in zip("AB", cells, strict=True)
    ]


def judged(*looks: Rows, plan: Plan | None = None) -> Outcome:
    lines = ["experiment,variant,device,exposed,converted,at"]
    lines += [line for day, rows in enumerate(looks, 1) for line in look(rows, f",{day}")]
    return outcomes(read_grouped(lines), Terms(plan or Plan()))[0]


def test_a_reversal_with_an_uneven_group_is_broken_and_says_why() -> None:
    report = judged(MIXED).report
    assert (report.verdict.word, report.verdict.variant) == ("broken", "B")
    said = {way: text.replace("\u202f", " ") for way, text in report.verdict.sentence.items()}
    assert said["en"].startswith(
        "Broken: thrown together “B” changes by −61 %, but inside the groups of device by +22 %. The variants got "
        "different visitors: where device is "
    )
    assert "90 % instead of 50 %" in said["en"]
    assert said["ru"].startswith(
        "Тест сломан: в сумме «B» даёт −61 %, а внутри групп по признаку device +22 %. Вариантам "
    )


CHANCE: Rows = {"phone": ((239, 0), (171, 0)), "pc": ((161, 156), (229, 218))}  # B got more of those who convert


def test_a_reversal_in_groups_that_may_have_split_as_planned_is_not_resolved() -> None:
    going, ended = judged(CHANCE).report, judged(CHANCE, plan=Plan(final=True)).report
    assert min(each.adjusted_p_value for each in going.comparisons) < 0.05
    assert [going.verdict.word, ended.verdict.word] == ["keep_running", "not_enough_traffic"]
    assert going.verdict.sentence["en"].startswith("Keep running: thrown together “B” changes by +40")
    assert ended.verdict.sentence["ru"].endswith("Оставьте «A».")


def test_a_later_look_at_which_both_directions_agree_decides() -> None:
    later: Rows = {"phone": ((1000, 2), (1000, 6)), "pc": ((1000, 500), (1000, 800))}
    found = judged(CHANCE, later)
    assert (found.look, found.report.verdict.word) == (1, "winner")


@pytest.mark.parametrize("plan", [Plan(), Plan("fixed", final=True), Plan("group-sequential", final=True)])
def test_every_plan_minds_the_groups(plan: Plan) -> None:
    assert judged(MIXED, plan=plan).report.verdict.word == "broken"


def test_winners_of_sound_tests_stay_winners() -> None:
    """Devices with very different rates, the same lift, an honest split: never held up."""
    random = np.random.default_rng(5)
    for _ in range(60):
        rows: Rows = {}
        for device, visitors, rate in (("phone", 12_000, 0.01), ("pc", 6_000, 0.04)):
            n = random.binomial(visitors, 0.5)
            cells = ((visitors - n, random.binomial(visitors - n, rate)), (n, random.binomial(n, 1.6 * rate)))
            rows[device] = tuple((int(a), int(b)) for a, b in cells)  # type: ignore[assignment]
        assert judged(rows).report.verdict.word == "winner"
