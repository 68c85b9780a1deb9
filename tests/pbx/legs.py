"""What people at telephones do, and what their telephones wrote down. Pure."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Behaviour:
    """What the person at a telephone does with one call. Times are in seconds.

    ``answer_after`` None: never. ``refuse`` is a SIP status, said instead of the answer. ``hang_up_after`` and
    ``press_after`` count from the answer; ``keep_quiet`` sends no voice.
    """

    answer_after: float | None = 0.2
    refuse: int | None = None
    hang_up_after: float | None = None
    press: str | None = None
    press_after: float = 0.5
    rings: bool = True
    keep_quiet: bool = False


ANSWERS = Behaviour()
BUSY = Behaviour(0.05, refuse=486)
DECLINES = Behaviour(0.3, refuse=603)
WRONG = Behaviour(0.05, refuse=404)
SILENT = Behaviour(None)
DEAD = Behaviour(None, rings=False)


@dataclass
class Leg:
    """One call as its telephone saw it. Times are wall-clock seconds on the wire; None: it never happened."""

    phone: str
    call_id: str
    caller: str
    called: str
    invited_at: float
    caller_name: str = ""
    ringing_at: float | None = None
    answered_at: float | None = None
    confirmed_at: float | None = None
    refused_at: float | None = None
    cancelled_at: float | None = None
    cancel_reason: str = ""
    hung_up_at: float | None = None
    hung_up_by: str = ""
    status: int = 0
    reinvites: int = 0
    tone: int = 0
    heard: dict[int, int] = field(default_factory=dict)

    @property
    def silent_at(self) -> float | None:
        """Return when it stopped ringing."""
        return _first(self.answered_at, self.refused_at, self.cancelled_at, self.hung_up_at)

    @property
    def over_at(self) -> float | None:
        return _first(self.refused_at, self.cancelled_at, self.hung_up_at)

    def heard_only(self, other: "Leg") -> bool:
        """Tell whether this side heard the other one's voice and nobody else's."""
        return set(self.heard) == {other.tone}


def _first(*times: float | None) -> float | None:
    return min((at for at in times if at is not None), default=None)
