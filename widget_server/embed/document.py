"""The site document: the same bytes for every visitor until the site, its experiments or who is online changes."""

import json
from collections.abc import Iterable
from typing import Any

from widget_server.callbacks.guard.desk import GuardDesk
from widget_server.embed.files import Body, make_body
from widget_server.operators.service import OperatorService
from widget_server.settings import Settings
from widget_server.sites.model import Site
from widget_server.sites.phone import phone_format
from widget_server.sites.service import SiteService
from widget_server.tracking.numbers import NumberService, shown_view
from widget_server.trials.service import TrialService

MOST_CACHED = 20_000


class SiteDocuments:
    """Documents by site key, built once and kept until ``forget``."""

    def __init__(
        self,
        sites: SiteService,
        operators: OperatorService,
        trials: TrialService,
        guard: GuardDesk,
        numbers: NumberService,
        settings: Settings,
    ) -> None:
        self._sites = sites
        self._operators = operators
        self._trials = trials
        self._guard = guard
        self._numbers = numbers
        self._settings = settings
        self._ready: dict[str, Body] = {}

    def find(self, key: str) -> Body | None:
        """Return the document's bytes, None if there is no such site."""
        ready = self._ready.get(key)
        return ready if ready is not None else self._build(key)

    def forget(self, key: str) -> None:
        self._ready.pop(key, None)

    def forget_sites(self, site_ids: Iterable[str]) -> None:
        for site_id in site_ids:
            self.forget(self._sites.get_site(site_id).key)

    def _build(self, key: str) -> Body | None:
        site = self._sites.find_by_key(key)
        if site is None:
            return None
        body = make_body(json.dumps(self.compose(site), ensure_ascii=False, separators=(",", ":")).encode())
        if len(self._ready) >= MOST_CACHED:
            self._ready.clear()
        self._ready[key] = body
        return body

    def compose(self, site: Site) -> dict[str, Any]:
        """Return the document of docs/protocol.md, section 3."""
        experiments = self._trials.running(site.id)
        invitation = _invitation(site, experiments)
        return {
            "format": 1,
            "key": site.key,
            "version": site.version,
            "name": site.name,
            "origins": list(site.origins),
            "languages": list(site.languages),
            "country": site.country,
            "timezone": site.timezone,
            "hours": [[list(span) for span in day] for day in site.hours],
            "holidays": list(site.holidays),
            "online": self._operators.online(site.id).view(),
            "departments": [{"id": d.id, "name": d.name, "hours": d.hours} for d in site.departments],
            "callback": {"first": site.callback.first},
            "chat": site.chat.view(self._settings.file_mb, has_mail=bool(self._settings.smtp_url)),
            "channels": self._channels(site),
            "numbers": [shown_view(number) for number in (*site.numbers, *site.variant_numbers)],
            "tracking": self._numbers.document(site),
            "settings": {**site.settings, "invitation": invitation},
            "invitations": {"per_day": site.invitations.per_day, "per_week": site.invitations.per_week},
            "analytics": site.analytics.view(),
            "live": site.live,
            "extras": invitation is not None or site.analytics.view() is not None or site.live,
            "texts": site.texts,
            "phone": {**phone_format(site.country), "calls": site.calling.policy_for(site.country).view()},
            "consent": site.consent,
            "promise_seconds": self._settings.promise_seconds,
            "experiments": experiments,
        }

    def _channels(self, site: Site) -> list[str]:
        """Return what the site offers now: no calls back while they are paused, and never nothing."""
        paused = "callback" in site.channels and self._guard.is_paused(site.id)
        return [name for name in site.channels if not (paused and name == "callback")] or ["chat"]


def _invitation(site: Site, experiments: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """Return the rules in force; None where nobody can be invited, so that no page loads what invites."""
    tested = any("invitation" in variant["settings"] for one in experiments for variant in one["variants"])
    return site.invitations.shown() or ([] if tested else None)
