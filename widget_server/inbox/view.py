"""What the console shows of everything at once: conversations, callbacks, people. Reads only."""

from collections.abc import Collection, Mapping
from typing import Any

from widget_server.beacon.service import BeaconService
from widget_server.callbacks.views import CallbackViews
from widget_server.chat.model import Conversation
from widget_server.chat.service import ChatService
from widget_server.edge.identity import OperatorIdentity
from widget_server.funnel.page import visitor_view
from widget_server.funnel.setup import SetupService
from widget_server.funnel.views import FunnelViews
from widget_server.inbox.contact_form import read_contact
from widget_server.kernel.clock import iso
from widget_server.operators.service import OperatorService
from widget_server.sites.service import SiteService
from widget_server.tags.service import TagService
from widget_server.tracking.views import InboundViews
from widget_server.visitors.service import VisitorService

HISTORY = 20


class InboxView:
    """Puts the rooms' views together."""

    def __init__(
        self,
        chat: ChatService,
        visitors: VisitorService,
        sites: SiteService,
        operators: OperatorService,
        callback_views: CallbackViews,
        inbound_views: InboundViews,
        beacon: BeaconService,
        tags: TagService,
        leads: FunnelViews,
        setup: SetupService,
    ) -> None:
        self._chat = chat
        self._visitors = visitors
        self._sites = sites
        self._operators = operators
        self._callback_views = callback_views
        self._inbound_views = inbound_views
        self._beacon = beacon
        self._tags = tags
        self._leads, self._setup = leads, setup

    def inbox(self, operator: OperatorIdentity, status: str, site_id: str | None) -> dict[str, Any]:
        wanted = operator.site_ids & {site_id} if site_id else operator.site_ids
        queue = self._chat.list_queue(wanted, status)
        visitors = self._visitors.find_profiles([_pair(conversation) for conversation, _ in queue])
        names = {site.id: site.name for site in self._sites.sites_of(operator)}
        tags = self._tags.tags_of([conversation.id for conversation, _ in queue])
        return {
            "conversations": [
                {**it.summary(names[it.site_id], visitors[_pair(it)], last), "tags": tags[it.id]} for it, last in queue
            ],
            "callbacks": self._callback_views.list_active(wanted),
            "calls": self._inbound_views.list_active(wanted),
            "me": {
                "id": operator.id,
                "name": operator.name,
                "takes_calls": operator.takes_calls,
                "takes_chats": operator.takes_chats,
            },
            "operators": self._operators.people_of(wanted),
        }

    def conversation(self, operator: OperatorIdentity, conversation_id: str) -> dict[str, Any]:
        """Return one conversation with what is known of its visitor."""
        conversation = self._chat.access_conversation(operator, conversation_id)
        of_visitor = _pair(conversation)
        visits = self._beacon.history(*of_visitor, HISTORY)
        history = {
            "visits": [{"page": visit.page, "title": visit.title, "at": iso(visit.at)} for visit in visits],
            "callbacks": self._callback_views.history(*of_visitor, HISTORY),
        }
        lead = self._find_lead(conversation, operator.language)
        return {"conversation": {**self.summarise(conversation), "history": history, "lead": lead}}

    def _find_lead(self, conversation: Conversation, language: str) -> dict[str, Any] | None:
        """Return where the visitor is on the way to an order."""
        site = self._sites.get_site(conversation.site_id)
        found = self._leads.of_visitor(site, conversation.visitor_id, language)
        stages = self._setup.stages_of(site.id)
        return None if found is None else visitor_view(found, site, stages, self._leads.now(), language)

    def note_contact(self, operator: OperatorIdentity, conversation_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Write down who the visitor turned out to be."""
        conversation = self._chat.access_conversation(operator, conversation_id)
        contact = read_contact(body, self._sites.get_site(conversation.site_id).country)
        self._visitors.note_contact(*_pair(conversation), contact)
        return self._visitors.find_profile(*_pair(conversation))

    def list_tasks(self, site_ids: frozenset[str]) -> list[dict[str, Any]]:
        """Return the calls that ask for a person, however they began, the latest first."""
        tasks = [*self._callback_views.list_tasks(site_ids), *self._inbound_views.list_tasks(site_ids)]
        return sorted(tasks, key=lambda task: str(task["requested_at"]), reverse=True)

    def summarise(self, conversation: Conversation) -> dict[str, Any]:
        """Return one conversation as the console lists it."""
        return self.summarise_all([conversation])[0]

    def summarise_all(self, conversations: Collection[Conversation]) -> list[dict[str, Any]]:
        names = self._sites.names_of({conversation.site_id for conversation in conversations})
        visitors = self._visitors.find_profiles([_pair(conversation) for conversation in conversations])
        last = self._chat.find_lasts(conversations)
        tags = self._tags.tags_of([it.id for it in conversations])
        return [
            {**it.summary(names[it.site_id], visitors[_pair(it)], last.get(it.id)), "tags": tags[it.id]}
            for it in conversations
        ]


def _pair(conversation: Conversation) -> tuple[str, str]:
    return conversation.site_id, conversation.visitor_id
