"""What came of a click on an advertisement, as advertising systems want it. Pure."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from babel.numbers import get_currency_precision

KEPT = timedelta(days=90)  # what Google takes; Yandex takes 21 days by default
# What a visitor's page may say: nothing that a spreadsheet would read as a formula.
FORMS = {
    "gclid": re.compile(r"[A-Za-z0-9][\w-]{9,199}", re.ASCII),
    "yclid": re.compile(r"\d{5,30}", re.ASCII),
    "ym": re.compile(r"\d{5,30}", re.ASCII),  # ClientID of Yandex.Metrica
}
# Metric → what the conversion is called: the names of the goals that the widget tells a page's own analytics.
NAMES = {
    "answered_call": "widget_call",
    "callback": "widget_callback",
    "conversation": "widget_chat",
    "order": "widget_order",
}


@dataclass(frozen=True)
class Conversion:
    """What a visitor did who came by a click. ``amount``: in the currency's smallest unit, None for no order.

    ``act_id``: by what it is known as the same one; ``cause`` the order, call or talk behind it.
    """

    metric: str
    at: datetime
    gclid: str = ""
    yclid: str = ""
    client_id: str = ""
    amount: int | None = None
    currency: str = ""
    act_id: str = ""

    @property
    def cause(self) -> str:
        return self.act_id.split(":")[1] if ":" in self.act_id else self.act_id

    @property
    def price(self) -> str:
        """Return the amount as both systems read it.

        >>> Conversion("order", datetime(2026, 11, 23), amount=1250050, currency="RUB").price
        '12500.50'
        """
        if self.amount is None:
            return ""
        digits = get_currency_precision(self.currency)
        return f"{self.amount / 10**digits:.{digits}f}"


def google_ads_file(conversions: Iterable[Conversion]) -> str:
    """Return the file of Google Ads' import of conversions from clicks: all that have a ``gclid``."""
    rows = [
        (one.gclid, NAMES[one.metric], f"{one.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}", one.price, one.currency)
        for one in conversions
        if one.gclid
    ]
    head = ("Google Click ID", "Conversion Name", "Conversion Time", "Conversion Value", "Conversion Currency")
    return _table([("Parameters:TimeZone=+0000",), head, *rows])


def metrika_file(conversions: Iterable[Conversion]) -> str:
    """Return the file of Yandex.Metrica's offline conversions: all that have a ``ClientId`` or a ``Yclid``."""
    rows = [
        (one.client_id, one.yclid, NAMES[one.metric], str(int(one.at.timestamp())), one.price, one.currency)
        for one in conversions
        if one.client_id or one.yclid
    ]
    return _table([("ClientId", "Yclid", "Target", "DateTime", "Price", "Currency"), *rows])


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()
