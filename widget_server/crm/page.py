"""The rows of the CRM's page, in the reader's language."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from widget_server.crm.model import ENDS, Connection, Link
from widget_server.funnel.stage_model import Stage
from widget_server.funnel.words import stage_names
from widget_server.sites.model import Site
from widget_server.sites.moments import short_moment
from widget_server.texts import text


def stage_rows(stages: Sequence[Stage], language: str) -> list[tuple[str, str]]:
    """Return key and name of all that can be paired: the stages, then the ends of the way."""
    names = stage_names(stages, language)
    return [(key, names[key]) for key in (*(stage.key for stage in stages), *ENDS)]


def link_row(link: Link, it: Connection, site: Site, now: datetime, language: str) -> dict[str, Any]:
    return {
        "lead_id": link.lead_id,
        "remote_id": link.remote_id,
        "url": f"{it.portal}/crm/lead/details/{link.remote_id}/" if link.remote_id else None,
        "matched": link.matched,
        "at": short_moment(link.changed_at, site.zone, now, language),
        "why": text(language, f"crm.problem.{link.error}") if link.error else None,
        "excerpt": link.excerpt,
        "next": None if link.state == "failed" else short_moment(link.due_at, site.zone, now, language),
        "deals": len(link.told.get("deals", {})),
    }


def tested_view(it: Connection, site: Site, language: str) -> dict[str, Any] | None:
    if not it.tested:
        return None
    remote_id, error = it.tested.get("remote_id"), it.tested.get("error")
    return {
        "state": it.tested["state"],
        "url": f"{it.portal}/crm/lead/details/{remote_id}/" if remote_id else None,
        "remote_id": remote_id,
        "why": text(language, f"crm.problem.{error}") if error else None,
        "excerpt": it.tested.get("excerpt"),
    }
