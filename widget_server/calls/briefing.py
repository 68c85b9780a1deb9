"""What people on the line are told: the operator before the visitor is there, the visitor before a recorded talk."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from widget_server.calls.model import Call
from widget_server.sites.service import SiteService
from widget_server.texts import text

LONGEST_PAGE = 60  # characters; people wait on the line meanwhile


class Briefing:
    """Words for a call, in the language of its site.

    Parameters
    ----------
    find_profile : callable
        ``(site_id, visitor_id) -> dict``: where the visitor is.
    find_notice : callable
        ``(site_id, language) -> words or None``: what is said before a recorded talk.
    find_running : callable
        ``site_id -> experiments`` in the form of the site document: a visitor's variant tells what they tapped.
    """

    def __init__(
        self,
        sites: SiteService,
        find_profile: Callable[[str, str], dict[str, Any]],
        find_notice: Callable[[str, str], str | None],
        find_running: Callable[[str], Sequence[Mapping[str, Any]]],
    ) -> None:
        self._sites = sites
        self._find_profile = find_profile
        self._find_notice = find_notice
        self._find_running = find_running

    def whisper(self, call: Call) -> tuple[str, str]:
        """Return what the operator who answers hears, and its language: whatever is known, the most useful first."""
        site = self._sites.get_site(call.site_id)
        language, department = site.languages[0], site.find_department(call.department)
        profile = self._find_profile(call.site_id, call.visitor_id) if call.visitor_id else {}
        said = [text(language, "calls.whisper.site", site=site.name)]
        if department is not None:
            said.append(text(language, "calls.whisper.department", department=department.name_in(language)))
        if name := profile.get("name"):
            said.append(text(language, "calls.whisper.name", name=name))
        if page := profile.get("title"):
            said.append(text(language, "calls.whisper.page", page=page[:LONGEST_PAGE]))
        if words := cta_of(self._find_running(site.id), profile.get("variants") or {}, language):
            said.append(text(language, "calls.whisper.cta", words=words))
        return " ".join(said), language

    def notice(self, call: Call) -> tuple[str | None, str]:
        """Return what the visitor hears first if the call is recorded, and its language."""
        language = self._sites.get_site(call.site_id).languages[0]
        return self._find_notice(call.site_id, language), language


def cta_of(running: Sequence[Mapping[str, Any]], variants: Mapping[str, str], language: str) -> str | None:
    """Return the words that an experiment put on the visitor's button; None if none did.

    >>> one = {"key": "e", "variants": [{"key": "b", "settings": {"cta": {"en": {"cta": "Ask the price"}}}}]}
    >>> cta_of([one], {"e": "b"}, "en"), cta_of([one], {"e": "a"}, "en")
    ('Ask the price', None)
    """
    for experiment in running:
        for variant in experiment["variants"]:
            if variants.get(experiment["key"]) == variant["key"] and variant["settings"].get("cta"):
                words: str | None = variant["settings"]["cta"].get(language, {}).get("cta")
                return words
    return None
