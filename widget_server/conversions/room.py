"""The room put together, for the house."""

from collections.abc import Mapping
from dataclasses import dataclass

from widget_server.conversions.google_ads import GoogleAds
from widget_server.conversions.metrika import Metrika
from widget_server.conversions.service import ConversionService
from widget_server.conversions.upload_service import UploadService
from widget_server.conversions.uploading import Uploading
from widget_server.jobs.model import Handler
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.notify.outgoing import Outgoing
from widget_server.notify.sealing import Sealer
from widget_server.settings import Settings
from widget_server.storage import Storage

SECONDS = 60.0  # a batch is large, and these are two known servers


@dataclass(frozen=True)
class ConversionRoom:
    """``clicks``: what is kept, and files. ``uploads``: for the console. ``uploading``: for worker and sweep."""

    clicks: ConversionService
    uploads: UploadService
    uploading: Uploading
    handlers: Mapping[str, Handler]


def open_conversions(storage: Storage, clock: Clock, jobs: JobStore, settings: Settings) -> ConversionRoom:
    sealer, outgoing = Sealer(settings), Outgoing(private_too=False, seconds=SECONDS)
    systems = {"google_ads": GoogleAds(outgoing, settings), "metrika": Metrika(outgoing, settings)}
    uploading = Uploading(storage, clock, jobs, sealer, systems)  # type: ignore[arg-type]  # keyed by System
    return ConversionRoom(
        clicks=ConversionService(storage, clock),
        uploads=UploadService(storage, clock, jobs, sealer),
        uploading=uploading,
        handlers=uploading.handlers(),
    )
