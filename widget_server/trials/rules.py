"""What an experiment must be before it may run: checked against the site it runs on."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from widget_server.kernel.errors import BadInput, Conflict
from widget_server.sites.invitations import shown_rules
from widget_server.sites.model import PLACEMENTS, Site
from widget_server.sites.rules import ACCENT_FORM
from widget_server.trials.cta_advice import has_placeholder
from widget_server.trials.model import (
    CTA_LENGTH,
    KEYS,
    LEVERS,
    LONGEST_DAYS,
    METRICS,
    NO_INVITATION,
    PROMISE_LENGTH,
    SHORTEST_DAYS,
    Draft,
    Experiment,
    Variant,
)
from widget_server.trials.number_test import number_test


def check_draft(draft: Draft) -> None:
    """Check what can be said of a draft by itself.

    Raises
    ------
    BadInput
        With the field that is wrong.
    """
    if not draft.name or len(draft.name) > 80:
        raise BadInput("field_empty" if not draft.name else "field_too_long", field="name", most=80)
    if draft.metric not in METRICS:
        raise BadInput("bad_field", field="metric", expected=", ".join(METRICS))
    if not draft.levers or not set(draft.levers) <= set(LEVERS):
        raise BadInput("no_lever", field="levers")
    if not 0 < draft.hoped_lift <= 5:
        raise BadInput("bad_figure", field="hoped_lift")
    if not SHORTEST_DAYS <= draft.planned_days <= LONGEST_DAYS or draft.planned_days % 7:
        raise BadInput("whole_weeks", field="planned_weeks")
    if not 0 < draft.coverage <= 1:
        raise BadInput("bad_figure", field="coverage")
    _check_shares(draft.variants)


def _check_shares(variants: tuple[Variant, ...]) -> None:
    if not 2 <= len(variants) <= len(KEYS) or [v.key for v in variants] != list(KEYS[: len(variants)]):
        raise BadInput("too_few_variants", field="variants", most=len(KEYS))
    if any(v.weight < 0.01 for v in variants) or abs(sum(v.weight for v in variants) - 1) > 0.001:
        raise BadInput("bad_shares", field="variants")


def check_startable(draft: Draft, site: Site) -> None:
    """Check that every variant can be shown on the site and differs from the others.

    Raises
    ------
    BadInput
        With the variant's letter in ``field`` (``variants.b.cta``).
    """
    check_draft(draft)
    for variant in draft.variants:
        for lever in draft.levers:
            _check_setting(variant, lever, site)
    _check_lines(draft, site)
    shown = [tuple(str(v.settings.get(lever)) for lever in draft.levers) for v in draft.variants]
    for index, setting in enumerate(shown):
        if setting in shown[:index]:
            raise BadInput("same_variants", field=f"variants.{KEYS[index]}", name=draft.variants[index].name)


def _check_lines(draft: Draft, site: Site) -> None:
    """Let tracking numbers stand in a test only where every variant has its own: else one arm alone wins callers."""
    tracking = {number.id for number in site.variant_numbers}
    without = [v for v in draft.variants if v.settings.get("number") not in tracking]
    if number_test(draft, site) == "untracked" and len(without) < len(draft.variants):
        poor = without[0] if without else draft.variants[-1]
        raise BadInput("lines_for_all", field=f"variants.{poor.key}.number", name=poor.name)


def _check_setting(variant: Variant, lever: str, site: Site) -> None:
    value, where = variant.settings.get(lever), f"variants.{variant.key}.{lever}"
    if lever == "number" and value not in {number.id for number in (*site.numbers, *site.variant_numbers)}:
        raise BadInput("no_such_number", field=where, name=variant.name)
    if lever == "placement" and value not in PLACEMENTS:
        raise BadInput("bad_field", field=where, expected=", ".join(PLACEMENTS))
    if lever == "accent" and not ACCENT_FORM.fullmatch(str(value)):
        raise BadInput("bad_accent", field=where)
    if lever == "channel" and value not in site.channels:
        raise BadInput("no_such_channel", field=where, name=variant.name)
    if lever == "invitation" and not isinstance(value, list):
        raise BadInput("no_such_invitation", field=where, name=variant.name)
    if lever == "cta":
        _check_words(value, where, variant, site)


def _check_words(value: Any, where: str, variant: Variant, site: Site) -> None:
    words: Mapping[str, Any] = value if isinstance(value, dict) else {}
    for language in site.languages:
        for field, most in (("cta", CTA_LENGTH), ("promise", PROMISE_LENGTH)):
            said = words.get(language, {}).get(field, "")
            if not said:
                raise BadInput("variant_words_empty", field=f"{where}.{language}.{field}", name=variant.name)
            if has_placeholder([said]):
                raise BadInput("variant_placeholder", field=f"{where}.{language}.{field}", name=variant.name)
            if len(said) > most:
                raise BadInput("field_too_long", field=f"{where}.{language}.{field}", most=most)


def freeze(draft: Draft, site: Site) -> Draft:
    """Write out what every variant shows: a later change of the site's settings then moves no experiment."""
    return replace(draft, variants=tuple(_freeze_variant(v, draft.levers, site) for v in draft.variants))


def _freeze_variant(variant: Variant, levers: tuple[str, ...], site: Site) -> Variant:
    settings = {lever: _frozen(lever, variant.settings.get(lever), site) for lever in levers}
    if "cta" in settings and not settings["cta"]:
        settings["cta"] = site.texts[settings.get("channel", site.settings["channel"])]
    if "cta" in settings:
        settings["cta"] = {language: settings["cta"].get(language, {}) for language in site.languages}
    return replace(variant, settings=settings)


def _frozen(lever: str, value: Any, site: Site) -> Any:
    """Return what a lever is set to; an invitation as the list of rules that may speak, an unknown one as it is."""
    if lever != "invitation":
        return value or site.settings[lever]
    if not isinstance(value, str):
        return site.invitations.shown() if value is None else value
    return [] if value == NO_INVITATION else shown_rules([value], site.invitations) or value


def check_levers_free(levers: Iterable[str], others: Iterable[Experiment], at: datetime) -> None:
    """Let two experiments run on one site only if they touch different levers.

    Raises
    ------
    Conflict
        ``lever_busy`` with the name of the experiment that holds it.
    """
    for other in others:
        if other.phase(at) == "running" and set(levers) & set(other.draft.levers):
            raise Conflict("lever_busy", field="levers", name=other.name)
