"""The page's form and what it means. Field names are the names that errors use: ``variants.b.cta.ru.cta``."""

from collections.abc import Mapping, Sequence
from typing import Any

from widget_server.kernel.errors import BadInput
from widget_server.kernel.untrusted import clean_text
from widget_server.sites.model import Site
from widget_server.trials.model import HOPED_LIFT, KEYS, LEVERS, NO_INVITATION, Draft, Variant

Form = Mapping[str, Any]


def read_draft(form: Form, levers: Sequence[str], languages: Sequence[str]) -> Draft:
    """Read the form; what it means together is checked by ``rules``.

    Raises
    ------
    BadInput
        ``bad_figure`` where a figure is none.
    """
    chosen = tuple(lever for lever in LEVERS if lever in levers)
    keys = [key for key in KEYS if f"variants.{key}.name" in form]
    shares, coverage = _read_shares(form, keys), _figure(form, "coverage")
    return Draft(
        name=_text(form, "name"),
        metric=_text(form, "metric"),
        levers=chosen,
        variants=tuple(
            Variant(key, _text(form, f"variants.{key}.name")[:60], share, _settings(form, key, chosen, languages))
            for key, share in zip(keys, shares, strict=True)
        ),
        hoped_lift=(_figure(form, "hoped_lift") or 0) / 100,
        planned_days=round(7 * (_figure(form, "planned_weeks") or 0)),
        coverage=1.0 if coverage is None else coverage / 100,
        daily_visitors=_figure(form, "daily_visitors"),
        baseline=_share(form, "baseline"),
    )


def read_coverage(form: Form) -> float:
    """Return the part of the visitors; 0 where nothing is said, which no experiment may have."""
    return (_figure(form, "coverage") or 0) / 100


def _settings(form: Form, key: str, levers: Sequence[str], languages: Sequence[str]) -> dict[str, Any]:
    """Return what the variant sets; the first one is what the site shows, but may have a tracking number of its own."""
    if key == KEYS[0]:
        levers = [lever for lever in levers if lever == "number"]
    settings: dict[str, Any] = {}
    for lever in levers:
        where = f"variants.{key}.{lever}"
        if lever == "cta":
            words = {
                language: {part: _text(form, f"{where}.{language}.{part}") for part in ("cta", "promise")}
                for language in languages
            }
            if any(part for by_part in words.values() for part in by_part.values()):
                settings["cta"] = words
        elif value := _text(form, where):
            settings[lever] = value
    return settings


def _read_shares(form: Form, keys: Sequence[str]) -> list[float]:
    """Return the planned shares: equal ones where nothing is said."""
    given = [_figure(form, f"variants.{key}.share") for key in keys]
    if not any(given):
        return [1 / len(keys)] * len(keys) if keys else []
    return [(share or 0) / 100 for share in given]


def _text(form: Form, field: str) -> str:
    value = form.get(field, "")
    return clean_text(value)[:300] if isinstance(value, str) else ""


def _figure(form: Form, field: str) -> float | None:
    raw = _text(form, field).replace(" ", "").replace("\u00a0", "").replace(",", ".").removesuffix("%")
    if not raw:
        return None
    try:
        value = float(raw)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise BadInput("bad_figure", field=field)
    return value


def _share(form: Form, field: str) -> float | None:
    value = _figure(form, field)
    if value is not None and value >= 100:
        raise BadInput("bad_figure", field=field)
    return None if not value else value / 100


def blank_form(site: Site, names: Sequence[str]) -> dict[str, str]:
    """Return what the form of a new experiment holds."""
    return {
        "metric": "answered_call",
        "hoped_lift": f"{HOPED_LIFT['cta'] * 100:g}",
        "planned_weeks": "2",
        "coverage": "100",
        **{f"variants.{key}.name": name for key, name in zip(KEYS, names, strict=False)},
    }


def filled_form(draft: Draft) -> dict[str, str]:
    """Return what the form holds for a draft; ``read_draft`` gives the draft back."""
    form = {
        "name": draft.name,
        "metric": draft.metric,
        "hoped_lift": f"{draft.hoped_lift * 100:g}",
        "planned_weeks": f"{draft.planned_days // 7}",
        "coverage": f"{draft.coverage * 100:g}",
        "daily_visitors": "" if draft.daily_visitors is None else f"{draft.daily_visitors:g}",
        "baseline": "" if draft.baseline is None else f"{draft.baseline * 100:g}",
    }
    equal = len({round(variant.weight, 6) for variant in draft.variants}) == 1
    for variant in draft.variants:
        start = f"variants.{variant.key}"
        form[f"{start}.name"] = variant.name
        form[f"{start}.share"] = "" if equal else f"{variant.weight * 100:g}"
        for lever, value in variant.settings.items():
            if lever == "invitation" and not isinstance(value, str):
                form[f"{start}.{lever}"] = value[0]["id"] if value else NO_INVITATION
            elif lever != "cta":
                form[f"{start}.{lever}"] = str(value)
            else:
                form |= {f"{start}.cta.{lang}.{part}": said for lang, w in value.items() for part, said in w.items()}
    return form
