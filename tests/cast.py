"""The small cast of the tests: one clock that stands still, one site, two operators, one visitor."""

from datetime import UTC, datetime, timedelta

from widget_server.edge.identity import OperatorIdentity, Role, SiteIdentity, VisitorIdentity

MONDAY_NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # 12:00 in Moscow, a working day

VISITOR_ID = "visitor" + "a" * 19
OTHER_ID = "other" + "b" * 21
SECRET = "secret" + "c" * 20
OTHER_SECRET = "secret" + "d" * 20
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1"


class FakeClock:
    """A clock that moves only when told to."""

    def __init__(self, at: datetime = MONDAY_NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def forward(self, **delta: float) -> datetime:
        self.at += timedelta(**delta)
        return self.at


def site_identity(name: str = "shop") -> SiteIdentity:
    return SiteIdentity(f"site-{name}", name, "account", "ru", frozenset({f"https://{name}.example"}))


def visitor(visitor_id: str = VISITOR_ID, site: str = "shop") -> VisitorIdentity:
    return VisitorIdentity(f"site-{site}", visitor_id, "ru")


def operator(name: str = "Анна", *sites: str, role: Role = "operator") -> OperatorIdentity:
    site_ids = frozenset(f"site-{site}" for site in sites or ("shop",))
    return OperatorIdentity(f"op-{name}", "account", name, f"{name}@shop.example", role, "ru", True, 1, site_ids)


def bearer(visitor_id: str = VISITOR_ID, secret: str = SECRET) -> dict[str, str]:
    """Return the headers of a request by a visitor's page."""
    return {"Origin": "https://shop.example", "Authorization": f"Bearer {visitor_id}.{secret}"}
