"""The page of what people did."""

from collections.abc import Collection
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from flask import render_template, request

from widget_server.audit.model import ACTS, Wanted
from widget_server.audit.service import AuditService
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.services import service
from widget_server.kernel.clock import Clock

blueprint = console_blueprint("audit", __name__)


class AuditPeople(Protocol):
    """Who may have done something (operators know)."""

    def people_of(self, site_ids: Collection[str]) -> list[dict[str, Any]]: ...

    def zone_of(self, site_ids: Collection[str]) -> ZoneInfo: ...


@blueprint.get("/audit")
@needs_role("owner", "admin")
def show() -> str:
    me, wanted = current_operator(), _wanted()
    records, after = service(AuditService).page(me, wanted)
    people = service(AuditPeople)
    zone = people.zone_of(me.site_ids)
    return render_template(
        "console/audit.html",
        records=[(one, one.at.astimezone(zone)) for one in records],
        after=after,
        wanted=wanted,
        acts=ACTS,
        people=people.people_of(me.site_ids),
        zone=zone.key,
        today=service(Clock).now().astimezone(zone).date(),
    )


def _wanted() -> Wanted:
    asked = request.args
    before = asked.get("before", "")
    return Wanted(
        act=asked.get("act", "") if asked.get("act") in ACTS else "",
        operator_id=asked.get("operator", "")[:40].replace("\0", ""),
        site_id=asked.get("site", "")[:40].replace("\0", ""),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None,
    )
