"""How much a watched test can find at most: exact chances, to measure the anytime evidence against.

Evidence that is read off the counts as they stand, at any number of looks, is a positive martingale in the labels of
the conversions that depends on their numbers only; and by de Finetti's theorem every such martingale is a mixture of
likelihood ratios, the one of `experiments.anytime` or another. So the best mixture for one lift and one number of looks
is a bound for all of them. A search over mixtures ends at a single lift, about the true one: the test of an oracle. A
test that holds at these looks only can spend all its error there; it is bounded by that of Neyman and Pearson at the
last look.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from experiments.roots import Floats

_LEAST = 1e-10  # outcomes less likely than this are left out


@dataclass(frozen=True)
class Watched:
    """A test of two equal arms with evenly spread looks.

    Parameters
    ----------
    rate : float
        Of the control.
    lift : float
        True lift of the variant.
    visitors : int
        Of each arm between two looks.
    looks : int
    """

    rate: float
    lift: float
    visitors: int
    looks: int

    def found(self, lifts: ArrayLike, weights: ArrayLike, alpha: float = 0.05) -> float:
        """Exact chance that a mixture of bets on higher lifts reaches 2/alpha at a look.

        Examples
        --------
        >>> test = Watched(0.01, 0.5, 300, 28)
        >>> print(f"{test.found([0.5], [1.0]):.3f} {test.found([0.2, 0.5], [0.5, 0.5]):.3f}")
        0.662 0.592
        """
        one, other = (self._steps(rate) for rate in (self.rate * (1 + self.lift), self.rate))
        x1, x0 = np.arange(one.shape[0])[:, None], np.arange(other.shape[0])[None, :]
        gaps = np.log1p(np.asarray(lifts, dtype=float))[:, None, None]
        logs = x1 * gaps - (x1 + x0) * np.log1p(np.expm1(gaps) / 2)
        mixture = special.logsumexp(logs, b=np.asarray(weights, dtype=float)[:, None, None], axis=0)
        decided = mixture >= np.log(2 / alpha)
        state, total = np.zeros(decided.shape), 0.0
        state[0, 0] = 1
        for _ in range(self.looks):
            state = one @ state @ other.T
            total += float(state[decided].sum())
            state[decided] = 0
        return total

    def _steps(self, rate: float) -> Floats:
        """Chances to come from so many conversions (columns) to so many (rows) by the next look."""
        chances = np.exp(_log_binomial(self.visitors, rate))
        most = self.visitors * self.looks * rate
        size = int(most + 7 * most**0.5 + 12)
        width = min(int(np.flatnonzero(chances > _LEAST)[-1]) + 1, size)
        return np.asarray(sum(np.diag(np.full(size - k, chances[k]), -k) for k in range(width)), dtype=float)

    def oracle(self, alpha: float = 0.05) -> tuple[float, float]:
        """The best single bet and its chance; no mixture that was searched finds more.

        Examples
        --------
        >>> lift, chance = Watched(0.01, 0.5, 300, 28).oracle()
        >>> print(f"{lift:.2f} {chance:.3f}")
        0.50 0.662
        """
        lifts = self.lift * np.array([0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3])
        chances = [self.found([lift], [1.0], alpha) for lift in lifts]
        best = int(np.argmax(chances))
        return float(lifts[best]), chances[best]


def _log_binomial(n: int, rate: float) -> Floats:
    k = np.arange(n + 1.0)
    ways = special.gammaln(n + 1.0) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    return np.asarray(ways + special.xlogy(k, rate) + special.xlog1py(n - k, -rate), dtype=float)
