"""The call log as a page shows it: what was asked for, and each call in the words and the time zone of its site."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select

from widget_server.calls.facts import call_tags
from widget_server.calls.model import Call, Outcome
from widget_server.calls.store import calls
from widget_server.kernel.clock import iso
from widget_server.sites.model import Site
from widget_server.sites.moments import short_moment
from widget_server.sites.phone import phone_text
from widget_server.texts import text

PAGE = 50
PERIODS = (1, 7, 30, 90)
RESULTS: dict[str, tuple[Outcome, ...]] = {
    "talked": ("talked",),
    "missed": ("missed", "nobody", "declined", "late", "paused", "lost"),
    "unreached": ("busy", "no_answer", "failed", "operator_left", "cancelled"),
}


class CallTasks(Protocol):
    """Calls that ask for a person, whoever knows of them (callbacks do)."""

    def list_tasks(self, site_ids: frozenset[str]) -> list[dict[str, Any]]: ...


@dataclass(frozen=True)
class LogFilter:
    """What somebody wants to see. Anything unknown in an address means no wish."""

    site_id: str | None
    operator_id: str | None
    result: str | None
    days: int
    before: datetime | None
    tag: str | None = None

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "LogFilter":
        days = args.get("days", "")
        return cls(
            site_id=args.get("site") or None,
            operator_id=args.get("operator") or None,
            result=args.get("result") if args.get("result") in RESULTS else None,
            days=int(days) if days in {str(one) for one in PERIODS} else PERIODS[1],
            before=_moment(args.get("before", "")),
            tag=args.get("tag") or None,
        )

    def where(self, site_ids: frozenset[str], now: datetime) -> list[Any]:
        """Return the conditions on calls; never more than the sites that the reader may see."""
        seen = site_ids if self.site_id is None else site_ids & {self.site_id}
        found: list[Any] = [calls.c.site_id.in_(seen), calls.c.started_at >= now - timedelta(days=self.days)]
        if self.operator_id is not None:
            found.append(calls.c.operator_id == self.operator_id)
        if self.result is not None:
            found.append(calls.c.outcome.in_(RESULTS[self.result]))
        if self.tag is not None:
            found.append(calls.c.id.in_(select(call_tags.c.call_id).where(call_tags.c.tag == self.tag)))
        return found

    def older_than(self) -> list[Any]:
        return [] if self.before is None else [calls.c.started_at < self.before]

    def as_args(self, **changes: Any) -> dict[str, Any]:
        """Return the address's parameters again, some of them changed."""
        args = {"site": self.site_id, "operator": self.operator_id, "result": self.result, "days": self.days}
        args["tag"] = self.tag
        return {name: value for name, value in (args | changes).items() if value}


def line(call: Call, site: Site, operator: str | None, now: datetime, language: str) -> dict[str, Any]:
    """Return one call for the table."""
    waited, talk = call.waited(), call.talk()
    department = site.find_department(call.department)
    return {
        "id": call.id,
        "at": short_moment(call.started_at, site.zone, now, language),
        "iso": iso(call.started_at),
        "direction": call.direction,
        "phone": phone_text(call.phone, site.country) if call.phone else text(language, "calls.hidden"),
        "phone_e164": call.phone,
        "site": site.name,
        "operator": operator,
        "department": department.name_in(language) if department is not None else None,
        "state": call.outcome or call.state,
        "kind": _kind(call),
        "waited": clock_face(waited),
        "talked": clock_face(talk),
    }


def clock_face(length: timedelta | None) -> str | None:
    """Write a length of time as telephones do.

    >>> clock_face(timedelta(seconds=75)), clock_face(timedelta(hours=1, seconds=5))
    ('1:15', '1:00:05')
    """
    if length is None:
        return None
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _kind(call: Call) -> str:
    """Return the colour of its badge."""
    if call.outcome is None:
        return "accent"
    if call.outcome in RESULTS["talked"]:
        return "success"
    return "danger" if call.outcome in RESULTS["missed"] else "neutral"


def _moment(raw: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(raw)
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
