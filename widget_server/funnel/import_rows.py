"""One row of a table, read as strictly as what a person types. Pure but for the reading of telephone numbers."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from widget_server.funnel.model import Arrival, OrderState, Warmth
from widget_server.funnel.money import own_currency, read_currency, read_money
from widget_server.funnel.order_service import OrderDraft, check_order
from widget_server.funnel.service import LeadDraft, read_lead
from widget_server.kernel.errors import BadInput
from widget_server.sites.model import Site

WARMTHS: dict[str, Warmth] = {
    "": "cold", "cold": "cold", "холодный": "cold", "холодная": "cold",
    "warm": "warm", "тёплый": "warm", "теплый": "warm", "тёплая": "warm",
}  # fmt: skip
STATES: dict[str, OrderState] = {
    "": "paid", "paid": "paid", "оплачен": "paid", "оплачено": "paid", "да": "paid", "yes": "paid",
    "waiting": "waiting", "waits for payment": "waiting", "ждёт оплаты": "waiting", "не оплачен": "waiting",
    "refunded": "refunded", "refund": "refunded", "деньги возвращены": "refunded", "возврат": "refunded",
    "cancelled": "cancelled", "canceled": "cancelled", "отменён": "cancelled", "отменен": "cancelled",
}  # fmt: skip
_RUSSIAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::\d{2})?)?")


def read_lead_row(site: Site, row: Mapping[str, str], now: datetime) -> Arrival:
    warmth = WARMTHS.get(row.get("warmth", "").strip().lower())
    if warmth is None:
        raise BadInput("bad_choice", field="warmth")
    words = {name: row.get(name, "") for name in ("phone", "email", "name", "note", "source", "medium")}
    at = read_date(row.get("at", ""), site, now)
    return read_lead(site, LeadDraft(**words, warmth=warmth), "import", at)


def read_order_row(site: Site, row: Mapping[str, str], now: datetime) -> tuple[Arrival, OrderDraft]:
    """Return who ordered, and the order. Without a state it is paid, without a currency in the country's own."""
    state = STATES.get(row.get("state", "").strip().lower())
    if state is None:
        raise BadInput("bad_choice", field="state")
    currency = read_currency(row.get("currency", "") or own_currency(site.country))
    at = read_date(row.get("at", ""), site, now)
    person = read_lead(site, LeadDraft(row.get("phone", ""), row.get("email", ""), warmth="cold"), "import", at)
    amount = read_money(row.get("amount", ""), currency)
    draft = OrderDraft(amount, currency, state, row.get("number", ""), at)
    check_order(draft)
    return replace(person, source={}), draft


def read_date(raw: str, site: Site, now: datetime) -> datetime:
    """Read a day, or a moment by the clock on the site's wall: 2026-11-23 10:00, 23.11.2026; empty means now.

    Raises
    ------
    BadInput
        ``bad_past_day``: neither, or a day that has not come yet.
    """
    words = raw.strip()
    if not words:
        return now
    try:
        if found := _RUSSIAN.fullmatch(words):
            day, month, year, hour, minute = (int(part or 0) for part in found.groups())
            at = datetime(year, month, day, hour, minute, tzinfo=site.zone)
        else:
            at = datetime.fromisoformat(words)
            at = at if at.tzinfo is not None else at.replace(tzinfo=site.zone)
        moment = at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput("bad_past_day", field="at") from None
    if moment > now or moment.year < 1990:
        raise BadInput("bad_past_day", field="at")
    return moment
