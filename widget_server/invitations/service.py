"""The rules by which a site's widget speaks first, and what came of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from widget_server.beacon.service import BeaconService
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import NotFound
from widget_server.sites.invitations import Invitations, Rule
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService

PERIOD = timedelta(days=28)


@dataclass(frozen=True)
class Outcome:
    """How many different people saw a rule's invitation, took it, closed it."""

    shown: int = 0
    taken: int = 0
    closed: int = 0


class InvitationService:
    """The use cases of invitations; who may write them is asked at the door (``console.py``)."""

    def __init__(self, sites: SiteService, beacon: BeaconService, clock: Clock) -> None:
        self._sites, self._beacon, self._clock = sites, beacon, clock

    def get_rule(self, site: Site, rule_id: str) -> Rule:
        """Return a rule of the site.

        Raises
        ------
        NotFound
            If there is none.
        """
        found = site.invitations.find(rule_id)
        if found is None:
            raise NotFound("not_found")
        return found

    def save_rule(self, site: Site, rule: Rule) -> None:
        self._save(site, site.invitations.with_rule(rule))

    def remove_rule(self, site: Site, rule_id: str) -> None:
        self._save(site, site.invitations.without(self.get_rule(site, rule_id).id))

    def set_caps(self, site: Site, per_day: int, per_week: int) -> None:
        self._save(site, replace(site.invitations, per_day=per_day, per_week=per_week))

    def outcomes(self, site: Site) -> Mapping[str, Outcome]:
        """Return rule id → what came of it in the last four weeks."""
        now = self._clock.now()
        counted = self._beacon.invited(site.id, now - PERIOD, now)
        ids = {rule_id for rule_id, _ in counted}
        names = ("invited", "invite_taken", "invite_closed")
        return {rule_id: Outcome(*(counted.get((rule_id, name), 0) for name in names)) for rule_id in ids}

    def _save(self, site: Site, invitations: Invitations) -> None:
        self._sites.update_site(site.id, {"invitations": invitations})
