"""The telephony that the settings name."""

from widget_server.calls.port import CallEvents, Switchboard, Telephony
from widget_server.calls.providers.asterisk.telephony import make_asterisk
from widget_server.calls.providers.simulated.telephony import SimulatedTelephony
from widget_server.calls.providers.twilio.telephony import TwilioTelephony
from widget_server.calls.providers.twilio.webhooks import TwilioWebhooks
from widget_server.calls.providers.voximplant.telephony import VoximplantTelephony
from widget_server.calls.providers.voximplant.webhooks import VoximplantWebhooks
from widget_server.calls.providers.webhooks import ClosedSwitchboard, NoWebhooks, Webhooks
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.settings import Settings
from widget_server.storage import Storage

CLOSED = ClosedSwitchboard()


def make_telephony(
    settings: Settings,
    storage: Storage,
    clock: Clock,
    jobs: JobStore,
    events: CallEvents,
    switchboard: Switchboard = CLOSED,
) -> Telephony:
    """Return the provider called ``settings.telephony``; ``settings`` has refused all other names."""
    if settings.telephony == "asterisk":
        return make_asterisk(settings, storage, clock, events, switchboard)
    if settings.telephony == "twilio":
        return TwilioTelephony(storage, clock, events, settings)
    if settings.telephony == "voximplant":
        return VoximplantTelephony(storage, clock, events, settings)
    return SimulatedTelephony(storage, clock, jobs, events, switchboard)


def make_webhooks(
    settings: Settings,
    storage: Storage,
    clock: Clock,
    jobs: JobStore,
    events: CallEvents,
    switchboard: Switchboard = CLOSED,
) -> Webhooks:
    """Return what hears the provider over HTTP, if it speaks so."""
    if settings.telephony == "twilio":
        return TwilioWebhooks(storage, clock, jobs, events, switchboard, settings)
    if settings.telephony == "voximplant":
        return VoximplantWebhooks(storage, clock, events, switchboard, settings)
    return NoWebhooks()
