"""Several things changed at once: what each of them does, from all visitors.

In a crossed design (every text with every number, ...) the visitors of all cells with one text are compared with
the visitors of all cells with another, whatever else they saw: three factors are tested with the traffic of one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy import special

from experiments.analysis import analyse
from experiments.model import Counts, Plan, Report, Variant
from experiments.roots import Floats


@dataclass(frozen=True)
class Cell:
    """Counts of one combination: ``levels`` has one name per factor; ``share`` is its planned traffic."""

    levels: tuple[str, ...]
    exposed: int
    converted: int
    share: float = 1.0


@dataclass(frozen=True)
class Interaction:
    """Whether two factors change each other's effect; one look only."""

    factors: tuple[str, str]
    p_value: float


def main_effects(
    factors: Sequence[str], cells: Sequence[Cell], plan: Plan, metric: str = "conversion"
) -> dict[str, Report]:
    """Report on every factor as if it were an experiment of its own.

    Each factor answers a question of its own and has the error alpha of its own. The first level of a factor that
    the cells name is its control.

    Parameters
    ----------
    factors : sequence of str
        Names of the factors.
    cells : sequence of Cell
        Every combination once.
    plan : Plan
        Shared by the factors.
    metric : str
        As in `experiments.model.Counts`.

    Returns
    -------
    dict of str to Report

    Raises
    ------
    ValueError
        When a combination is missing or twice, or the shares are not those of independent factors: then one
        factor's comparison would be mixed up with another's.

    Examples
    --------
    >>> cells = [Cell(("short", "left"), 9000, 90), Cell(("short", "right"), 9000, 150),
    ...          Cell(("long", "left"), 9000, 95), Cell(("long", "right"), 9000, 152)]
    >>> reports = main_effects(["text", "place"], cells, Plan("fixed", final=True))
    >>> [(name, report.verdict.word) for name, report in reports.items()]
    [('text', 'no_difference'), ('place', 'winner')]
    """
    levels = _checked(factors, cells)
    reports = {}
    for number, factor in enumerate(factors):
        variants = []
        for level in levels[number]:
            own = [cell for cell in cells if cell.levels[number] == level]
            exposed, converted = sum(cell.exposed for cell in own), sum(cell.converted for cell in own)
            variants.append(Variant(level, exposed, converted, sum(cell.share for cell in own)))
        reports[factor] = analyse(Counts(tuple(variants), metric), plan)
    return reports


def interactions(factors: Sequence[str], cells: Sequence[Cell]) -> list[Interaction]:
    """Test, for every pair of factors, whether the effect of one depends on the other.

    Likelihood ratio of logistic regressions with all main effects, with and without the products of the pair.
    Source: A. Agresti, "Categorical Data Analysis", 3rd ed., 5.4. Many small p-values mean that the main effects
    are averages over different things: look at the cells.

    Parameters
    ----------
    factors, cells
        As in `main_effects`.

    Returns
    -------
    list of Interaction
        One per pair of factors.

    Examples
    --------
    >>> cells = [Cell(("short", "left"), 9000, 90), Cell(("short", "right"), 9000, 150),
    ...          Cell(("long", "left"), 9000, 150), Cell(("long", "right"), 9000, 90)]
    >>> interactions(["text", "place"], cells)[0].p_value < 0.001
    True
    """
    levels = _checked(factors, cells)
    columns = [
        [np.array([cell.levels[number] == level for cell in cells], dtype=float) for level in levels[number][1:]]
        for number in range(len(factors))
    ]
    x = np.array([cell.converted for cell in cells], dtype=float)
    n = np.array([cell.exposed for cell in cells], dtype=float)
    main = [np.ones(len(cells)), *(column for group in columns for column in group)]
    base = _deviance(np.stack(main, axis=1), x, n)
    found = []
    for one, other in combinations(range(len(factors)), 2):
        products = [a * b for a in columns[one] for b in columns[other]]
        gain = max(base - _deviance(np.stack([*main, *products], axis=1), x, n), 0.0)
        found.append(Interaction((factors[one], factors[other]), float(special.chdtrc(len(products), gain))))
    return found


def _checked(factors: Sequence[str], cells: Sequence[Cell]) -> list[list[str]]:
    """Levels of every factor in the order of the cells."""
    if not cells or any(len(cell.levels) != len(factors) for cell in cells):
        raise ValueError(f"expected cells with a level for each of the factors {list(factors)}")
    levels = [list(dict.fromkeys(cell.levels[number] for cell in cells)) for number in range(len(factors))]
    if len({cell.levels for cell in cells}) < len(cells) or len(cells) != int(np.prod([len(each) for each in levels])):
        raise ValueError("expected every combination of the levels exactly once")
    total = sum(cell.share for cell in cells)
    for cell in cells:
        parts = [
            sum(other.share for other in cells if other.levels[number] == level) / total
            for number, level in enumerate(cell.levels)
        ]
        if abs(cell.share / total - float(np.prod(parts))) > 1e-6:
            raise ValueError(f"the share of {cell.levels} is not the product of its factors' shares")
    return levels


def _deviance(design: Floats, x: Floats, n: Floats) -> float:
    """Deviance of a binomial regression with the logit link, by iteratively reweighted least squares."""
    rate = (x + 0.5) / (n + 1)
    score = np.log(rate / (1 - rate))
    for _ in range(60):
        weight = np.maximum(n * rate * (1 - rate), 1e-12)
        working = score + (x - n * rate) / weight
        root = np.sqrt(weight)[:, None]
        effects = np.linalg.lstsq(design * root, working * root[:, 0], rcond=None)[0]
        before, score = score, np.clip(design @ effects, -30, 30)
        rate = special.expit(score)
        if np.abs(score - before).max() < 1e-10:
            break
    fitted = special.xlogy(x, rate) + special.xlog1py(n - x, -rate)
    seen = x / np.maximum(n, 1)
    return float(2 * (special.xlogy(x, seen) + special.xlog1py(n - x, -seen) - fitted).sum())
