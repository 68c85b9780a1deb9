"""Leads: written down by people, programs and forms; contacted, moved, closed, merged."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from widget_server.edge.identity import OperatorIdentity
from widget_server.funnel import contact_store, intake, merging, progress, store
from widget_server.funnel.model import (
    LONGEST_NAME,
    LONGEST_NOTE,
    MADE_BY_HAND,
    WARMTHS,
    Arrival,
    Contact,
    ContactKind,
    Lead,
    Origin,
    Warmth,
)
from widget_server.funnel.order_service import access_root
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, Conflict, NotFound
from widget_server.kernel.ids import new_id
from widget_server.kernel.untrusted import clean_text
from widget_server.operators.model import EMAIL_FORM
from widget_server.operators.store import ENABLED, find_identities, operators, sees_any
from widget_server.sites.model import Site
from widget_server.sites.phone import read_phone
from widget_server.sites.store import get_site
from widget_server.storage import Storage, Tx


@dataclass(frozen=True)
class LeadDraft:
    """A person as somebody writes them down. A telephone number or an e-mail address is needed."""

    phone: str = ""
    email: str = ""
    name: str = ""
    note: str = ""
    warmth: Warmth = "warm"
    source: str = ""
    medium: str = ""
    owner_id: str | None = None
    page: str = ""


@dataclass(frozen=True)
class ContactDraft:
    """What was done with a lead, and what is to be done next. ``stage``: where the lead went by it."""

    kind: ContactKind
    note: str = ""
    stage: str = ""
    next_step: str = ""
    next_at: datetime | None = None


class LeadService:
    """The use cases of leads; whoever may not edit them is turned away at the door (``console.py``)."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def take_lead(
        self, site_id: str, draft: LeadDraft, origin: Origin, *, cause: str = "", visitor_id: str | None = None
    ) -> Lead:
        """Write a person down; known by phone or e-mail, they are the lead that exists.

        Parameters
        ----------
        cause : str
            What makes it happen once: the same cause again is the same arrival. Empty: a new one.
        visitor_id : str, optional
            The browser they came by, where it proved who it is.

        Raises
        ------
        BadInput
            ``bad_phone``, ``bad_email``, ``phone_or_email``, ``field_too_long``, ``bad_choice``; the field is named.
        """
        with self._storage.begin() as tx:
            arrival = read_lead(get_site(tx, site_id), draft, origin, self._clock.now())
            named = f"{origin}:{cause or new_id()}"
            return intake.take(tx, replace(arrival, cause=named, visitor_id=visitor_id))

    def access_lead(self, operator: OperatorIdentity, lead_id: str) -> Lead:
        """Return the lead that speaks for this one.

        Raises
        ------
        NotFound
            If there is none, or it is not theirs to see.
        """
        with self._storage.read() as tx:
            lead = store.get_root(tx, lead_id)
        if lead.site_id not in operator.site_ids:
            raise NotFound("not_found")
        return lead

    def add_contact(self, operator: OperatorIdentity, lead_id: str, draft: ContactDraft) -> Lead:
        """Write a contact down, say what comes next, and move the lead on by it if it did.

        Raises
        ------
        BadInput
            ``bad_choice``, ``field_too_long``, ``step_needed`` (a time without what to do then).
        """
        check_contact(draft)
        now, contact_id = self._clock.now(), new_id()
        with self._storage.begin() as tx:
            lead = access_root(tx, operator, lead_id)
            made = Contact(contact_id, lead.id, lead.site_id, draft.kind, now, f"by:{contact_id}", lead.stage)
            contact_store.insert_contact(tx, replace(made, operator_id=operator.id, note=draft.note, answered_at=now))
            planned = replace(lead, owner_id=lead.owner_id or operator.id, changed_at=now)
            if draft.kind != "note" or draft.next_step:
                planned = replace(planned, next_at=draft.next_at, next_step=draft.next_step)
            lead = store.update_lead(tx, planned)
            return progress.move(tx, lead, draft.stage, now, operator.id) if draft.stage else lead

    def move(self, operator: OperatorIdentity, lead_id: str, stage: str) -> Lead:
        with self._storage.begin() as tx:
            lead = access_root(tx, operator, lead_id)
            return progress.move(tx, lead, stage, self._clock.now(), operator.id)

    def close(self, operator: OperatorIdentity, lead_id: str, end: Literal["won", "lost"], reason: str) -> Lead:
        """End the way of a lead; why it was lost must be said.

        Raises
        ------
        BadInput
            ``field_empty``, ``field_too_long``, ``bad_choice``.
        """
        words = clean_text(reason)
        if len(words) > LONGEST_NOTE:
            raise BadInput("field_too_long", field="reason", most=LONGEST_NOTE)
        if end == "lost" and not words:
            raise BadInput("field_empty", field="reason")
        with self._storage.begin() as tx:
            lead = access_root(tx, operator, lead_id)
            turn = progress.win if end == "won" else progress.lose
            return turn(tx, lead, self._clock.now(), operator.id, words)

    def give(self, operator: OperatorIdentity, lead_id: str, owner_id: str | None) -> Lead:
        """Make somebody of the site the lead's owner, or nobody."""
        with self._storage.begin() as tx:
            lead = access_root(tx, operator, lead_id)
            if owner_id is not None and not _works_on(tx, owner_id, lead.site_id):
                raise BadInput("bad_choice", field="owner")
            return store.update_lead(tx, replace(lead, owner_id=owner_id, changed_at=self._clock.now()))

    def edit(self, operator: OperatorIdentity, lead_id: str, draft: LeadDraft) -> Lead:
        """Change a name, add a number or an address; one that is another lead's makes the two one person."""
        now = self._clock.now()
        with self._storage.begin() as tx:
            lead = access_root(tx, operator, lead_id)
            store.lock_site(tx, lead.site_id)
            keys = _read_keys(get_site(tx, lead.site_id), draft)
            for kind, value in keys.strong_keys():
                other = store.find_by_key(tx, lead.site_id, kind, value)
                if other is not None and other.id != lead.id:
                    lead = merging.merge(tx, lead, other, kind, now, operator.id)
                store.put_key(tx, lead.site_id, kind, value, lead.id)
            named = replace(lead, name=keys.name or lead.name, warmth=draft.warmth, changed_at=now)
            return store.update_lead(tx, named)

    def merge(self, operator: OperatorIdentity, lead_id: str, other_id: str) -> Lead:
        """Say that two leads of a site are one person.

        Raises
        ------
        Conflict
            ``same_lead``.
        NotFound
            If one of them is not theirs to see, or they are of two sites.
        """
        with self._storage.begin() as tx:
            one = access_root(tx, operator, lead_id)
            store.lock_site(tx, one.site_id)
            other = access_root(tx, operator, other_id)
            if one.id == other.id:
                raise Conflict("same_lead")
            if one.site_id != other.site_id:
                raise NotFound("not_found")
            return merging.merge(tx, one, other, "person", self._clock.now(), operator.id)

    def undo_merge(self, operator: OperatorIdentity, merge_id: str) -> tuple[Lead, Lead]:
        """Make two people of one again; return who spoke for both, and who is free again."""
        with self._storage.begin() as tx:
            made = store.get_merge(tx, merge_id)
            access_root(tx, operator, made.kept_id)
            store.lock_site(tx, made.site_id)
            return merging.undo(tx, made, self._clock.now())


def read_lead(site: Site, draft: LeadDraft, origin: Origin, at: datetime) -> Arrival:
    """Check what was written of a person, and read it as the site's country writes numbers."""
    known = _read_keys(site, draft)
    if not known.strong_keys():
        raise BadInput("phone_or_email", field="phone")
    if len(draft.note) > LONGEST_NOTE:
        raise BadInput("field_too_long", field="note", most=LONGEST_NOTE)
    if draft.warmth not in WARMTHS:
        raise BadInput("bad_choice", field="warmth")
    pairs = {"source": clean_text(draft.source)[:100], "medium": clean_text(draft.medium)[:100]}
    utm = {name: word for name, word in pairs.items() if word}
    source = {**({"utm": utm} if utm else {}), **({"page": draft.page[:2000]} if draft.page else {})}
    told = replace(known, origin=origin, at=at, warmth=draft.warmth, source=source)
    return replace(told, note=clean_text(draft.note), owner_id=draft.owner_id)


def check_contact(draft: ContactDraft) -> None:
    if draft.kind not in MADE_BY_HAND:
        raise BadInput("bad_choice", field="kind")
    if draft.next_at is not None and not draft.next_step:
        raise BadInput("step_needed", field="next_step")
    for name, most in (("note", LONGEST_NOTE), ("next_step", LONGEST_NAME)):
        if len(getattr(draft, name)) > most:
            raise BadInput("field_too_long", field=name, most=most)


def _read_keys(site: Site, draft: LeadDraft) -> Arrival:
    name, email = clean_text(draft.name), clean_text(draft.email).lower()
    if len(name) > LONGEST_NAME:
        raise BadInput("field_too_long", field="name", most=LONGEST_NAME)
    if email and (len(email) > 254 or not EMAIL_FORM.fullmatch(email)):
        raise BadInput("bad_email", field="email")
    phone = read_phone(draft.phone, site.country).e164 if draft.phone.strip() else ""
    return Arrival(site.id, "", "person", site.changed_at, phone, email, name=name)


def _works_on(tx: Tx, operator_id: str, site_id: str) -> bool:
    return bool(find_identities(tx, operators.c.id == operator_id, sees_any([site_id]), ENABLED))
