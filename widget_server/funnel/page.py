"""The rows of the pages of leads, in the reader's language and the site's time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from widget_server.funnel.model import MADE_BY_HAND, ORIGINS, STATES, WARMTHS, Contact, Merge, Move, Order
from widget_server.funnel.money import money
from widget_server.funnel.order_service import NEXT
from widget_server.funnel.stage_model import Stage, place_of
from widget_server.funnel.views import Card, Column, Dossier, Wanted
from widget_server.funnel.words import stage_chain, stage_name, stage_names
from widget_server.sites.model import Site
from widget_server.sites.moments import moment, short_moment
from widget_server.sites.phone import phone_text
from widget_server.texts import text
from widget_server.trials.words import figure, rate, rate_span

ORDER_KINDS = {"waiting": "warning", "paid": "success", "refunded": "danger", "cancelled": "neutral"}
STATE_KINDS = {"open": "accent", "won": "success", "lost": "neutral"}


def card_row(card: Card, site: Site, stages: Sequence[Stage], now: datetime, language: str) -> dict[str, Any]:
    """Return a lead for a list."""
    lead, place = card.lead, place_of(stages, card.lead.stage)
    phone = next(iter(card.keys.get("phone", ())), None)
    state = stage_name(card.stage, language) if lead.state == "open" else text(language, f"funnel.state.{lead.state}")
    return {
        "id": lead.id,
        "title": card.title,
        "phone": phone,
        "phone_text": phone_text(phone, site.country) if phone else None,
        "owner": card.owner,
        "initials": "".join(word[0] for word in (card.owner or "").split()[:2]).upper(),
        "state": state,
        "kind": STATE_KINDS[lead.state],
        "origin": text(language, f"funnel.origin.{lead.origin}"),
        "warmth": lead.warmth,
        "source": lead.source_word,
        "since": ago(now - lead.stage_at, language),
        "changed": short_moment(lead.changed_at, site.zone, now, language),
        "created": short_moment(lead.created_at, site.zone, now, language),
        "worry": text(language, f"funnel.worry.{card.worry}", n=card.contacts) if card.worry else None,
        "step": card.step,
        "due": short_moment(lead.next_at, site.zone, now, language) if lead.next_at else None,
        "is_due": card.is_due,
        "back": (stages[place - 1].key, stage_name(stages[place - 1], language)) if place else None,
        "on": (stages[place + 1].key, stage_name(stages[place + 1], language)) if place + 1 < len(stages) else None,
    }


def column_view(
    column: Column, site: Site, stages: Sequence[Stage], least: int, now: datetime, language: str
) -> dict[str, Any]:
    """Return a column of the board. ``least``: the percent below which a stage needs attention."""
    stage, moved = column.figures.stage, column.figures.moved
    return {
        "key": stage.key,
        "name": stage_name(stage, language),
        "count": figure(column.count, language),
        "more": column.count - len(column.cards),
        "stuck": column.stuck,
        "norm": rate(stage.norm, language),
        "moved": None if moved.rate is None else rate(moved.rate, language),
        "moved_range": rate_span(moved.interval, language) if moved.of else None,
        "of": moved.of,
        "is_weak": moved.interval[1] < least / 100,
        "chain": stage_chain(stage, language),
        "cards": [card_row(card, site, stages, now, language) for card in column.cards],
    }


def dossier_view(found: Dossier, site: Site, stages: Sequence[Stage], now: datetime, language: str) -> dict[str, Any]:
    """Return everything the page of a lead shows."""
    card, names = found.card, stage_names(stages, language)
    events = [*(_contact_row(one, found, site, now, language) for one in found.contacts)]
    events += [_move_row(one, found, names, site, now, language) for one in found.moves]
    worked, chain = card.contacts, stage_chain(card.stage, language)
    return {
        "lead": card.lead,
        "row": card_row(card, site, stages, now, language),
        "phones": [(one, phone_text(one, site.country)) for one in card.keys.get("phone", ())],
        "emails": list(card.keys.get("email", ())),
        "history": sorted(events, key=lambda row: row["at"], reverse=True),
        "chain": [(step, place < worked) for place, step in enumerate(chain)],
        "orders": [_order_row(one, site, now, language) for one in found.orders],
        "merges": [_merge_row(one, site, now, language) for one in found.merges],
        "conversations": found.conversations,
        "variants": [(name, letter, moment(at, site.zone, language)) for name, letter, at in found.variants],
        "page": found.card.lead.source.get("page"),
        "origin": text(language, f"funnel.origin.{card.lead.origin}"),
        "created": moment(card.lead.created_at, site.zone, language),
    }


def filter_choices(
    stages: Sequence[Stage], people: Sequence[dict[str, Any]], language: str
) -> dict[str, list[tuple[str, str]]]:
    """Return what a list may be narrowed to."""

    def words(family: str, names: Sequence[str]) -> list[tuple[str, str]]:
        return [("", text(language, "funnel.any")), *((n, text(language, f"funnel.{family}.{n}")) for n in names)]

    return {
        "state": words("state", STATES),
        "stage": [("", text(language, "funnel.any")), *((one.key, stage_name(one, language)) for one in stages)],
        "owner": [("", text(language, "funnel.any")), ("nobody", text(language, "funnel.nobody")), *owners(people)],
        "warmth": words("warmth", WARMTHS),
        "origin": words("origin", ORIGINS),
    }


def owners(people: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(person["id"], person["name"]) for person in people]


def kinds(language: str) -> list[tuple[str, str]]:
    return [(kind, text(language, f"funnel.kind.{kind}")) for kind in MADE_BY_HAND]


def as_args(wanted: Wanted, **changes: Any) -> dict[str, Any]:
    """Return a list's address again, some of it changed."""
    args = vars(wanted) | changes
    return {name: value for name, value in args.items() if value or name == "state"}


def ago(length: timedelta, language: str) -> str:
    """Write how long a lead has stood in its stage.

    >>> ago(timedelta(hours=5), "en"), ago(timedelta(days=3), "ru")
    ('5 h', '3 дн.')
    """
    if length < timedelta(hours=1):
        return text(language, "funnel.ago.minutes", n=max(int(length.total_seconds()) // 60, 0))
    if length < timedelta(days=1):
        return text(language, "funnel.ago.hours", n=int(length.total_seconds()) // 3600)
    return text(language, "funnel.ago.days", n=length.days)


def _contact_row(one: Contact, found: Dossier, site: Site, now: datetime, language: str) -> dict[str, Any]:
    who = found.names.get(one.operator_id or "")
    href = f"/console/calls/{one.ref}" if one.kind == "call" and one.ref else None
    return {
        "at": one.at,
        "when": short_moment(one.at, site.zone, now, language),
        "what": text(language, f"funnel.kind.{one.kind}"),
        "who": who or (text(language, "funnel.no_answer") if one.kind in ("call", "callback", "chat") else None),
        "note": one.note,
        "href": f"/console/#{one.ref}" if one.kind in ("chat", "form") and one.ref else href,
        "productive": one.productive_at is not None,
        "is_move": False,
    }


def _move_row(
    one: Move, found: Dossier, names: dict[str, str], site: Site, now: datetime, language: str
) -> dict[str, Any]:
    where = names.get(one.now, one.now)
    key = "born" if not one.was else "moved"
    return {
        "at": one.at,
        "when": short_moment(one.at, site.zone, now, language),
        "what": text(language, f"funnel.history.{key}", stage=where),
        "who": found.names.get(one.operator_id or ""),
        "note": one.reason,
        "href": None,
        "productive": False,
        "is_move": True,
    }


def _order_row(one: Order, site: Site, now: datetime, language: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "number": one.number,
        "amount": money(one.amount, one.currency, language),
        "state": text(language, f"funnel.order.{one.state}"),
        "kind": ORDER_KINDS[one.state],
        "at": short_moment(one.ordered_at, site.zone, now, language),
        "next": [(state, text(language, f"funnel.order_act.{state}")) for state in NEXT[one.state]],
    }


def _merge_row(one: Merge, site: Site, now: datetime, language: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": short_moment(one.at, site.zone, now, language),
        "why": text(language, f"funnel.merge.{one.why}"),
    }


def visitor_view(
    found: tuple[Card, list[Order]], site: Site, stages: Sequence[Stage], now: datetime, language: str
) -> dict[str, Any]:
    """Return a lead for whoever talks to them now (docs/protocol.md, section 7)."""
    row = card_row(found[0], site, stages, now, language)
    told = {name: row[name] for name in ("id", "title", "owner", "step", "worry")}
    return told | {"stage": row["state"], "orders": order_words(found[1], language)}


def order_words(found: Sequence[Order], language: str) -> list[str]:
    """Return orders in a line each, for the card of a visitor."""
    return [
        f"{money(one.amount, one.currency, language)} · {text(language, f'funnel.order.{one.state}')}" for one in found
    ]
