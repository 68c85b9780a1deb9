"""The part of the site's form about the page's own analytics."""

from typing import Any

from werkzeug.datastructures import MultiDict

from widget_server.edge.form import Form
from widget_server.sites.analytics import Analytics

SWITCHES = ("ga4", "data_layer")


def analytics_fields(analytics: Analytics) -> MultiDict[str, str]:
    shown: MultiDict[str, str] = MultiDict({"analytics_metrika": str(analytics.metrika or "")})
    shown.update({f"analytics_{name}": "1" if getattr(analytics, name) else "" for name in SWITCHES})
    shown["analytics_clicks"] = analytics.clicks
    return shown


def read_analytics(form: Form) -> dict[str, Any]:
    raw = form.values.get("analytics_metrika", "").strip()
    counter = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 20 else -1
    clicks: Any = form.values.get("analytics_clicks") or "off"
    switches = {name: bool(form.values.get(f"analytics_{name}")) for name in SWITCHES}
    return {"analytics": Analytics(metrika=counter if raw else None, clicks=clicks, **switches)}
