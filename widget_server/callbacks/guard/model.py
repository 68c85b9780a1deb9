"""What the guard counts: who asks for which number, which caps hold, what counts as suspicious. Pure."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from limits import parse_many

from widget_server.settings import Settings
from widget_server.sites.calling import Calling

CapKind = Literal["number", "block", "address", "callers", "network", "visitor", "site"]
AlarmKind = Literal[
    "block", "address", "callers", "network", "site", "burst", "refused", "spend_50", "spend_80", "spend_100"
]
BlockWhy = Literal["asked", "spam", "dropped"]
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
# One person may ask for their own number several times: these caps end in a refusal, they raise no suspicion.
PERSONAL: tuple[CapKind, ...] = ("number", "visitor")
SPEND_ALARMS: tuple[tuple[int, AlarmKind], ...] = ((50, "spend_50"), (80, "spend_80"), (100, "spend_100"))
BLOCKED_FOR: dict[BlockWhy, timedelta | None] = {"asked": None, "spam": timedelta(days=30), "dropped": DAY}
DROPPED_WITHIN = timedelta(seconds=5)
DROPS = 3
# Half of a cap used: a proof of work. The bits rise with what is used; one more bit is twice the work.
SUSPICIOUS = 0.5
LEAST_BITS, MOST_BITS = 14, 19
BURSTS_PER_HOUR = 6  # a sixth of the hour's cap within one minute is a burst


@dataclass(frozen=True)
class Act:
    """One request that was let through: by whom, from where, for which number."""

    callback_id: str
    site_id: str
    visitor_id: str
    phone: str
    block: str
    address: str
    network: str
    at: datetime


@dataclass(frozen=True)
class Cap:
    """At most ``most`` within ``window``: requests, or numbers where the kind is ``block`` or ``callers``."""

    kind: CapKind
    most: int
    window: timedelta


@dataclass(frozen=True)
class Use:
    """How much of a cap was used before the request in question."""

    cap: Cap
    used: int

    @property
    def is_full(self) -> bool:
        return self.used >= self.cap.most

    @property
    def share(self) -> float:
        """Return what would be used with the request in question."""
        return (self.used + 1) / self.cap.most


@dataclass(frozen=True)
class AbuseSuspected:
    """Something looks like abuse, or the day's money runs out; once per site, kind and hour (money: and day)."""

    site_id: str
    kind: AlarmKind
    figure: int
    at: datetime


def make_act(callback_id: str, site_id: str, visitor_id: str, phone: str, address: str, at: datetime) -> Act:
    near, far = networks_of(address)
    return Act(callback_id, site_id, visitor_id, phone, block_of(phone), near, far, at)


def block_of(e164: str) -> str:
    """Return what a number shares with its 999 neighbours.

    >>> block_of("+79123456789")
    '+79123456'
    """
    return e164[:-3]


def networks_of(address: str) -> tuple[str, str]:
    """Return what one household shares, and what one network does.

    >>> networks_of("10.1.2.3"), networks_of("2001:db8:1:2:3::4"), networks_of("::ffff:10.1.2.3")
    (('10.1.2.3', '10.1.2.0/24'), ('2001:db8:1:2::/64', '2001:db8:1::/48'), ('10.1.2.3', '10.1.2.0/24'))
    """
    try:
        known: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64], address[:64]
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is None:
            near, far = (ipaddress.ip_network((known, bits), strict=False) for bits in (64, 48))
            return str(near), str(far)
        known = known.ipv4_mapped
    return str(known), str(ipaddress.ip_network((known, 24), strict=False))


def caps_of(settings: Settings) -> tuple[Cap, ...]:
    """Return the caps of the whole installation."""
    rules: dict[CapKind, str] = {
        "number": settings.limit_callbacks_per_number,
        "block": settings.limit_numbers_per_block,
        "address": settings.limit_callbacks_per_address,
        "callers": settings.limit_numbers_per_address,
        "network": settings.limit_callbacks_per_network,
        "visitor": settings.limit_callbacks_per_visitor,
    }
    return tuple(
        Cap(kind, item.amount, timedelta(seconds=item.get_expiry()))
        for kind, rule in rules.items()
        for item in parse_many(rule)
    )


def caps_of_site(calling: Calling) -> tuple[Cap, ...]:
    """Return the caps of a site; the last refuses nobody: so many within a minute are a burst."""
    burst = max(3, calling.per_hour // BURSTS_PER_HOUR)
    return Cap("site", calling.per_hour, HOUR), Cap("site", calling.per_day, DAY), Cap("site", burst, MINUTE)


def bits_for(share: float) -> int:
    """Return how hard a proof must be when this share of a cap is used; 0 for no proof.

    >>> bits_for(0.5), bits_for(0.55), bits_for(0.75), bits_for(1.0)
    (0, 14, 16, 19)
    """
    if share <= SUSPICIOUS:
        return 0
    rise = (min(share, 1.0) - SUSPICIOUS) / (1 - SUSPICIOUS)
    return LEAST_BITS + int(rise * (MOST_BITS - LEAST_BITS))
