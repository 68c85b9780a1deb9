"""The site's form: from a site to the fields of the page, and from posted fields to changes."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from widget_server.edge.form import Form
from widget_server.kernel.errors import BadInput, ProductError
from widget_server.sites.analytics_form import analytics_fields, read_analytics
from widget_server.sites.answering_form import answering_fields, read_answering
from widget_server.sites.calling_form import calling_fields, read_calling
from widget_server.sites.chatting_form import chatting_fields, read_chatting
from widget_server.sites.day_time import clock_text, read_minutes
from widget_server.sites.draft import NumberDraft, SiteDraft
from widget_server.sites.formats import offered_forms
from widget_server.sites.model import CHANNELS, DAY, DEMO_KEY, Hours, Site
from widget_server.sites.origins import read_domains, show_domains
from widget_server.sites.phone import COUNTRIES, phone_text, read_phone
from widget_server.sites.rules import check_site
from widget_server.texts import LANGUAGES

MOST_NUMBERS = 20
WORDS = ("cta", "promise")


def fields_of(site: Site | SiteDraft) -> MultiDict[str, str]:
    """Return the fields of the page as they stand for a site."""
    shown: MultiDict[str, str] = MultiDict()
    shown.update({"name": site.name, "country": site.country, "timezone": site.timezone})
    shown.update({"origins": "\n".join(show_domains(site.origins)), "holidays": "\n".join(site.holidays)})
    shown.update({"language": site.languages[0], "channel": site.settings["channel"]})
    shown.update({"placement": site.settings["placement"], "accent": site.settings["accent"]})
    shown.update({"offset_x": str(site.settings["offset"][0]), "offset_y": str(site.settings["offset"][1])})
    shown.setlist("languages", list(site.languages))
    shown.setlist("channels", list(site.channels))
    shown.setlist("number", [phone_text(number.e164, site.country) for number in site.numbers])
    shown.setlist("number_text", [number.text for number in site.numbers])
    for day, spans in enumerate(site.hours):
        if spans:
            shown[f"day_{day}"] = "1"
        for n, (start, end) in enumerate(spans[:2]):
            shown[f"day_{day}_from{n}"], shown[f"day_{day}_to{n}"] = clock_text(start), clock_text(end)
    for language in LANGUAGES:
        for channel in CHANNELS:
            for word in WORDS:
                shown[f"text_{channel}_{language}_{word}"] = site.texts[channel][language][word]
        for word in ("text", "url"):
            shown[f"consent_{language}_{word}"] = site.consent[language][word]
    shown.update(answering_fields(site))
    shown.update(calling_fields(site.calling))
    shown.update(chatting_fields(site.chat))
    shown.update(analytics_fields(site.analytics) if isinstance(site, Site) else {})
    return shown


def read_basics(form: Form, key: str | None = None) -> dict[str, Any]:
    """Read what the wizard asks; look into ``form.errors`` before using it."""
    values = form.values
    country = values.get("country", "")
    changes: dict[str, Any] = {
        "name": form.text("name", most=80),
        "origins": form.take(lambda: read_domains(values.get("origins", ""), any_page=key == DEMO_KEY), ()),
        "country": country,
        "timezone": values.get("timezone", ""),
        "languages": _languages(form),
        "hours": form.take(lambda: _hours(values), None),
        "numbers": form.take(lambda: _numbers(values, country), ()),
    }
    return _checked(form, changes, key)


def read_widget(form: Form, key: str) -> dict[str, Any]:
    """Read what else the settings page asks."""
    values = form.values
    words = {channel: _by_language(form, f"text_{channel}", WORDS, most=80) for channel in CHANNELS}
    changes: dict[str, Any] = {
        "holidays": form.take(lambda: _holidays(values.get("holidays", "")), ()),
        "channels": tuple(channel for channel in CHANNELS if channel in values.getlist("channels")),
        "settings": {
            "channel": values.get("channel", ""),
            "placement": values.get("placement", ""),
            "accent": values.get("accent", "").lower(),
            "offset": [form.number("offset_x"), form.number("offset_y")],
            "number": None,
        },
        "texts": words,
        "consent": _by_language(form, "consent", ("text", "url"), most=500),
        **read_answering(form),
        **read_calling(form),
        **read_chatting(form),
        **read_analytics(form),
    }
    return _checked(form, changes, key)


def _by_language(form: Form, prefix: str, words: tuple[str, ...], most: int) -> dict[str, dict[str, str]]:
    return {
        language: {word: form.text(f"{prefix}_{language}_{word}", most=most, least=0) for word in words}
        for language in LANGUAGES
    }


def _checked(form: Form, changes: dict[str, Any], key: str | None) -> dict[str, Any]:
    for field, value in changes.items():
        if field not in form.errors and field not in ("numbers", "origins"):
            try:
                check_site({field: value}, key)
            except ProductError as error:
                form.add(error)
    return changes


def _languages(form: Form) -> tuple[str, ...]:
    chosen = [language for language in LANGUAGES if language in form.values.getlist("languages")]
    first = form.values.get("language")
    return tuple(sorted(chosen, key=lambda language: language != first))


def _hours(values: Mapping[str, str]) -> Hours:
    return tuple(tuple(_spans(values, day)) if values.get(f"day_{day}") else () for day in range(7))


def _spans(values: Mapping[str, str], day: int) -> list[tuple[int, int]]:
    pairs = [(values.get(f"day_{day}_from{n}", ""), values.get(f"day_{day}_to{n}", "")) for n in (0, 1)]
    spans = [(read_minutes(start), read_minutes(end) or DAY) for start, end in pairs if start or end]
    if not spans:
        raise BadInput("bad_hours", field="hours")
    return spans


def _numbers(values: MultiDict[str, str], country: str) -> tuple[NumberDraft, ...]:
    """Read the rows of numbers: what was typed and the form chosen for it; empty rows do not count."""
    texts = values.getlist("number_text")
    rows = [(raw.strip(), texts[n] if n < len(texts) else "") for n, raw in enumerate(values.getlist("number"))]
    numbers = [_number(raw, text, country) for raw, text in rows[:MOST_NUMBERS] if raw]
    return tuple(dict.fromkeys(numbers))


def _number(raw: str, text: str, country: str) -> NumberDraft:
    try:
        e164 = read_phone(raw, country if country in COUNTRIES else "RU").e164
    except BadInput as error:
        raise BadInput(error.code, field="number", **error.args_for_text) from None
    forms = offered_forms(e164, text, raw)
    return NumberDraft(e164, text if text in forms else raw if raw in forms else forms[0])


def _holidays(raw: str) -> tuple[str, ...]:
    return tuple(sorted({_day(word) for word in re.split(r"[\s,;]+", raw) if word}))


def _day(word: str) -> str:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(word, form).date().isoformat()  # noqa: DTZ007  # a date has no zone
        except ValueError:
            continue
    raise BadInput("bad_date", field="holidays", date=word[:20])
