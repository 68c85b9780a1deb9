"""What calls, callbacks and chats do to leads, in the same transaction."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from widget_server.callbacks.model import CallbackRequested
from widget_server.callbacks.store import get_callback
from widget_server.calls.model import Call, CallAnswered
from widget_server.calls.store import get_call
from widget_server.chat.model import ConversationStarted, MessagePosted
from widget_server.funnel import contact_store, intake, store
from widget_server.funnel.model import Arrival, Contact
from widget_server.identity.model import VisitorIdentified
from widget_server.kernel.ids import new_id
from widget_server.storage import Tx
from widget_server.tracking.model import Inbound, InboundTaken
from widget_server.tracking.store import find_inbound
from widget_server.visitors.model import ContactNoted
from widget_server.visitors.store import find_visitor

KEPT = ("page", "title", "referrer", "utm", "device")


def on_inbound_taken(tx: Tx, event: InboundTaken) -> None:
    """Whoever hides their number and is no known visitor cannot be met again: no lead."""
    inbound = event.inbound
    call, visitor_id = get_call(tx, inbound.call_id), inbound.sure_visitor
    if not call.phone and visitor_id is None:
        return
    source = _context(tx, call.site_id, visitor_id) or _number_source(inbound)
    cause = f"call:{call.id}"
    arrival = Arrival(call.site_id, cause, "call", inbound.at, call.phone, visitor_id=visitor_id, source=source)
    intake.take(tx, replace(arrival, ref=call.id))


def on_callback_requested(tx: Tx, event: CallbackRequested) -> None:
    callback = get_callback(tx, event.callback_id)
    source = {name: callback.context.get(name) for name in KEPT if callback.context.get(name)}
    arrival = Arrival(event.site_id, f"callback:{callback.id}", "callback", event.at, callback.phone)
    intake.take(tx, replace(arrival, visitor_id=event.visitor_id, source=source, ref=callback.id))


def on_conversation_started(tx: Tx, event: ConversationStarted) -> None:
    it = event.conversation
    row = find_visitor(tx, it.site_id, it.visitor_id)
    sure = (row.verified if row is not None else None) or {}
    phone, email = sure.get("phone", ""), sure.get("email", "").lower()
    arrival = Arrival(it.site_id, f"chat:{it.id}", "chat", event.at, phone, email, it.visitor_id, ref=it.id)
    arrival = replace(arrival, name=sure.get("name", ""))
    intake.take(tx, replace(arrival, source=_context(tx, it.site_id, it.visitor_id)))


def on_contact_noted(tx: Tx, event: ContactNoted) -> None:
    """What an operator was told names the lead from now on."""
    it = event.contact
    _know(tx, event.site_id, event.visitor_id, event.at, phone=it.phone, email=it.email, name=it.name)


def on_visitor_identified(tx: Tx, event: VisitorIdentified) -> None:
    """Only what the site proved names a lead: an address that a page merely wrote may be anybody's."""
    sure = {name: getattr(event, name) for name in event.verified}
    _know(tx, event.site_id, event.visitor_id, event.at, **sure)


def _know(
    tx: Tx,
    site_id: str,
    visitor_id: str,
    at: datetime,
    *,
    phone: str | None = None,
    email: str | None = None,
    name: str | None = None,
) -> None:
    who = Arrival(site_id, "", "chat", at, phone or "", (email or "").lower(), visitor_id, name=name or "")
    if who.strong_keys():
        intake.know(tx, who)


def on_call_answered(tx: Tx, event: CallAnswered) -> None:
    """A talk took place: it is the answer to the call or callback that began it, or a contact of its own."""
    call = get_call(tx, event.call_id)
    if call.operator_id is None:
        return
    contact = _begun_by(tx, call)
    if contact is None and call.phone:
        lead = store.find_by_key(tx, call.site_id, "phone", call.phone)
        if lead is None:
            return
        at, cause = event.at, f"call:{call.id}"
        contact = Contact(new_id(), lead.id, call.site_id, "call", at, cause, lead.stage, ref=call.id)
        contact_store.insert_contact(tx, contact)
    if contact is not None:
        _answered(tx, contact, call.operator_id, event.at)


def on_message_posted(tx: Tx, event: MessagePosted) -> None:
    """A form that a visitor filled in says who they are; the first answer says who has the chat."""
    message, it = event.message, event.conversation
    if message.kind == "form":
        _form_filled(tx, event)
    if message.author != "operator" or message.operator_id is None or message.kind != "text":
        return
    contact = contact_store.find_by_cause(tx, it.site_id, f"chat:{it.id}")
    if contact is not None and contact.answered_at is None:
        _answered(tx, contact, message.operator_id, message.at)


def _form_filled(tx: Tx, event: MessagePosted) -> None:
    message, it = event.message, event.conversation
    fields = {name: str(message.data["fields"].get(name, "")) for name in ("phone", "email", "name")}
    if not (fields["phone"] or fields["email"]):
        return
    cause, source = f"form:{it.id}:{message.seq}", _context(tx, it.site_id, it.visitor_id)
    who = Arrival(it.site_id, cause, "form", message.at, fields["phone"], fields["email"].lower(), it.visitor_id)
    said = str(message.data["fields"].get("answer", ""))
    intake.take(tx, replace(who, name=fields["name"], source=source, note=said, ref=it.id))


def _answered(tx: Tx, contact: Contact, operator_id: str, at: datetime) -> None:
    if not contact_store.mark_answered(tx, contact.id, operator_id, at):
        return
    lead = store.get_root(tx, contact.lead_id, lock=True)
    store.update_lead(tx, replace(lead, owner_id=lead.owner_id or operator_id, changed_at=max(lead.changed_at, at)))


def _begun_by(tx: Tx, call: Call) -> Contact | None:
    """Return the arrival that this call answers: of the callback, of the call itself, of the one that was missed."""
    inbound = find_inbound(tx, call.id)
    causes = [f"callback:{call.callback_id}", f"call:{call.id}", f"call:{inbound.call_id}" if inbound else ""]
    found = (contact_store.find_by_cause(tx, call.site_id, cause) for cause in causes)
    return next((one for one in found if one is not None), None)


def _context(tx: Tx, site_id: str, visitor_id: str | None) -> dict[str, Any]:
    row = find_visitor(tx, site_id, visitor_id) if visitor_id is not None else None
    context: Mapping[str, Any] = row.context if row is not None else {}
    return {name: context.get(name) for name in KEPT if context.get(name)}


def _number_source(inbound: Inbound) -> dict[str, Any]:
    """Return what the dialled number alone tells of where a caller came from."""
    source = inbound.source
    if source is None:
        return {}
    words = {"source": source.utm_source[:1], "medium": source.utm_medium[:1]}
    utm = {name: found[0] for name, found in words.items() if found}
    return {"utm": utm} if utm else {"referrer": f"https://{source.referrer[0]}/"} if source.referrer else {}
