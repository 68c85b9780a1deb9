"""Which variant a visitor gets: the same answer in Python and in the browser.

The hash is version 2 of GrowthBook's public specification ("Build your own SDK", MIT), so a site can move
from or to GrowthBook without reshuffling its visitors. ``static/src/assign.js`` is the same algorithm;
``tests/vectors/assignment.json`` holds the vectors that both must give.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_OFFSET = 0x811C9DC5
_PRIME = 0x01000193
_MASK = 0xFFFFFFFF
_SLOTS = 10_000

Range = tuple[float, float]


@dataclass(frozen=True)
class Allocation:
    """How the visitors of one experiment are shared out.

    Parameters
    ----------
    seed : str
        Usually the experiment's key. Another seed shuffles the visitors anew.
    weights : tuple of float
        Planned share of every variant, control first; they sum to 1.
    coverage : float
        Part of all visitors that takes part, 0 to 1.
    """

    seed: str
    weights: tuple[float, ...]
    coverage: float = 1.0


def fnv32a(text: str) -> int:
    """FNV-1a, 32 bits, over the UTF-16 code units of a text (not its bytes or code points).

    Examples
    --------
    >>> fnv32a("")
    2166136261
    >>> fnv32a("a")
    3826002220
    """
    value = _OFFSET
    units = text.encode("utf-16-le", "surrogatepass")
    for low, high in zip(units[::2], units[1::2], strict=True):
        value = ((value ^ (low | high << 8)) * _PRIME) & _MASK
    return value


def bucket(seed: str, unit: str) -> float:
    """Place of a visitor on the line from 0 to 1, in steps of 1/10,000.

    ``fnv32a(str(fnv32a(seed + unit))) % 10000 / 10000``, GrowthBook's hash version 2.

    Parameters
    ----------
    seed : str
        The experiment's seed.
    unit : str
        The visitor's id.

    Returns
    -------
    float
        At least 0 and below 1.

    Examples
    --------
    >>> bucket("seed", "a")
    0.0505
    """
    return fnv32a(str(fnv32a(seed + unit))) % _SLOTS / _SLOTS


def bucket_ranges(weights: Sequence[float], coverage: float = 1.0) -> list[Range]:
    """Piece of the line that each variant owns.

    Every piece starts where its full share starts and is cut to ``coverage`` of it: raising the traffic
    only adds visitors and never moves one between variants. Weights that do not sum to 1 (within .01)
    count as equal, as in GrowthBook.

    Examples
    --------
    >>> bucket_ranges([0.5, 0.5], 0.5)
    [(0.0, 0.25), (0.5, 0.75)]
    >>> bucket_ranges([3, 1])
    [(0.0, 0.5), (0.5, 1.0)]
    """
    coverage = min(max(coverage, 0.0), 1.0)
    total = 0.0
    for weight in weights:
        total += weight
    shares = list(weights) if 0.99 <= total <= 1.01 else [1 / len(weights)] * len(weights)
    ranges = []
    start = 0.0
    for share in shares:
        ranges.append((start, start + coverage * share))
        start += share
    return ranges


def choose(n: float, ranges: Sequence[Range]) -> int:
    """Index of the piece that holds ``n``, or -1 when none does.

    Examples
    --------
    >>> choose(0.6, [(0.0, 0.25), (0.5, 0.75)])
    1
    >>> choose(0.3, [(0.0, 0.25), (0.5, 0.75)])
    -1
    """
    return next((index for index, (low, high) in enumerate(ranges) if low <= n < high), -1)


def assign(allocation: Allocation, unit: str) -> int:
    """Index of the variant that a visitor gets, or -1 when the visitor is not in the experiment.

    Examples
    --------
    >>> assign(Allocation("cta-text", (0.5, 0.5)), "visitor-1")
    1
    >>> assign(Allocation("cta-text", (0.5, 0.5), coverage=0.0), "visitor-1")
    -1
    """
    return choose(bucket(allocation.seed, unit), bucket_ranges(allocation.weights, allocation.coverage))
