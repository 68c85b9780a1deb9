"""The room put together, for the house."""

from dataclasses import dataclass

from widget_server.funnel.desk import SalesDesk
from widget_server.funnel.exporting import Exports
from widget_server.funnel.importing import ImportService
from widget_server.funnel.order_service import OrderService
from widget_server.funnel.service import LeadService
from widget_server.funnel.setup import SetupService
from widget_server.funnel.views import FunnelViews
from widget_server.kernel.clock import Clock
from widget_server.storage import Storage


@dataclass(frozen=True)
class FunnelRoom:
    """``leads``, ``orders``: for operators, programs and forms. ``setup``: for owners. The rest: what pages show."""

    leads: LeadService
    orders: OrderService
    setup: SetupService
    views: FunnelViews
    desk: SalesDesk
    imports: ImportService
    exports: Exports


def open_funnel(storage: Storage, clock: Clock) -> FunnelRoom:
    return FunnelRoom(
        leads=LeadService(storage, clock),
        orders=OrderService(storage, clock),
        setup=SetupService(storage),
        views=FunnelViews(storage, clock),
        desk=SalesDesk(storage, clock),
        imports=ImportService(storage, clock),
        exports=Exports(storage),
    )
