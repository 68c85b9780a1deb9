"""What a widget tells: events of one visitor, with the page they happened on. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from widget_server.visitors.model import Context

INVITING = ("invited", "invite_taken", "invite_closed")
TYPES = ("view", "exposure", "open", "number", "tap", "close", "click", *INVITING)
MOST_BYTES = 64 * 1024
MOST_EVENTS = 50
OLDEST = timedelta(hours=24)

# Programs that look at pages: none of them will ever call. Matched in the User-Agent, any case.
_BOTS = re.compile(
    "|".join(
        (
            r"(?<!cu)bot\b",  # Googlebot/2.1, YandexBot/3.0, AdsBot-Google, but not the telephones of Cubot
            r"crawl|spider|slurp|archiver",  # search engines and archives
            r"headless|phantomjs|puppeteer|playwright|selenium",  # browsers driven by programs
            r"lighthouse|pagespeed|gtmetrix|pingdom|uptime|statuscake|monitor",  # speed and uptime checks
            r"preview|facebookexternalhit|embedly|whatsapp/|vkshare",  # messengers that fetch a link's picture
            r"^(curl|wget|python|java|go-http|okhttp|axios|node|ruby|php|libwww)",  # plain HTTP clients
        )
    ),
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reported:
    """One event; ``id`` makes it unique for ever."""

    id: str
    type: str
    at: datetime
    channel: str | None = None
    number_id: str | None = None
    experiment: str | None = None
    variant: str | None = None
    rule_id: str | None = None
    clicks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Report:
    """All that one beacon brought, read and checked."""

    site_id: str
    visitor_id: str
    at: datetime
    is_bot: bool
    context: Context
    events: tuple[Reported, ...]


@dataclass(frozen=True)
class VisitorReported(Report):
    """A visitor did something that was not known before. ``at`` is when the server heard of it."""


@dataclass(frozen=True)
class PageView:
    """One page of a visitor's way, for the operator who talks to them."""

    at: datetime
    page: str | None
    title: str | None
    referrer: str | None
    utm: Mapping[str, str]


def is_bot(user_agent: str | None, automated: bool = False) -> bool:
    """Tell whether a program looked at the page, not a person. ``automated`` is the page's ``navigator.webdriver``.

    >>> is_bot("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
    True
    >>> is_bot("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1")
    False
    >>> is_bot("Mozilla/5.0 (Linux; Android 15; CUBOT_NOTE) Chrome/140.0")
    False
    """
    return automated or not user_agent or _BOTS.search(user_agent) is not None
