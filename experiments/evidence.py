"""All figures of many experiments at once, as arrays: no loop over comparisons."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments import anytime, multiplicity, posterior, rates, sample_ratio, score, shrinkage, simultaneous, spending
from experiments.model import Counts, Plan
from experiments.rates import Bounds
from experiments.roots import Floats

Integers = NDArray[np.int_]


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
    """Figures per variant (``rate_interval``), per comparison, and per experiment (``split``)."""

    arms: Arms
    rate_interval: Bounds
    difference_interval: Bounds
    lift_interval: Bounds
    p_value: Floats
    anytime_p_value: Floats
    anytime_lift_interval: Bounds
    chance_to_beat: Floats
    shrunk_lift: Floats
    adjusted_p_value: Floats
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


def gather(arms: Arms, plan: Plan) -> Evidence:
    """Compute everything that a report prints.

    Parameters
    ----------
    arms : Arms
        Counts of any number of experiments.
    plan : Plan
        Shared by all of them.

    Returns
    -------
    Evidence
        Intervals have the coverage ``1 - plan.alpha``.
    """
    one, control = arms.pairs
    cells = arms.converted[one], arms.exposed[one], arms.converted[control], arms.exposed[control]
    labels = arms.converted[one], arms.converted[control], arms.share[one] / arms.share[control]
    p_value, anytime_p = score.p_value(*cells), anytime.p_value(*labels, plan.hoped_lift)
    family = arms.experiment[one]
    size = np.bincount(family)[family]
    several = bool(np.any(size > 1))
    if plan.basis == "anytime":
        adjusted, level = _adjusted(anytime_p, family, plan.alpha)
        decisive = anytime.lift_interval(*labels, plan.hoped_lift, level)
        together = anytime.lift_interval(*labels, plan.hoped_lift, plan.alpha / size) if several else decisive
    elif plan.basis == "fixed":
        adjusted, level = _adjusted(p_value, family, plan.alpha)
        decisive = score.lift_interval(*cells, level)
        dunnett = simultaneous.dunnett_alpha(cells[1], cells[3], family, plan.alpha)
        together = score.lift_interval(*cells, dunnett) if several else decisive
    else:
        values = _exchange(plan, family)
        adjusted, level = _adjusted(values.repeated(p_value), family, plan.alpha)
        decisive = score.lift_interval(*cells, values.ordinary(level))
        together = score.lift_interval(*cells, values.ordinary(plan.alpha / size)) if several else decisive
    return Evidence(
        arms=arms,
        rate_interval=rates.wilson(arms.converted, arms.exposed, plan.alpha),
        difference_interval=score.difference_interval(*cells, plan.alpha),
        lift_interval=score.lift_interval(*cells, plan.alpha),
        p_value=p_value,
        anytime_p_value=anytime_p,
        anytime_lift_interval=anytime.lift_interval(*labels, plan.hoped_lift, plan.alpha),
        chance_to_beat=posterior.chance_to_beat(*cells),
        shrunk_lift=shrinkage.shrunk_lift(*labels, plan.prior_sd),
        adjusted_p_value=adjusted,
        decisive_interval=decisive,
        simultaneous_interval=together,
        split=sample_ratio.sequential_p_value(arms.exposed, arms.share, arms.experiment),
    )


def _adjusted(p_values: Floats, family: Integers, alpha: float) -> tuple[Floats, Floats]:
    """Holm's p-values, and the alpha of the interval that agrees with each."""
    adjusted, multiplier = multiplicity.holm(p_values, family)
    return adjusted, alpha / np.where(adjusted < alpha, multiplier, np.bincount(family)[family])


def _exchange(plan: Plan, family: Integers) -> spending.Exchange:
    """Translation of p-values at this look, exact at every level that Holm's steps can ask for."""
    most = int(np.bincount(family).max())
    return spending.exchange(plan.watched, tuple(plan.alpha / k for k in range(1, most + 1)), plan.spending)
