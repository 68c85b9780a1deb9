"""The room put together, for the house."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from widget_server.calls.service import CallService
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.operators.service import OperatorService
from widget_server.settings import Settings
from widget_server.sites.service import SiteService
from widget_server.storage import Storage
from widget_server.tracking.figures import InboundFigures
from widget_server.tracking.handling import InboundDesk, WhyNot
from widget_server.tracking.numbers import NumberService
from widget_server.tracking.pool import NumberPool
from widget_server.tracking.service import InboundService
from widget_server.tracking.views import InboundViews

Find = Callable[[str, str], Any]


@dataclass(frozen=True)
class TrackingRoom:
    """``numbers``: for owners. ``pool``: for visitors. ``inbound``: the ``Switchboard``. The rest: for operators."""

    numbers: NumberService
    pool: NumberPool
    inbound: InboundService
    desk: InboundDesk
    views: InboundViews
    figures: InboundFigures


def open_tracking(
    storage: Storage,
    clock: Clock,
    jobs: JobStore,
    settings: Settings,
    sites: SiteService,
    operators: OperatorService,
    calls: CallService,
    why_not: WhyNot,
    find_profile: Find,
    find_conversation: Find,
) -> TrackingRoom:
    return TrackingRoom(
        numbers=NumberService(storage, sites),
        pool=NumberPool(storage, clock),
        inbound=InboundService(storage, clock, sites, operators, calls),
        desk=InboundDesk(storage, clock, sites, operators, calls, jobs, why_not),
        views=InboundViews(storage, clock, sites, settings, find_profile, find_conversation),
        figures=InboundFigures(storage, clock),
    )
