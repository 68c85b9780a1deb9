"""How targets and deliveries look on the page: words, colours, what can be done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from widget_server.kernel.clock import iso
from widget_server.notify.model import EVENTS, KINDS, Delivery, Target
from widget_server.sites.model import Site
from widget_server.sites.moments import short_moment
from widget_server.texts import text

COLOURS = {"sent": "success", "failed": "danger", "sending": "accent", "folded": "neutral", "queued": "neutral"}


class Page:
    """Draws for one reader: their language, their sites, their clock (that of their first site).

    ``people`` are the names of those whose browsers may be listed.
    """

    def __init__(self, language: str, sites: Sequence[Site], people: Mapping[str, str], now: datetime) -> None:
        self._language, self._people, self._now = language, people, now
        self._names = {site.id: site.name for site in sites}
        self._zones = {site.id: site.zone for site in sites}
        self._zone = next(iter(self._zones.values()), None)

    def target(self, target: Target, last: Delivery | None, missing: str | None) -> dict[str, Any]:
        state, colour = _state(target, last, missing, self._now)
        return {
            "id": target.id,
            "channel": target.channel,
            "name": target.name,
            "who": self._people.get(target.operator_id or ""),
            "about": self._about(target),
            "state": text(self._language, f"notify.state.{state}"),
            "colour": colour,
            "why": self._why(target, last, state),
            "last": self.moment(last.tried_at, last.site_id) if last is not None and last.tried_at else None,
            "is_shut": target.problem is not None,
        }

    def delivery(self, delivery: Delivery, target: Target) -> dict[str, Any]:
        return {
            "id": delivery.id,
            "at": self.moment(delivery.alert_at, delivery.site_id),
            "iso": iso(delivery.alert_at),
            "event": name_of(delivery.kind, self._language),
            "site": self._names.get(delivery.site_id or ""),
            "target": target.name,
            "channel": target.channel,
            "result": self._result(delivery),
            "colour": "warning" if _is_retry(delivery) else COLOURS[delivery.state],
            "why": text(self._language, f"notify.problem.{delivery.error}") if delivery.error else None,
            "status": delivery.status,
            "excerpt": delivery.excerpt,
            "attempts": delivery.attempts,
            "may_repeat": delivery.state in ("sent", "failed") or _is_retry(delivery),
        }

    def outcome(self, delivery: Delivery, target: Target) -> dict[str, Any]:
        """Return what became of a test, in one sentence."""
        state = delivery.state if delivery.state in ("sent", "failed") else "pending"
        why = text(self._language, f"notify.problem.{delivery.error}") if delivery.error else ""
        words = text(self._language, f"notify.result.{state}", name=target.name, why=why)
        answer = " ".join(str(part) for part in (delivery.status, delivery.excerpt) if part)
        return {"state": state, "words": words, "answer": answer if state == "failed" else ""}

    def moment(self, at: datetime | None, site_id: str | None) -> str:
        zone = self._zones.get(site_id or "", self._zone)
        if at is None:
            return ""
        return short_moment(at, zone, self._now, self._language) if zone else iso(at)

    def _result(self, delivery: Delivery) -> str:
        kind = delivery.state
        if delivery.state == "queued" and delivery.due_at > self._now:
            kind = "retry" if _is_retry(delivery) else "held"  # type: ignore[assignment]  # a word, no state
        at = self.moment(delivery.due_at, delivery.site_id)
        return text(self._language, f"notify.outcome.{kind}", at=at)

    def _why(self, target: Target, last: Delivery | None, state: str) -> str | None:
        code = {"shut": target.problem, "last_failed": last.error if last else None}.get(state)
        return text(self._language, f"notify.problem.{code}") if code else None

    def _about(self, target: Target) -> str:
        wishes, language = target.wishes, self._language
        named = [name for site_id, name in self._names.items() if site_id in wishes.site_ids]
        parts = [", ".join(named) if wishes.site_ids else text(language, "notify.all_sites")]
        parts += [_about_what(sorted(wishes.kinds), language, len(KINDS) + (len(EVENTS) if target.is_machine else 0))]
        if wishes.quiet is not None:
            start, end = (clock_time(minutes) for minutes in wishes.quiet)
            parts += [text(language, "notify.quiet", start=start, end=end)]
        return " · ".join(parts)


def clock_time(minutes: int) -> str:
    """Write minutes of the day as a clock shows them.

    >>> clock_time(8 * 60 + 5)
    '08:05'
    """
    return f"{minutes // 60:02}:{minutes % 60:02}"


def name_of(kind: str, language: str) -> str:
    """Call an alert or an event as people do."""
    return text(language, f"notify.event.{kind}") if kind in EVENTS else text(language, f"notify.kind.{kind}.name")


def watched(target: Target) -> str:
    """Return what an open page compares: it loads again once this is another."""
    told = {name: target.data.get(name) for name in ("bot", "trouble", "code")}
    return "|".join(str(part) for part in (target.address, *told.values()))


def connection(target: Target, now: datetime) -> dict[str, Any]:
    """Return how far connecting a Telegram chat is."""
    data: Mapping[str, Any] = target.data
    live = "until" in data and datetime.fromisoformat(data["until"]) > now
    return {"code": data.get("code") if live else None, "bot": data.get("bot"), "trouble": data.get("trouble")}


def _is_retry(delivery: Delivery) -> bool:
    return delivery.state == "queued" and delivery.error is not None


def _about_what(kinds: Sequence[str], language: str, all_kinds: int) -> str:
    if len(kinds) == all_kinds:
        return text(language, "notify.everything")
    if len(kinds) == 1:
        return name_of(kinds[0], language)
    return text(language, "notify.some", n=len(kinds))


def _state(target: Target, last: Delivery | None, missing: str | None, now: datetime) -> tuple[str, str]:
    if missing is not None:
        return "not_set_up", "warning"
    if target.problem is not None:
        return "shut", "danger"
    if target.address == "":
        return ("waits", "accent") if connection(target, now)["code"] else ("expired", "warning")
    if last is not None and last.error is not None:
        return "last_failed", "warning"
    return "works", "success"
