"""Sums over visitors, per variant: all that means and ratios need to be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import cast

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Moments:
    """Sums over the visitors of one variant; a visitor's events are added up before they are squared.

    Parameters
    ----------
    name : str
        Of the variant.
    visitors : int
        Each once, with or without a value.
    total, squares : float
        Sum of the visitors' values (calls, seconds of talk, order value) and of their squares.
    base, base_squares, products : float, optional
        For a ratio (talk time per call): sum of the visitors' denominators, of their squares, and of value times
        denominator. Without them the metric is a mean per visitor.
    covariate, covariate_squares, covariate_products, covariate_base : float
        For an adjustment: sums of something known *before* the visitor came into the test, of its squares, of its
        products with the value and, for a ratio, with the denominator.
    share : float
        Planned part of the traffic.

    Raises
    ------
    ValueError
        When a sum is impossible.
    """

    name: str
    visitors: int
    total: float
    squares: float
    base: float | None = None
    base_squares: float = 0.0
    products: float = 0.0
    covariate: float = 0.0
    covariate_squares: float = 0.0
    covariate_products: float = 0.0
    covariate_base: float = 0.0
    share: float = 1.0

    def __post_init__(self) -> None:
        if self.visitors < 0 or self.total < 0 or self.squares < 0 or not self.share > 0:
            raise ValueError(f"{self.name}: expected visitors, values and squares from 0, and a share above 0")
        if self.base is not None and self.base < 0:
            raise ValueError(f"{self.name}: expected a denominator from 0, got {self.base}")
        if self.visitors * self.squares < self.total**2 * (1 - 1e-9):
            raise ValueError(f"{self.name}: squares of {self.squares} are too few for a total of {self.total}")

    def __add__(self, other: "Moments") -> "Moments":
        """Both groups of visitors together."""
        if (self.base is None) != (other.base is None):
            raise ValueError("a mean and a ratio cannot be added")
        names = [each.name for each in fields(self) if each.name not in ("name", "share", "base")]
        sums = {name: getattr(self, name) + getattr(other, name) for name in names}
        base = None if self.base is None or other.base is None else self.base + other.base
        return Moments(name=self.name, share=self.share, base=base, **sums)


def moments(
    name: str, values: ArrayLike, base: ArrayLike | None = None, covariate: ArrayLike | None = None, share: float = 1.0
) -> Moments:
    """Sums of an array with one value per visitor.

    Examples
    --------
    >>> moments("A", [0, 0, 3, 1]).squares
    10.0
    """
    y = np.asarray(values, dtype=float)
    x = np.ones_like(y) if base is None else np.asarray(base, dtype=float)
    c = np.zeros_like(y) if covariate is None else np.asarray(covariate, dtype=float)
    return Moments(
        name=name,
        visitors=y.size,
        total=float(y.sum()),
        squares=float(y @ y),
        base=None if base is None else float(x.sum()),
        base_squares=float(x @ x),
        products=float(x @ y),
        covariate=float(c.sum()),
        covariate_squares=float(c @ c),
        covariate_products=float(c @ y),
        covariate_base=float(c @ x),
        share=share,
    )


@dataclass(frozen=True)
class Estimate:
    """Mean or ratio of one variant, the variance of that estimate, and the visitors behind it."""

    name: str
    visitors: int
    value: float
    variance: float
    share: float = 1.0


def estimates(arms: Sequence[Moments], *, adjust: bool = False) -> list[Estimate]:
    """Means or ratios with their variances, clustered by visitor, adjusted for a covariate when asked.

    Ratio ``R = sum y / sum x`` has the variance ``var(y - R x) / (n mean(x)²)`` (delta method; Deng, Knoblich and
    Lu, KDD 2018), a mean is the ratio with x = 1. Adjusted: ``R - t (mean(c) - mean of all c) / mean(x)`` with
    ``t = sum cov(y - R x, c) / sum var(c)`` over the arms and the variance of ``y - R x - t c`` (CUPED; Deng, Xu,
    Kohavi and Walker, WSDM 2013).

    Parameters
    ----------
    arms : sequence of Moments
        All means or all ratios.
    adjust : bool
        Use the covariate; it does nothing where that does not vary.

    Returns
    -------
    list of Estimate
        The variance is 0 where it cannot be known (fewer than two visitors, or no denominator).

    Examples
    --------
    >>> before, after = [1, 2, 3, 4, 5, 6], [2, 3, 3, 5, 5, 6]
    >>> plain, adjusted = (estimates([moments("A", after, covariate=before)], adjust=way)[0] for way in (False, True))
    >>> print(f"{plain.value:.0f} {plain.variance:.2f} {adjusted.value:.0f} {adjusted.variance:.3f}")
    4 0.40 4 0.027
    """
    if len({each.base is None for each in arms}) > 1:
        raise ValueError("expected means or ratios, got both")
    slope, middle = _slope(arms) if adjust else (0.0, 0.0)
    found = []
    for each in arms:
        n, base, _, residual, with_covariate, covariate = _spreads(each)
        if n < 2 or base <= 0:
            found.append(Estimate(each.name, each.visitors, 0.0, 0.0, each.share))
            continue
        value = each.total / base - slope * (each.covariate / n - middle) / (base / n)
        spread = max(residual - 2 * slope * with_covariate + slope**2 * covariate, 0.0)
        found.append(Estimate(each.name, each.visitors, value, spread / (n - 1) * n / base**2, each.share))
    return found


def _spreads(each: Moments) -> tuple[int, float, float, float, float, float]:
    """Visitors, denominator, ratio; centred sums of residual², residual times covariate, covariate²."""
    n, ratio_metric = each.visitors, each.base is not None
    base = float(n) if each.base is None else each.base
    if n < 1 or base <= 0:
        return n, base, 0.0, 0.0, 0.0, 0.0
    ratio = each.total / base
    squares, products = (each.base_squares, each.products) if ratio_metric else (float(n), each.total)
    with_base = each.covariate_base if ratio_metric else each.covariate
    residual = max(each.squares - 2 * ratio * products + ratio**2 * squares, 0.0)
    covariate = max(each.covariate_squares - each.covariate**2 / n, 0.0)
    return n, base, ratio, residual, each.covariate_products - ratio * with_base, covariate


def _slope(arms: Sequence[Moments]) -> tuple[float, float]:
    """Effect of the covariate on the residual, inside the arms, and the covariate's mean over all."""
    parts = [_spreads(each) for each in arms]
    spread, visitors = sum(part[5] for part in parts), sum(each.visitors for each in arms)
    if not spread > 1e-12 * sum(each.covariate_squares for each in arms):
        return 0.0, 0.0
    return sum(part[4] for part in parts) / spread, sum(each.covariate for each in arms) / visitors


def poststratified(groups: Mapping[str, Sequence[Moments]]) -> list[Estimate]:
    """Means inside groups of visitors (device, source, weekday), put together by the groups' sizes.

    ``sum w mean``, variance ``sum w² s²/n`` with w the group's part of all visitors (Miratrix, Sekhon and Yu,
    JRSS B 75 (2013) 369). Chance differences in how many phones each variant got then no longer count.
    Groups with fewer than two visitors in some variant are put together.

    Parameters
    ----------
    groups : mapping of str to sequence of Moments
        In every group the same variants in the same order; means only.

    Returns
    -------
    list of Estimate

    Raises
    ------
    ValueError
        When the variants differ or the metric is a ratio.

    Examples
    --------
    >>> groups = {"phone": [moments("A", [0, 1]), moments("B", [1, 1, 0, 0])],
    ...           "desktop": [moments("A", [4, 5, 6, 5]), moments("B", [6, 5])]}
    >>> [round(each.value, 2) for each in poststratified(groups)]
    [2.75, 3.0]
    """
    names = [[each.name for each in arms] for arms in groups.values()]
    if not names or any(each != names[0] for each in names):
        raise ValueError("expected the same variants, in the same order, in every group")
    if any(each.base is not None for arms in groups.values() for each in arms):
        raise ValueError("ratios cannot be stratified: adjust them for a covariate")
    usable = [list(arms) for arms in groups.values() if min(each.visitors for each in arms) > 1]
    rest = [list(arms) for arms in groups.values() if min(each.visitors for each in arms) <= 1]
    if rest:
        small = [cast(Moments, sum(column[1:], start=column[0])) for column in zip(*rest, strict=True)]
        enough = min(each.visitors for each in small) > 1 or not usable
        usable = [*usable, small] if enough else [[a + b for a, b in zip(usable[0], small, strict=True)], *usable[1:]]
    sizes = [sum(each.visitors for each in arms) for arms in usable]
    whole = max(sum(sizes), 1)
    columns = zip(*(estimates(arms) for arms in usable), strict=True)
    return [
        Estimate(
            column[0].name,
            sum(each.visitors for each in column),
            sum(size / whole * each.value for size, each in zip(sizes, column, strict=True)),
            sum((size / whole) ** 2 * each.variance for size, each in zip(sizes, column, strict=True)),
            column[0].share,
        )
        for column in columns
    ]
