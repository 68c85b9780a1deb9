"""What goes into an analysis and what comes out of it."""

from dataclasses import dataclass
from typing import Literal, get_args

Interval = tuple[float, float]
OpenInterval = tuple[float, float | None]
Word = Literal["winner", "loser", "no_difference", "keep_running", "not_enough_traffic", "broken"]
Kind = Literal["anytime", "group-sequential", "fixed"]
Spending = Literal["kim-demets", "kim-demets-2.5", "obrien-fleming", "pocock"]

DEFAULT_SD = 0.15  # of true log lifts, where nothing is known of what is changed
UNIFORM = (1.0, 1.0)  # a prior: one conversion and one other visitor


@dataclass(frozen=True)
class Variant:
    """Counts of one variant.

    Parameters
    ----------
    name : str
        As the sentence shall call it.
    exposed : int
        Visitors who saw the variant, each once.
    converted : int
        Those of them who converted, each once (the first conversion).
    share : float
        Planned part of the traffic, in any unit: 1 and 1, or .9 and .1.

    Raises
    ------
    ValueError
        When the counts are impossible.
    """

    name: str
    exposed: int
    converted: int
    share: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.converted <= self.exposed:
            raise ValueError(f"{self.name}: expected 0 <= converted <= exposed, got {self.converted} of {self.exposed}")
        if not 0 < self.share < float("inf"):
            raise ValueError(f"{self.name}: the planned share must be above 0, got {self.share}")


@dataclass(frozen=True)
class Counts:
    """Counts of one experiment on one metric.

    Parameters
    ----------
    variants : tuple of Variant
        At least two, with different names.
    metric : str
        Key of `experiments.wording.METRICS`, or any plural noun ("demo bookings").
    control : str
        Name of the variant to compare with; the first when empty.

    Raises
    ------
    ValueError
        When there is nothing to compare or the control is not among the variants.
    """

    variants: tuple[Variant, ...]
    metric: str = "conversion"
    control: str = ""

    def __post_init__(self) -> None:
        names = [variant.name for variant in self.variants]
        if len(names) < 2 or len(set(names)) < len(names):
            raise ValueError(f"expected at least two variants with different names, got {names}")
        if self.control and self.control not in names:
            raise ValueError(f"the control {self.control!r} is not among the variants {names}")

    @property
    def control_index(self) -> int:
        """Position of the control among the variants."""
        return [variant.name for variant in self.variants].index(self.control) if self.control else 0


@dataclass(frozen=True)
class Plan:
    """When and how the experiment may be decided; fixed before it starts.

    Parameters
    ----------
    kind : {"anytime", "group-sequential", "fixed"}
        ``anytime``: every look may decide. ``group-sequential``: every look may decide, on the way to a planned
        number of visitors; needs fewer visitors than ``anytime``. ``fixed``: only the planned end decides.
    alpha : float
        Accepted probability of a wrong winner or loser.
    hoped_lift : float
        Smallest lift worth finding, as a fraction above 0. When every lift of that size is ruled out in both
        directions the verdict is ``no_difference``.
    final : bool
        The planned end (or, for ``anytime``, the last day that the site gives the test) is reached.
    fractions : tuple of float
        For ``group-sequential``: part of the planned visitors at every look that has decided so far, and at
        this one. At the end the last one counts as 1.
    spending : {"kim-demets", "kim-demets-2.5", "obrien-fleming", "pocock"}
        For ``group-sequential``: how early the test dares to decide. The default, rho = 2.5, finds at ten looks
        what a fixed plan finds, less 2 to 3 points, with three quarters of its visitors.
    prior_sd : float
        Spread of true log lifts that is expected of such changes (`experiments.shrinkage.PRIOR_SD`); used for
        `Comparison.shrunk_lift` alone.
    prior : (float, float)
        Conversions and other visitors that each variant is thought to have had before, for the Bayesian reading.
    cost : float, optional
        Only with it may the Bayesian reading settle a test: a choice whose expected loss (conversions per visitor) is
        below the cost is made. Alpha promises nothing then; two variants only.
    looks_left, days_left : int, optional
        What the sentence says about the time to come; known to the caller, who has the clock.
    """

    kind: Kind = "anytime"
    alpha: float = 0.05
    hoped_lift: float = 0.3
    final: bool = False
    fractions: tuple[float, ...] = ()
    spending: Spending = "kim-demets-2.5"
    prior_sd: float = DEFAULT_SD
    prior: tuple[float, float] = UNIFORM
    cost: float | None = None
    looks_left: int | None = None
    days_left: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind) or self.spending not in get_args(Spending):
            raise ValueError(f"expected a plan of {get_args(Kind)} with spending of {get_args(Spending)}")
        if not 0 < self.prior_sd < float("inf") or not 0 < min(self.prior) <= max(self.prior) < float("inf"):
            raise ValueError(f"expected prior_sd and both numbers of prior above 0, got {self.prior_sd}, {self.prior}")
        if self.cost is not None and not 0 < self.cost < 1:
            raise ValueError(f"expected a cost between 0 and 1, got {self.cost}")
        if not 0 < self.alpha < 1 or not 0 < self.hoped_lift < float("inf"):
            raise ValueError(f"expected 0 < alpha < 1 and hoped_lift > 0, got {self.alpha} and {self.hoped_lift}")

    @property
    def basis(self) -> Kind:
        """Which evidence counts now: one-look figures only at the end of a fixed plan."""
        return "anytime" if self.kind == "fixed" and not self.final else self.kind

    @property
    def watched(self) -> tuple[float, ...]:
        """Parts of the planned visitors at the looks, the last one 1 at the end.

        Raises
        ------
        ValueError
            When a plan that needs them has none.
        """
        if not self.fractions and not self.final:
            raise ValueError("a group-sequential plan needs the part of its visitors at every look, got none")
        return (*self.fractions[:-1], 1.0) if self.final else self.fractions


@dataclass(frozen=True)
class VariantReport:
    """Counts and rate of one variant; ``rate`` is None before the first visitor."""

    variant: str
    exposed: int
    converted: int
    share: float
    rate: float | None
    rate_interval: Interval


@dataclass(frozen=True)
class Comparison:
    """One variant against the control.

    Lifts are fractions (.18 is +18 %); an upper end of None means that the data set no upper limit, a lift of
    None that the control has no conversions.

    ``difference_interval`` and ``lift_interval`` hold as the plan says, each by itself: at all looks together for an
    anytime plan (and before the end of a fixed one), at all planned looks, or at the only one. ``p_value`` is for one
    look whatever the plan, ``exact_p_value`` the same by Fisher's test (None from 100 conversions on);
    ``anytime_p_value`` and ``anytime_lift_interval`` hold at any look.

    ``chance_to_beat`` and the expected losses (conversions per visitor lost on average by showing the variant, or by
    keeping the control) are the Bayesian reading; ``shrunk_lift`` is what the lift is likely to be, knowing that most
    lifts are small (`experiments.shrinkage`).

    ``adjusted_p_value`` and ``decisive_interval`` are those that the verdict rests on: as `Report.basis` says, adjusted
    for the number of comparisons (Holm), so that the interval leaves out 0 when the adjusted p-value is below alpha.
    ``q_value`` is for exploring (Benjamini and Hochberg). ``simultaneous_interval`` holds together with those of the
    other variants (Dunnett at one look, otherwise alpha / k), on the same basis.
    """

    variant: str
    control: str
    difference: float | None
    difference_interval: Interval
    lift: float | None
    lift_interval: OpenInterval
    p_value: float
    exact_p_value: float | None
    anytime_p_value: float
    anytime_lift_interval: OpenInterval
    chance_to_beat: float
    expected_loss: float
    control_expected_loss: float
    shrunk_lift: float
    adjusted_p_value: float
    q_value: float
    decisive_interval: OpenInterval
    simultaneous_interval: OpenInterval


@dataclass(frozen=True)
class Note:
    """A warning beside the verdict: a code for programs, a sentence in ``ru`` and ``en`` for people."""

    code: str
    sentence: dict[str, str]


@dataclass(frozen=True)
class SampleRatio:
    """Whether visitors split as planned; valid at any number of looks."""

    p_value: float
    ok: bool


@dataclass(frozen=True)
class Verdict:
    """One word, one sentence in ``ru`` and ``en``, and the variant it speaks of (None when of none)."""

    word: Word
    sentence: dict[str, str]
    variant: str | None


@dataclass(frozen=True)
class Report:
    """All that is known about an experiment at one look."""

    metric: str
    basis: Kind
    variants: tuple[VariantReport, ...]
    comparisons: tuple[Comparison, ...]
    sample_ratio: SampleRatio
    verdict: Verdict
    notes: tuple[Note, ...] = ()
