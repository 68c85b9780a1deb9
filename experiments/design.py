"""Several things changed at once (text x number x placement x channel): who sees which combination."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from experiments.assignment import Allocation, assign, bucket, choose


@dataclass(frozen=True)
class Factor:
    """One thing that is changed: its levels, the present one first, and their shares (equal when left out)."""

    name: str
    levels: tuple[str, ...]
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.levels or len(set(self.levels)) < len(self.levels):
            raise ValueError(f"{self.name}: expected levels with different names, got {self.levels}")
        if self.weights and (len(self.weights) != len(self.levels) or abs(sum(self.weights) - 1) > 0.01):
            raise ValueError(f"{self.name}: expected a weight for each level that sum to 1, got {self.weights}")

    @property
    def shares(self) -> tuple[float, ...]:
        """Planned share of every level."""
        return self.weights or (1 / len(self.levels),) * len(self.levels)


@dataclass(frozen=True)
class Design:
    """A crossed design, or chosen cells of it.

    Parameters
    ----------
    seed : str
        Usually the experiment's key.
    factors : tuple of Factor
        At least one.
    cells : tuple of tuple of str
        Combinations to show, a level per factor. Empty: every factor is drawn by a hash of its own, so that all
        combinations occur and each factor is tested with all visitors (`experiments.factorial`).
    weights : tuple of float
        Shares of the chosen cells; equal when left out.
    coverage : float
        Part of the visitors who take part.

    Raises
    ------
    ValueError
        When a cell has a level that its factor does not know, or names and numbers do not fit.
    """

    seed: str
    factors: tuple[Factor, ...]
    cells: tuple[tuple[str, ...], ...] = ()
    weights: tuple[float, ...] = ()
    coverage: float = 1.0

    def __post_init__(self) -> None:
        names = [factor.name for factor in self.factors]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"expected factors with different names, got {names}")
        known = set(product(*(factor.levels for factor in self.factors)))
        if not set(self.cells) <= known or len(set(self.cells)) < len(self.cells):
            raise ValueError(f"expected different cells with a level of each of {names}, got {self.cells}")
        if self.weights and len(self.weights) != len(self.cells):
            raise ValueError(f"expected a weight for each of {len(self.cells)} cells, got {self.weights}")

    def assign(self, unit: str) -> tuple[str, ...] | None:
        """Levels that a visitor sees, one per factor; None for those who take no part.

        Independent factors hash ``seed:name``, the traffic hashes ``seed:traffic``: raising the coverage moves
        nobody, and no factor says anything about another.

        Examples
        --------
        >>> crossed = Design("call", (Factor("text", ("old", "new")), Factor("place", ("left", "right"))))
        >>> crossed.assign("visitor-1"), crossed.assign("visitor-2")
        (('old', 'right'), ('new', 'left'))
        >>> chosen = Design("call", crossed.factors, (("old", "left"), ("new", "right")))
        >>> chosen.assign("visitor-1")
        ('old', 'left')
        """
        if self.cells:
            shares = self.weights or (1 / len(self.cells),) * len(self.cells)
            index = assign(Allocation(self.seed, shares, self.coverage), unit)
            return self.cells[index] if index >= 0 else None
        if choose(bucket(f"{self.seed}:traffic", unit), [(0.0, self.coverage)]) < 0:
            return None
        drawn = (assign(Allocation(f"{self.seed}:{each.name}", each.shares), unit) for each in self.factors)
        return tuple(each.levels[max(index, 0)] for each, index in zip(self.factors, drawn, strict=True))

    def shares(self) -> dict[tuple[str, ...], float]:
        """Planned share of every combination, for the split check.

        Examples
        --------
        >>> Design("call", (Factor("text", ("old", "new"), (0.7, 0.3)),)).shares()
        {('old',): 0.7, ('new',): 0.3}
        """
        if self.cells:
            return dict(zip(self.cells, self.weights or (1 / len(self.cells),) * len(self.cells), strict=True))
        pairs = (list(zip(each.levels, each.shares, strict=True)) for each in self.factors)
        return {tuple(level for level, _ in cell): prod(share for _, share in cell) for cell in product(*pairs)}


def names_of(cells: Sequence[tuple[str, ...]]) -> list[str]:
    """Names of combinations as one variant each: ``old + left``.

    Examples
    --------
    >>> names_of([("old", "left")])
    ['old + left']
    """
    return [" + ".join(cell) for cell in cells]
