"""The rows of uploads, in the reader's language."""

from datetime import datetime
from typing import Any

from widget_server.conversions.model import NAMES
from widget_server.conversions.upload_model import SYSTEMS, Account, Batch
from widget_server.conversions.upload_service import Uploads, moment_of
from widget_server.sites.model import Site
from widget_server.sites.moments import short_moment
from widget_server.texts import UnknownText, text

KINDS = {"sent": "success", "failed": "danger", "queued": "neutral", "sending": "neutral"}


def uploads_view(found: Uploads, site: Site, now: datetime, language: str) -> dict[str, Any]:
    return {
        "systems": [_system(one, found.accounts.get(one), site, now, language) for one in SYSTEMS],
        "became": {(one, metric): _became(found, one, metric, language) for one in SYSTEMS for metric in NAMES},
        "batches": [_batch(one, site, now, language) for one in found.batches],
        "refused": [
            {
                "system": text(language, f"conversions.system.{row.system}"),
                "what": text(language, f"experiments.metric.{row.metric}.name"),
                "at": short_moment(row.at, site.zone, now, language),
                "why": _why(row.error, language),
                "words": row.words,
            }
            for row in found.refused
        ],
    }


def _system(name: str, it: Account | None, site: Site, now: datetime, language: str) -> dict[str, Any]:
    return {
        "key": name,
        "name": text(language, f"conversions.system.{name}"),
        "is_on": it is not None,
        "problem": text(language, f"conversions.problem.{it.problem}") if it and it.problem else None,
        "excerpt": it.excerpt if it else None,
        "last": short_moment(it.uploaded_at, site.zone, now, language) if it and it.uploaded_at else None,
    }


def _became(found: Uploads, system: str, metric: str, language: str) -> str:
    counts = {what: found.counts.get((system, metric, what), 0) for what in ("sent", "waiting", "refused")}
    return text(language, "conversions.became", **counts)


def _batch(batch: Batch, site: Site, now: datetime, language: str) -> dict[str, Any]:
    linked = batch.told.get("linked_quantity")
    return {
        "system": text(language, f"conversions.system.{batch.system}"),
        "at": short_moment(moment_of(batch), site.zone, now, language),
        "counted": batch.counted,
        "accepted": batch.accepted if batch.state == "sent" else None,
        "linked": linked,
        "state": text(language, f"conversions.state.{batch.state}"),
        "kind": KINDS[batch.state],
        "why": text(language, f"conversions.problem.{batch.error}") if batch.error else None,
    }


def _why(code: str, language: str) -> str:
    """Return what a code of theirs means where that is known, else the code itself."""
    try:
        return text(language, f"conversions.refused.{code.lower()}")
    except UnknownText:
        return code
