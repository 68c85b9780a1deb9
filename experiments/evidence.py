"""All figures of many experiments at once, as arrays: no loop over comparisons."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments import (
    anytime,
    anytime_difference,
    exact,
    multiplicity,
    posterior,
    rates,
    sample_ratio,
    score,
    shrinkage,
    simultaneous,
    spending,
)
from experiments.model import Counts, Plan
from experiments.rates import Bounds
from experiments.roots import Floats

Integers = NDArray[np.int_]
FEW = 100  # conversions of variant and control together, below which the exact p-value is printed, too


@dataclass(frozen=True)
class Arms:
    """Every variant of every experiment, one after the other."""

    exposed: Floats
    converted: Floats
    share: Floats
    experiment: Integers
    first: Integers
    control: Integers

    @property
    def pairs(self) -> tuple[Integers, Integers]:
        """Positions of the variant and of its control, for every comparison."""
        control = self.control[self.experiment]
        variant = np.flatnonzero(np.arange(self.exposed.size) != control)
        return variant, control[variant]


@dataclass(frozen=True)
class Evidence:
    """Figures per variant (``rate_interval``), per comparison (as in `experiments.model.Comparison`), per experiment
    (``split``)."""

    arms: Arms
    rate_interval: Bounds
    difference_interval: Bounds
    lift_interval: Bounds
    p_value: Floats
    exact_p_value: Floats
    anytime_p_value: Floats
    anytime_lift_interval: Bounds
    chance_to_beat: Floats
    expected_loss: tuple[Floats, Floats]
    shrunk_lift: Floats
    adjusted_p_value: Floats
    q_value: Floats
    decisive_interval: Bounds
    simultaneous_interval: Bounds
    split: Floats


def arms_of(experiments: Sequence[Counts]) -> Arms:
    """Flatten experiments into arrays."""
    variants = [variant for counts in experiments for variant in counts.variants]
    sizes = np.array([len(counts.variants) for counts in experiments], dtype=int)
    experiment = np.repeat(np.arange(sizes.size), sizes)
    first = np.cumsum(sizes) - sizes
    share = np.array([variant.share for variant in variants], dtype=float)
    return Arms(
        exposed=np.array([variant.exposed for variant in variants], dtype=float),
        converted=np.array([variant.converted for variant in variants], dtype=float),
        share=share / np.bincount(experiment, share)[experiment],
        experiment=experiment,
        first=first,
        control=first + np.array([counts.control_index for counts in experiments], dtype=int),
    )


@dataclass(frozen=True)
class Pairs:
    """Counts of every variant and its control, and the families of comparisons that are corrected together."""

    x1: Floats
    n1: Floats
    x0: Floats
    n0: Floats
    odds: Floats
    experiment: Integers
    family: Integers

    @property
    def cells(self) -> tuple[Floats, Floats, Floats, Floats]:
        """For the score method."""
        return self.x1, self.n1, self.x0, self.n0

    @property
    def labels(self) -> tuple[Floats, Floats, Floats]:
        """For the anytime method."""
        return self.x1, self.x0, self.odds


def pairs_of(arms: Arms, families: Integers) -> Pairs:
    """Every variant with its control."""
    one, control = arms.pairs
    experiment = arms.experiment[one]
    columns = (each[place] for each in (arms.converted, arms.exposed) for place in (one, control))
    x1, x0, n1, n0 = columns
    return Pairs(x1, n1, x0, n0, arms.share[one] / arms.share[control], experiment, families[experiment])


def gather(arms: Arms, plan: Plan, families: Integers) -> Evidence:
    """Compute everything that a report prints.

    Parameters
    ----------
    arms : Arms
        Counts of any number of experiments.
    plan : Plan
        Shared by all of them.
    families : array of int
        For every experiment the family (0, 1, ...) with which it is corrected: several metrics of one test are one.

    Returns
    -------
    Evidence
        Intervals have the coverage ``1 - plan.alpha``.
    """
    pairs = pairs_of(arms, families)
    p_value, anytime_p = score.p_value(*pairs.cells), anytime.p_value(*pairs.labels, plan.hoped_lift)
    exchange = _exchange(plan, pairs.family)
    deciding = anytime_p if plan.basis == "anytime" else exchange.repeated(p_value) if exchange else p_value
    adjusted, multiplier = multiplicity.holm(deciding, pairs.family)
    size = np.bincount(pairs.family)[pairs.family]
    level = plan.alpha / np.where(adjusted < plan.alpha, multiplier, size)
    alpha, alone = np.full(size.shape, plan.alpha), bool(np.all(size == 1))
    lift = _lifts(pairs, plan, exchange, alpha)
    always = lift if plan.basis == "anytime" else anytime.lift_interval(*pairs.labels, plan.hoped_lift, plan.alpha)
    chance, *losses = posterior.read(*pairs.cells, plan.prior)
    return Evidence(
        arms=arms,
        rate_interval=rates.wilson(arms.converted, arms.exposed, plan.alpha),
        difference_interval=_differences(pairs, plan, exchange),
        lift_interval=lift,
        p_value=p_value,
        exact_p_value=_exact(pairs),
        anytime_p_value=anytime_p,
        anytime_lift_interval=always,
        chance_to_beat=chance,
        expected_loss=(losses[0], losses[1]),
        shrunk_lift=shrinkage.shrunk_lift(*pairs.labels, plan.prior_sd),
        adjusted_p_value=adjusted,
        q_value=multiplicity.benjamini_hochberg(deciding, pairs.family),
        decisive_interval=lift if alone else _lifts(pairs, plan, exchange, level),
        simultaneous_interval=lift if alone else _lifts(pairs, plan, exchange, _together(pairs, plan, size)),
        split=sample_ratio.sequential_p_value(arms.exposed, arms.share, arms.experiment),
    )


def _lifts(pairs: Pairs, plan: Plan, exchange: spending.Exchange | None, level: Floats) -> Bounds:
    """Intervals of the lift that hold as the plan says, each with its own error."""
    if plan.basis == "anytime":
        return anytime.lift_interval(*pairs.labels, plan.hoped_lift, level)
    return score.lift_interval(*pairs.cells, exchange.ordinary(level) if exchange else level)


def _differences(pairs: Pairs, plan: Plan, exchange: spending.Exchange | None) -> Bounds:
    """Intervals of the difference that hold as the plan says."""
    if plan.basis == "anytime":
        visitors = pairs.n1 + pairs.n0
        return anytime_difference.difference_interval(
            pairs.x1, pairs.x0, visitors, pairs.odds, plan.hoped_lift, plan.alpha
        )
    return score.difference_interval(*pairs.cells, exchange.ordinary(plan.alpha) if exchange else plan.alpha)


def _together(pairs: Pairs, plan: Plan, size: Integers) -> Floats:
    """Level of intervals that hold together: Dunnett's at one look, otherwise alpha / k."""
    if plan.basis != "fixed":
        return np.asarray(plan.alpha / size, dtype=float)
    own = np.bincount(pairs.experiment)[pairs.experiment]
    return simultaneous.dunnett_alpha(pairs.n1, pairs.n0, pairs.experiment, plan.alpha * own / size)


def _exact(pairs: Pairs) -> Floats:
    """Fisher's p-values where there are few conversions, NaN elsewhere."""
    few, found = pairs.x1 + pairs.x0 < FEW, np.full(pairs.x1.shape, np.nan)
    if few.any():
        found[few] = exact.fisher(*(each[few] for each in pairs.cells))
    return found


def _exchange(plan: Plan, family: Integers) -> spending.Exchange | None:
    """Translation of p-values at a planned look, exact at every level that Holm's steps can ask for."""
    if plan.basis != "group-sequential":
        return None
    most = int(np.bincount(family).max())
    return spending.exchange(plan.watched, tuple(plan.alpha / k for k in range(1, most + 1)), plan.spending)
