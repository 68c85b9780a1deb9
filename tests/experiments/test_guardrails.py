"""Metrics that must not get worse, and the simulation of peeking."""

import json

import pytest

from experiments.command_line import main
from experiments.guardrails import Guardrail, analyse_guarded
from experiments.model import Counts, Plan, Variant
from experiments.peeking import explain, peek


def pair(metric: str, x0: int, x1: int, exposed: int = 20_000) -> Counts:
    return Counts((Variant("A", exposed, x0), Variant("B", exposed, x1)), metric)


TAPS = pair("tap", 600, 900)


@pytest.mark.parametrize("plan", [Plan(), Plan("fixed", final=True)])
@pytest.mark.parametrize(
    ("orders", "state", "word"),
    [((5000, 5100), "safe", "winner"), ((100, 98), "open", "winner"), ((400, 250), "worse", "loser"),
     ((0, 0), "open", "winner")],
)  # fmt: skip
def test_states_and_what_they_do_to_a_winner(plan: Plan, orders: tuple[int, int], state: str, word: str) -> None:
    report, guarded = analyse_guarded(TAPS, [Guardrail(pair("order", *orders))], plan)
    assert [each.state for each in guarded] == [state]
    assert (report.verdict.word, report.verdict.variant) == (word, "B")


def test_sentences() -> None:
    worse, _ = analyse_guarded(TAPS, [Guardrail(pair("order", 400, 250))], Plan("fixed", final=True))
    assert worse.verdict.sentence["en"].startswith("“B” brings fewer orders: −4")
    assert worse.verdict.sentence["ru"].endswith("Оставьте «A».")
    still, _ = analyse_guarded(TAPS, [Guardrail(pair("order", 100, 98), 0.2)], Plan("fixed", final=True))
    assert still.verdict.sentence["en"].endswith("It is not yet ruled out that orders fall by more than 20\u202f%.")
    assert still.verdict.sentence["ru"].endswith("Пока не исключено, что число заказов упадёт больше чем на 20\u202f%.")


def test_a_guardrail_alone_decides_nothing() -> None:
    report, guarded = analyse_guarded(pair("tap", 100, 110), [Guardrail(pair("order", 400, 250))], Plan())
    assert (report.verdict.word, guarded[0].state) == ("keep_running", "worse")


def test_other_variants_and_margins_are_refused() -> None:
    other = Counts((Variant("A", 10, 1), Variant("C", 10, 1)), "order")
    with pytest.raises(ValueError, match="needs the variants and control"):
        analyse_guarded(TAPS, [Guardrail(other)], Plan())
    with pytest.raises(ValueError, match="margin"):
        Guardrail(TAPS, 1.0)


def test_peeking_on_a_small_site(capsys: pytest.CaptureFixture[str]) -> None:
    result = peek(0.01, 600, 28, repeats=2000)
    assert result.naive == pytest.approx(0.27, abs=0.03)
    assert result.once == pytest.approx(0.05, abs=0.015)
    assert result.anytime < 0.03
    assert "найдёт её в" in explain(result)["ru"]
    assert main(["peek", "--baseline", "1%", "--daily", "600", "--days", "7", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["days"] == 7
