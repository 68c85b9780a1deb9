"""Evidence from periods with shares of their own: labels, lift and difference of one variant against the control."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np
from scipy import special

from experiments import anytime_difference
from experiments.anytime import FAR, GAP_WEIGHTS, gaps_of
from experiments.model import Counts, Interval
from experiments.roots import Floats, decreasing_root


@dataclass(frozen=True)
class Labels:
    """First conversions and visitors of variant and control in every period, and the odds of the variant there."""

    x1: Floats
    x0: Floats
    n1: Floats
    n0: Floats
    odds: Floats

    def bet(self, hoped_lift: float, center: Floats, *, higher: bool = True) -> tuple[Floats, Floats]:
        """Log of the bet that the log lift is above ``center`` (or the negative of it below), and its slope."""
        gaps, growth = gaps_of(hoped_lift), np.expm1(gaps_of(hoped_lift))
        x, logs = (self.x1, np.log(self.odds)) if higher else (self.x0, -np.log(self.odds))
        share = special.expit(np.asarray(center, dtype=float)[..., None] + logs)[..., None]
        total = (self.x1 + self.x0)[:, None]
        terms = GAP_WEIGHTS + (x[:, None] * gaps - total * np.log1p(share * growth)).sum(axis=-2)
        slopes = -(total * share * (1 - share) * growth / (1 + share * growth)).sum(axis=-2)
        top = terms.max(axis=-1, keepdims=True)
        parts = np.exp(terms - top)
        whole = parts.sum(axis=-1)
        return top[..., 0] + np.log(whole), (parts * slopes).sum(axis=-1) / whole

    def p_value(self, hoped_lift: float, lift: float = 0.0) -> float:
        """Two-sided, for any number of looks.

        Examples
        --------
        >>> columns = (20, 90), (20, 10), (500, 900), (500, 100), (1, 9)
        >>> Labels(*map(np.array, columns)).p_value(0.3)  # 110 to 30, and nothing but the shares
        1.0
        """
        center = np.array([np.log1p(lift)])
        best = max(self.bet(hoped_lift, way * center, higher=way > 0)[0][0] for way in (1, -1))
        return min(1.0, 2 * exp(-max(float(best), 0.0)))

    def lift_interval(self, hoped_lift: float, alpha: float) -> tuple[float, float | None]:
        """Confidence sequence of a lift that is the same in all periods."""
        low, high = (self._lowest(hoped_lift, log(2 / alpha), higher=way) for way in (True, False))
        return (exp(low) - 1 if low > -FAR else -1.0), (exp(-high) - 1 if high > -FAR else None)

    def _lowest(self, hoped_lift: float, needed: float, *, higher: bool) -> float:
        def left(center: Floats) -> tuple[Floats, Floats]:
            value, slope = self.bet(hoped_lift, center, higher=higher)
            return value - needed, slope

        edge = np.full(1, FAR)
        if left(-edge)[0][0] <= 0:
            return -FAR
        return float(decreasing_root(left, -edge, edge, np.zeros(1))[0])

    def difference(self) -> tuple[float | None, float]:
        """Mantel and Haenszel's weighted difference of the rates, and its standard error; None and 0 at none."""
        used = (self.n1 > 0) & (self.n0 > 0)
        if not used.any():
            return None, 0.0
        x1, n1, x0, n0 = (each[used] for each in (self.x1, self.n1, self.x0, self.n0))
        weight = n1 * n0 / (n1 + n0)
        weight /= weight.sum()
        rates = [((x + 0.5) / (n + 1), n) for x, n in ((x1, n1), (x0, n0))]
        variance = float(weight**2 @ sum(p * (1 - p) / n for p, n in rates))
        return float(weight @ (x1 / n1 - x0 / n0)), variance**0.5

    def difference_interval(self, hoped_lift: float, alpha: float) -> Interval:
        """Confidence sequence of that difference."""
        share = self.odds / (1 + self.odds)
        return anytime_difference.over_periods(self.x1, self.x0, self.n1 + self.n0, share, hoped_lift, alpha)


def labels_of(periods: Sequence[Counts], variant: str, control: str) -> Labels:
    """A variant's and its control's counts in every period."""
    rows = [{each.name: each for each in counts.variants} for counts in periods]
    x1, x0 = (np.array([row[name].converted for row in rows], dtype=float) for name in (variant, control))
    n1, n0 = (np.array([row[name].exposed for row in rows], dtype=float) for name in (variant, control))
    return Labels(x1, x0, n1, n0, np.array([row[variant].share / row[control].share for row in rows]))


def log_lift(lift: float | None, interval: Interval | None, alpha: float) -> tuple[float, float]:
    """Stratified log lift and its standard error, read off its interval; 0 and 0 where there is none."""
    if lift is None or interval is None:
        return 0.0, 0.0
    return float(np.log1p(lift)), float(np.log1p(interval[1]) - np.log1p(lift)) / float(-special.ndtri(alpha / 2))
