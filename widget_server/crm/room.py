"""The room put together, for the house."""

from collections.abc import Mapping
from dataclasses import dataclass

from widget_server.crm.bitrix import Bitrix
from widget_server.crm.reactions import CrmReactions
from widget_server.crm.sending import Sending
from widget_server.crm.service import CrmService
from widget_server.jobs.model import Handler
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.notify.outgoing import Outgoing
from widget_server.notify.sealing import Sealer
from widget_server.settings import Settings
from widget_server.storage import Storage


@dataclass(frozen=True)
class CrmRoom:
    """``crm`` for the console, ``reactions`` for other rooms' events, ``handlers`` for the worker."""

    crm: CrmService
    reactions: CrmReactions
    handlers: Mapping[str, Handler]


def open_crm(storage: Storage, clock: Clock, jobs: JobStore, settings: Settings) -> CrmRoom:
    bitrix, sealer = Bitrix(Outgoing(settings.webhooks_private_networks)), Sealer(settings)
    return CrmRoom(
        crm=CrmService(storage, clock, jobs, bitrix, sealer),
        reactions=CrmReactions(clock, jobs),
        handlers=Sending(storage, clock, jobs, bitrix, sealer).handlers(),
    )
