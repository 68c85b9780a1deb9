"""Conversions on their way to advertising systems: each once, with what became of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, get_args

from widget_server.conversions.model import Conversion

System = Literal["google_ads", "metrika"]
SYSTEMS: tuple[System, ...] = get_args(System)
BatchState = Literal["queued", "sending", "sent", "failed"]
# What is asked of the owner for each system: what pages show again, and what is a secret.
FIELDS: Mapping[System, Sequence[str]] = {
    "google_ads": ("customer_id", "login_customer_id", "answered_call", "callback", "conversation", "order"),
    "metrika": ("counter_id",),
}
SECRETS: Mapping[System, Sequence[str]] = {
    "google_ads": ("developer_token", "client_id", "client_secret", "refresh_token"),
    "metrika": ("token",),
}
# How old a conversion each system takes (Yandex.Metrica: its default).
OLDEST: Mapping[System, timedelta] = {"google_ads": timedelta(days=90), "metrika": timedelta(days=21)}
MOST_A_BATCH = 2000  # as Google Ads advises
LONGEST_ATTEMPT = timedelta(seconds=120)
BACK_OFF = tuple(timedelta(seconds=s) for s in (60, 300, 1800, 7200, 18_000))
NIGHT_HOUR = 3  # on the site's clock
LOOK_AFTER = timedelta(hours=3)  # Yandex.Metrica takes up to two hours to link what was uploaded


@dataclass(frozen=True)
class Account:
    """A site's account in a system. ``sealed``: its secrets. ``problem``: nothing is uploaded until it is solved."""

    site_id: str
    system: System
    data: Mapping[str, str]
    sealed: str
    problem: str | None
    excerpt: str | None
    created_at: datetime
    uploaded_at: datetime | None = None


@dataclass(frozen=True)
class Batch:
    """One upload. ``told``: what the system says of it later."""

    id: str
    site_id: str
    system: System
    state: BatchState
    counted: int
    accepted: int
    attempts: int
    made_at: datetime
    due_at: datetime
    tried_at: datetime | None = None
    remote_id: str | None = None
    told: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None
    excerpt: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a batch. ``refused``: act id → code and words; ``later``: what the system takes another day."""

    remote_id: str | None = None
    accepted: int = 0
    refused: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    later: frozenset[str] = frozenset()


class Uploader(Protocol):
    """One system. ``upload`` may be called twice for a batch: it makes sure that nothing counts twice."""

    def upload(
        self, data: Mapping[str, str], secrets: Mapping[str, str], batch: Batch, of: Sequence[Conversion], agreed: bool
    ) -> Outcome:
        """Hand a batch over; ``agreed``: the visitors were asked, and said yes.

        Raises
        ------
        Undelivered
            With a key of ``conversions.problem``.
        """

    def wants(self, data: Mapping[str, str], one: Conversion) -> bool:
        """Tell whether a conversion has what the system knows it by, and a place to go to."""

    def look(self, data: Mapping[str, str], secrets: Mapping[str, str], batch: Batch) -> Mapping[str, Any]:
        """Return what the system says of a batch by now; empty where it says nothing.

        Raises
        ------
        Undelivered
        """
