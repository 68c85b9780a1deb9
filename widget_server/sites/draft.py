"""What a new site begins with, and what may be changed of it later."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from widget_server.sites.calling import Calling
from widget_server.sites.chatting import ChatRules
from widget_server.sites.model import CHANNELS, CallbackRules, Department, DeskRules, Hours

WEEKDAY = ((9 * 60, 21 * 60),)
DEFAULT_HOURS: Hours = (WEEKDAY,) * 5 + (((10 * 60, 18 * 60),), ())
DEFAULT_SETTINGS: Mapping[str, Any] = {
    "channel": "callback",
    "number": None,
    "placement": "bottom-right",
    "accent": "#0b6bcb",
    "offset": [16, 16],
    "cta": None,
}
# The first words on a new site's widget. They are the owner's from then on, so they live in the database, not in
# the catalogues.
DEFAULT_TEXTS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "callback": {
        "ru": {"cta": "Перезвонить вам?", "promise": "За 20 секунд, бесплатно"},
        "en": {"cta": "Shall we call you?", "promise": "In 20 seconds, free of charge"},
    },
    "click_to_call": {
        "ru": {"cta": "Позвонить нам", "promise": "Звонок в одно касание"},
        "en": {"cta": "Call us", "promise": "One tap to call"},
    },
    "chat": {
        "ru": {"cta": "Написать нам", "promise": "Ответим здесь, в чате"},
        "en": {"cta": "Write to us", "promise": "We answer here, in the chat"},
    },
}
DEFAULT_CONSENT: Mapping[str, Mapping[str, str]] = {
    "ru": {"text": "Согласен на обработку номера телефона, чтобы мне перезвонили", "url": ""},
    "en": {"text": "I agree that my number is processed to call me back", "url": ""},
}


@dataclass(frozen=True)
class NumberDraft:
    """A number as it will be stored: ``text`` is how visitors see it."""

    e164: str
    text: str


@dataclass(frozen=True)
class SiteDraft:
    """Everything that an owner says about a site. ``key`` is made up when it is left out."""

    name: str
    languages: tuple[str, ...] = ("ru", "en")
    country: str = "RU"
    timezone: str = "Europe/Moscow"
    origins: tuple[str, ...] = ()
    hours: Hours = DEFAULT_HOURS
    holidays: tuple[str, ...] = ()
    channels: tuple[str, ...] = CHANNELS
    numbers: tuple[NumberDraft, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=lambda: DEFAULT_SETTINGS)
    texts: Mapping[str, Any] = field(default_factory=lambda: DEFAULT_TEXTS)
    consent: Mapping[str, Any] = field(default_factory=lambda: DEFAULT_CONSENT)
    calling: Calling = field(default_factory=Calling)
    callback: CallbackRules = field(default_factory=CallbackRules)
    departments: tuple[Department, ...] = ()
    chat: ChatRules = field(default_factory=ChatRules)
    desk: DeskRules = field(default_factory=DeskRules)
    key: str | None = None
    live: bool = False


def filled_texts(texts: Mapping[str, Any]) -> dict[str, dict[str, dict[str, str]]]:
    """Return the words of every channel in every language; what is missing or empty says the default."""
    return {
        channel: {
            language: {
                name: texts.get(channel, {}).get(language, {}).get(name) or default for name, default in words.items()
            }
            for language, words in by_language.items()
        }
        for channel, by_language in DEFAULT_TEXTS.items()
    }


def filled_consent(consent: Mapping[str, Any]) -> dict[str, Any]:
    """Return the consent in every language under the version that a visitor accepts: a digest of the very words."""
    words = {
        language: {
            "text": consent.get(language, {}).get("text") or default["text"],
            "url": consent.get(language, {}).get("url") or "",
        }
        for language, default in DEFAULT_CONSENT.items()
    }
    digest = hashlib.sha256(json.dumps(words, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return {"version": digest[:16], **words}
