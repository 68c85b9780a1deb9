"""What the widget tells the page's own analytics, off unless an owner asks for it. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from widget_server.kernel.errors import BadInput

Clicks = Literal["off", "on", "consent"]
LARGEST_COUNTER = 999_999_999_999


@dataclass(frozen=True)
class Analytics:
    """``metrika``: the number of the page's Yandex.Metrica counter, None for none. ``ga4``: the page's ``gtag``.
    ``data_layer``: the page's ``dataLayer``, for Google Tag Manager. ``clicks``: whether the ids of clicks on
    advertisements are kept, ``consent`` only after the page has said that the visitor agrees."""

    metrika: int | None = None
    ga4: bool = False
    data_layer: bool = False
    clicks: Clicks = "off"

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Analytics":
        switches = bool(stored.get("ga4")), bool(stored.get("data_layer"))
        return cls(stored.get("metrika"), *switches, stored.get("clicks", "off"))

    def as_stored(self) -> dict[str, Any]:
        return asdict(self)

    def view(self) -> dict[str, Any] | None:
        """Return what a page is told (docs/protocol.md, section 3); None where nobody listens."""
        return asdict(self) if self != Analytics() else None


def check_analytics(analytics: Analytics) -> None:
    if analytics.metrika is not None and not 1 <= analytics.metrika <= LARGEST_COUNTER:
        raise BadInput("bad_counter", field="analytics_metrika")
    if analytics.clicks not in get_args(Clicks):
        raise BadInput("bad_choice", field="analytics_clicks")
