"""The telephony that the settings name."""

from widget_server.calls.port import CallEvents, Telephony
from widget_server.calls.providers.simulated.telephony import SimulatedTelephony
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.settings import Settings
from widget_server.storage import Storage


def make_telephony(settings: Settings, storage: Storage, clock: Clock, jobs: JobStore, events: CallEvents) -> Telephony:
    """Return the provider called ``settings.telephony``; ``settings`` has refused all other names."""
    return SimulatedTelephony(storage, clock, jobs, events)
