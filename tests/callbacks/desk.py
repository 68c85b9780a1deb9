"""All rooms that a callback passes, wired as ``widget_server/house.py`` wires them; the telephony may be another."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.cast import VISITOR_ID
from tests.seeding import ALWAYS, CHEAP, PASSWORD
from widget_server.callbacks.guard.desk import GuardDesk
from widget_server.callbacks.guard.jobs import GuardJobs
from widget_server.callbacks.guard.service import Guard
from widget_server.callbacks.guard.spending import Spending
from widget_server.callbacks.jobs import CallbackJobs
from widget_server.callbacks.model import Callback, Draft
from widget_server.callbacks.reactions import CallbackReactions
from widget_server.callbacks.service import CallbackService
from widget_server.callbacks.views import CallbackViews
from widget_server.calls.briefing import Briefing
from widget_server.calls.jobs import CallJobs
from widget_server.calls.model import CallConnected, CallEnded, CallTaken, VisitorWaits
from widget_server.calls.port import Telephony
from widget_server.calls.providers.simulated.telephony import SimulatedTelephony
from widget_server.calls.service import CallService
from widget_server.edge.identity import OperatorIdentity, VisitorIdentity
from widget_server.edge.limits import Limits
from widget_server.jobs.runner import Runner
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.ids import new_id
from widget_server.operators.model import OperatorDraft
from widget_server.operators.service import OperatorService
from widget_server.settings import Settings, load_settings
from widget_server.sites.draft import SiteDraft
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService
from widget_server.storage import Storage

PHONE = "8 912 345-67-89"
KEY = "key" + "a" * 23


def settings_for_tests(**changes: Any) -> Settings:
    return load_settings({}, **{"limit_callbacks_per_visitor": "5/hour", "secret_key": "tests", **changes})


class Desk:
    """The services and the worker's runner, without threads: ``work()`` runs what is due."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        settings: Settings,
        make_telephony: Callable[["Desk"], Telephony] | None = None,
        worker: str = "worker",
        lost_after: timedelta = timedelta(seconds=60),
    ) -> None:
        self.storage, self.clock, self.settings = storage, clock, settings
        self.jobs, limits = JobStore(clock), Limits()
        self.sites = SiteService(storage, clock)
        self.operators = OperatorService(storage, clock, CHEAP, limits, settings)
        self.calls = CallService(storage, clock, self.jobs, settings)
        self.telephony = (
            make_telephony(self) if make_telephony else SimulatedTelephony(storage, clock, self.jobs, self.calls)
        )
        self.spending = Spending(clock, self.sites)
        self.guard = Guard(storage, clock, self.jobs, self.spending, settings)
        self.guard_desk = GuardDesk(storage, clock, self.spending)
        self.callbacks = CallbackService(
            storage, clock, self.sites, self.operators, self.calls, self.jobs, self.guard, _profile
        )
        self.views = CallbackViews(storage, clock, self.sites, settings, _profile, lambda site_id, visitor_id: None)
        briefing = Briefing(self.sites, _profile, lambda site_id, language: None, lambda site_id: ())
        self.call_jobs = CallJobs(storage, self.telephony, self.calls, briefing)
        self.callback_jobs = CallbackJobs(storage, clock, self.operators, self.calls, self.call_jobs, self.guard)
        self.guard_jobs = GuardJobs(storage, clock, self.jobs, settings)
        rooms = (self.call_jobs, self.telephony, self.callback_jobs, self.guard_jobs)
        handlers = {kind: handler for room in rooms for kind, handler in room.handlers().items()}
        self.runner = Runner(storage, clock, handlers, worker, lost_after)
        reactions = CallbackReactions(self.jobs)
        storage.bus.within(VisitorWaits, reactions.on_visitor_waits)
        storage.bus.within(CallTaken, reactions.on_call_taken)
        storage.bus.within(CallConnected, reactions.on_call_connected)
        storage.bus.within(CallEnded, reactions.on_call_ended)
        storage.bus.within(CallEnded, self.spending.on_call_ended)

    def open_shop(self, **changes: Any) -> Site:
        """Create an account with one site."""
        draft = OperatorDraft("Ольга", "olga@shop.example", PASSWORD, "owner")
        owner = self.operators.open_account("Окна", draft)
        return self.sites.create_site(owner.account_id, SiteDraft("Окна Плюс", hours=ALWAYS, **changes))

    def seat(self, site: Site, name: str) -> OperatorIdentity:
        """Add an operator of the site who is there and takes calls."""
        draft = OperatorDraft(name, f"{new_id()}@shop.example", PASSWORD, "operator", site_ids=frozenset({site.id}))
        operator = self.operators.create_operator(site.account_id, draft)
        self.operators.sign_of_life(operator.id)
        return operator

    def ask(
        self, site: Site, key: str = KEY, visitor_id: str = VISITOR_ID, address: str = "10.0.0.1", **changes: Any
    ) -> Callback:
        """Ask for a callback as a visitor's page does."""
        said = {"key": key, "phone": PHONE, "consent_version": site.consent["version"], "accepted": True}
        draft = Draft(**{**said, "due_at": None, **changes})
        return self.callbacks.request_callback(VisitorIdentity(site.id, visitor_id, "ru"), draft, address)

    def work(self) -> int:
        """Run due jobs until none is left; return how many ran."""
        done = 0
        while ran := self.runner.run_due():
            done += ran
        return done

    def now(self, callback: Callback) -> Callback:
        return self.callbacks.get_callback(callback.id)


def _profile(site_id: str, visitor_id: str) -> dict[str, Any]:
    return {"label": f"#{visitor_id[:4]}", "page": "https://shop.example/okna"}
