"""Means and ratios per visitor (calls, talk time, order value) compared: estimates in, a report out."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, log1p

import numpy as np
from scipy import special

from experiments import multiplicity, sample_ratio, shrinkage, spending
from experiments.model import Comparison, Interval, Kind, OpenInterval, Plan, SampleRatio, Verdict
from experiments.moments import Estimate
from experiments.posterior import normal_loss
from experiments.verdict import decide, judge_split

FEW = 10


@dataclass(frozen=True)
class MeanReport:
    """As `experiments.model.Report`, for a metric that is a mean or a ratio."""

    metric: str
    basis: Kind
    variants: tuple["MeanVariant", ...]
    comparisons: tuple[Comparison, ...]
    sample_ratio: SampleRatio
    verdict: Verdict


@dataclass(frozen=True)
class MeanVariant:
    """Visitors and value of one variant; None before there is one."""

    variant: str
    exposed: int
    share: float
    value: float | None
    interval: Interval | None


def analyse_means(arms: Sequence[Estimate], plan: Plan, metric: str, control: str = "") -> MeanReport:
    """Report on a metric whose estimates are nearly normal.

    Every ratio ``r`` of the two values is tested by ``z = (m1 - r m0) / sqrt(v1 + r² v0)``, so lift, p-value and
    difference agree, and the interval of the lift is Fieller's (JRSS B 16 (1954) 175), not the delta method's
    that misses on one side. The critical z is Student's at one look (Welch's degrees of freedom), the spending
    bound at planned looks, and ``z² = (1+k)(2 log(1/alpha) + log(1+1/k))`` at any look, with k the variance of the
    log lift over ``log(1 + hoped)²`` (normal mixture; Robbins 1970; asymptotic confidence sequence of Waudby-Smith
    et al., Annals of Statistics 52 (2024) 2613), exchanged for the Student value of the same tail: variances
    that few visitors give are not believed, and below `FEW` visitors a watched test is silent.

    Parameters
    ----------
    arms : sequence of Estimate
        From `experiments.moments.estimates` or `poststratified`. Values are not negative.
    plan : Plan
    metric : str
        As in `experiments.model.Counts`: ``talk_time``, ``order_value``, ``calls_per_visitor`` or a plural noun.
    control : str
        The first when empty.

    Returns
    -------
    MeanReport
        A comparison with a variance that cannot be known has the p-value 1 and an open interval.

    Raises
    ------
    ValueError
        When there is nothing to compare or the control is not among the variants.

    Examples
    --------
    >>> random = np.random.default_rng(1)
    >>> from experiments.moments import estimates, moments
    >>> arms = [moments(name, random.exponential(mean, 4000)) for name, mean in (("A", 90), ("B", 108))]
    >>> report = analyse_means(estimates(arms), Plan("fixed", final=True), "talk_time")
    >>> print(report.verdict.sentence["en"].replace("\\u202f", " "))
    “B” brings more talk time: +24 % (19 % to 29 %).
    """
    names = [each.name for each in arms]
    if len(names) < 2 or len(set(names)) < len(names) or (control and control not in names):
        raise ValueError(f"expected at least two variants with different names and the control {control!r}: {names}")
    base = arms[names.index(control) if control else 0]
    pairs = [Pair(each, base, plan.hoped_lift) for each in arms if each is not base]
    comparisons = _comparisons(pairs, plan)
    shares = np.array([each.share for each in arms]) / sum(each.share for each in arms)
    split = judge_split(float(sample_ratio.sequential_p_value([each.visitors for each in arms], shares)[0]))
    variants = tuple(_variant(each, share, plan.alpha) for each, share in zip(arms, shares.tolist(), strict=True))
    return MeanReport(
        metric, plan.basis, variants, tuple(comparisons), split, decide(metric, plan, variants, comparisons, split)
    )


@dataclass(frozen=True)
class Pair:
    """A variant's and the control's estimates."""

    one: Estimate
    other: Estimate
    hoped_lift: float

    @property
    def known(self) -> bool:
        """Whether there is a test at all."""
        return min(self.one.variance, self.other.variance) > 0 and self.other.value > 0

    @property
    def watchable(self) -> bool:
        """Whether there are enough values for a test that is repeated."""
        return self.known and min(self.one.visitors, self.other.visitors) >= FEW

    @property
    def squared(self) -> float:
        """Squared z-value of "no difference"."""
        return (self.one.value - self.other.value) ** 2 / (self.one.variance + self.other.variance)

    @property
    def freedom(self) -> float:
        """Welch's degrees of freedom."""
        total = self.one.variance + self.other.variance
        return 1 / sum((each.variance / total) ** 2 / (each.visitors - 1) for each in (self.one, self.other))

    @property
    def spread(self) -> float:
        """Variance of the log lift, in units of the squared hoped log lift."""
        errors = (min(each.variance**0.5 / max(each.value, 1e-150), 1e6) for each in (self.one, self.other))
        return float(sum(error**2 for error in errors)) / log1p(self.hoped_lift) ** 2

    def p_value(self) -> float:
        """For one look."""
        return float(2 * special.stdtr(self.freedom, -(self.squared**0.5))) if self.known else 1.0

    def anytime_p_value(self) -> float:
        """For any number of looks."""
        if not self.watchable:
            return 1.0
        k, z = self.spread, float(special.ndtri(special.stdtr(self.freedom, -(self.squared**0.5))))
        return min(1.0, exp(log1p(1 / k) / 2 - z**2 / (2 * (1 + k))))

    def critical(self, alpha: float) -> float:
        """Squared z-value at which one look decides."""
        return float(special.stdtrit(self.freedom, alpha / 2)) ** 2 if self.known else inf

    def anytime_critical(self, alpha: float) -> float:
        """Squared value at which any look decides."""
        if not self.watchable:
            return inf
        z = ((1 + self.spread) * (2 * log(1 / alpha) + log1p(1 / self.spread))) ** 0.5
        return float(special.stdtrit(self.freedom, special.ndtr(-z))) ** 2

    def lift_interval(self, critical: float) -> OpenInterval:
        """Fieller's: the lifts whose squared z-value is below the critical one."""
        if not self.known:
            return -1.0, None
        (m1, v1), (m0, v0) = ((each.value, each.variance) for each in (self.one, self.other))
        root = max(critical * (m1**2 * v0 + m0**2 * v1 - critical * v0 * v1), 0.0) ** 0.5
        low = max((m1**2 - critical * v1) / (m1 * m0 + root), 0.0) if m1 * m0 + root > 0 else 0.0
        steep = m0**2 - critical * v0
        return low - 1, (m1 * m0 + root) / steep - 1 if steep > 0 else None

    def difference_interval(self, critical: float) -> Interval:
        """Of the two values; endless where nothing is known."""
        middle, half = self.one.value - self.other.value, inf
        if self.known:
            half = (critical * (self.one.variance + self.other.variance)) ** 0.5
        return middle - half, middle + half


def _comparisons(pairs: Sequence[Pair], plan: Plan) -> list[Comparison]:
    raw, anytime = [pair.p_value() for pair in pairs], [pair.anytime_p_value() for pair in pairs]
    values = np.array(anytime if plan.basis == "anytime" else raw)
    exchange = None
    if plan.basis == "group-sequential":
        knots = tuple(plan.alpha / k for k in range(1, len(pairs) + 1))
        exchange = spending.exchange(plan.watched, knots, plan.spending)
        values = exchange.repeated(values)
    adjusted, multiplier = multiplicity.holm(values)
    used = plan.alpha / np.where(adjusted < plan.alpha, multiplier, len(pairs))
    found = zip(raw, anytime, adjusted.tolist(), multiplicity.benjamini_hochberg(values).tolist(), strict=True)
    comparisons = []
    for pair, level, p_values in zip(pairs, used.tolist(), found, strict=True):
        levels = (plan.alpha, level, plan.alpha / len(pairs))
        if plan.basis == "anytime":
            criticals = [pair.anytime_critical(each) for each in levels]
        else:
            criticals = [pair.critical(float(exchange.ordinary(each)) if exchange else each) for each in levels]
        comparisons.append(_comparison(pair, plan, p_values, criticals))
    return comparisons


def _comparison(
    pair: Pair, plan: Plan, p_values: tuple[float, float, float, float], criticals: Sequence[float]
) -> Comparison:
    """``p_values``: one look, any look, adjusted, q; ``criticals``: squared z-values alone, decisive, together."""
    one, other = pair.one, pair.other
    error = (one.variance + other.variance) ** 0.5 if pair.known else 0.0
    change = one.value - other.value if pair.known else 0.0
    return Comparison(
        variant=one.name,
        control=other.name,
        difference=change if pair.known else None,
        difference_interval=pair.difference_interval(criticals[0]),
        lift=one.value / other.value - 1 if pair.known else None,
        lift_interval=pair.lift_interval(criticals[0]),
        p_value=p_values[0],
        exact_p_value=None,
        anytime_p_value=p_values[1],
        anytime_lift_interval=pair.lift_interval(pair.anytime_critical(plan.alpha)),
        chance_to_beat=float(special.ndtr(change / error)) if error else 0.5,
        expected_loss=normal_loss(-change, error),
        control_expected_loss=normal_loss(change, error),
        shrunk_lift=_shrunk(pair, plan.prior_sd),
        adjusted_p_value=p_values[2],
        q_value=p_values[3],
        decisive_interval=pair.lift_interval(criticals[1]),
        simultaneous_interval=pair.lift_interval(criticals[2]),
    )


def _shrunk(pair: Pair, prior_sd: float) -> float:
    if not pair.known or pair.one.value <= 0:
        return 0.0
    error = (pair.spread**0.5) * log1p(pair.hoped_lift)
    return shrinkage.shrunk_normal(log(pair.one.value / pair.other.value), error, prior_sd)


def _variant(each: Estimate, share: float, alpha: float) -> MeanVariant:
    if each.variance <= 0:
        return MeanVariant(each.name, each.visitors, share, None, None)
    half = float(-special.stdtrit(each.visitors - 1, alpha / 2)) * each.variance**0.5
    return MeanVariant(each.name, each.visitors, share, each.value, (each.value - half, each.value + half))
