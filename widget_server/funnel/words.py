"""Leads, stages and moments as people read them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from widget_server.funnel.model import Lead
from widget_server.funnel.stage_model import DEFAULT_KEYS, Stage
from widget_server.kernel.errors import BadInput
from widget_server.sites.model import Site
from widget_server.sites.phone import phone_text
from widget_server.texts import text
from widget_server.visitors.model import label

Keys = Mapping[str, Sequence[str]]


def stage_name(stage: Stage, language: str) -> str:
    return stage.name or text(language, f"funnel.stage.{stage.key}.name")


def stage_chain(stage: Stage, language: str) -> tuple[str, ...]:
    """Return what should be done in a stage, in this order."""
    if stage.chain is not None:
        return stage.chain
    return tuple(text(language, f"funnel.stage.{stage.key}.chain").splitlines()) if stage.key in DEFAULT_KEYS else ()


def stage_names(stages: Sequence[Stage], language: str) -> dict[str, str]:
    """Return key → name, the ends of the way too."""
    ends = {end: text(language, f"funnel.state.{end}") for end in ("won", "lost", "open")}
    return ends | {stage.key: stage_name(stage, language) for stage in stages}


def lead_title(lead: Lead, keys: Keys, site: Site, language: str) -> str:
    """Name a person by the best that is known of them."""
    if lead.name:
        return lead.name
    if keys.get("phone"):
        return phone_text(keys["phone"][0], site.country)
    if keys.get("email"):
        return keys["email"][0]
    who = keys.get("visitor") or ()
    return text(language, "funnel.visitor", label=label(who[0]) if who else "")


def read_local(raw: str, site: Site, field: str) -> datetime | None:
    """Read what a browser's field of date and time holds, by the clock on the site's wall."""
    if not raw.strip():
        return None
    try:
        at = datetime.fromisoformat(raw.strip())
        return (at if at.tzinfo is not None else at.replace(tzinfo=site.zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput("bad_moment", field=field) from None


def local_field(at: datetime | None, site: Site) -> str:
    """Write a moment for a browser's field of date and time."""
    return "" if at is None else at.astimezone(site.zone).strftime("%Y-%m-%dT%H:%M")
