"""What people on the line are told: the operator before the visitor is there, the visitor before a recorded talk."""

from collections.abc import Callable
from typing import Any

from widget_server.calls.model import Call
from widget_server.sites.service import SiteService
from widget_server.texts import text


class Briefing:
    """Words for a call, in the language of its site.

    Parameters
    ----------
    find_profile : callable
        ``(site_id, visitor_id) -> dict``: where the visitor is.
    """

    def __init__(self, sites: SiteService, find_profile: Callable[[str, str], dict[str, Any]]) -> None:
        self._sites = sites
        self._find_profile = find_profile

    def whisper(self, call: Call) -> tuple[str, str]:
        """Return what the operator who answers hears, and its language."""
        site = self._sites.get_site(call.site_id)
        language = site.languages[0]
        profile = self._find_profile(call.site_id, call.visitor_id) if call.visitor_id else {}
        if page := profile.get("title"):
            return text(language, "calls.whisper_page", site=site.name, page=page), language
        return text(language, "calls.whisper", site=site.name), language

    def notice(self, call: Call) -> tuple[str | None, str]:
        """Return what the visitor hears first if the call is recorded, and its language."""
        return None, self._sites.get_site(call.site_id).languages[0]
