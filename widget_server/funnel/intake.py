"""How a lead is born, or met again: within the transaction of its cause, once however often the cause is told.

A telephone number or an e-mail address names a person for certain. A browser does so only while nothing contradicts it:
somebody who comes from a known browser with another number than that person's is another person.
"""

from dataclasses import replace

from widget_server.funnel import contact_store, merging, progress, store
from widget_server.funnel.model import Arrival, Contact, Lead, LeadBorn
from widget_server.funnel.setup_store import list_stages
from widget_server.kernel.ids import new_id
from widget_server.storage import Tx
from widget_server.visitors.source import source_word


def take(tx: Tx, arrival: Arrival) -> Lead:
    """Write an arrival down: a new lead, or one more contact of the lead that this person is."""
    store.lock_site(tx, arrival.site_id)
    known = contact_store.find_by_cause(tx, arrival.site_id, arrival.cause)
    if known is not None:
        return store.get_root(tx, known.lead_id)
    found = _find(tx, arrival)
    lead = _bear(tx, arrival) if found is None else _meet_again(tx, found, arrival)
    for kind, value in arrival.strong_keys():
        store.put_key(tx, arrival.site_id, kind, value, lead.id)
    if arrival.visitor_id is not None:
        store.point_key(tx, arrival.site_id, "visitor", arrival.visitor_id, lead.id)
    contact_store.insert_contact(tx, _contact(arrival, lead))
    if found is None:
        tx.record(LeadBorn(lead))
    return lead


def know(tx: Tx, arrival: Arrival) -> None:
    """Note how to find the lead that a browser is; nobody turned to us, so who is no lead becomes none."""
    store.lock_site(tx, arrival.site_id)
    if store.find_by_key(tx, arrival.site_id, "visitor", arrival.visitor_id or "") is None:
        return
    found = _find(tx, arrival)
    if found is None:
        return
    for kind, value in arrival.strong_keys():
        store.put_key(tx, arrival.site_id, kind, value, found.id)
    store.point_key(tx, arrival.site_id, "visitor", arrival.visitor_id or "", found.id)
    store.update_lead(tx, replace(found, name=found.name or arrival.name))


def _find(tx: Tx, arrival: Arrival) -> Lead | None:
    """Return whom the keys name; those whom it shows to be one person are merged."""
    named = {kind: store.find_by_key(tx, arrival.site_id, kind, value) for kind, value in arrival.strong_keys()}
    found: Lead | None = None
    for kind, lead in named.items():
        if lead is None or (found is not None and lead.id == found.id):
            continue
        found = lead if found is None else merging.merge(tx, found, lead, kind, arrival.at)
    guest = None
    if arrival.visitor_id is not None:
        guest = store.find_by_key(tx, arrival.site_id, "visitor", arrival.visitor_id)
    if guest is None or (found is not None and found.id == guest.id):
        return found
    if found is None:
        return guest if _may_be(tx, guest, arrival) else None
    return found if _has_strong_key(tx, guest) else merging.merge(tx, found, guest, "visitor", arrival.at)


def _may_be(tx: Tx, guest: Lead, arrival: Arrival) -> bool:
    known = store.keys_of(tx, [guest.id])[guest.id]
    return not any(kind in known and value not in known[kind] for kind, value in arrival.strong_keys())


def _has_strong_key(tx: Tx, lead: Lead) -> bool:
    return bool({"phone", "email"} & store.keys_of(tx, [lead.id])[lead.id].keys())


def _bear(tx: Tx, arrival: Arrival) -> Lead:
    first, lead_id = list_stages(tx, arrival.site_id)[0], new_id()
    lead = Lead(
        id=lead_id,
        site_id=arrival.site_id,
        root_id=lead_id,
        name=arrival.name,
        state="open",
        stage=first.key,
        stage_at=arrival.at,
        owner_id=arrival.owner_id,
        origin=arrival.origin,
        warmth=arrival.warmth,
        source=dict(arrival.source),
        source_word=source_word(arrival.source),
        created_at=arrival.at,
        changed_at=arrival.at,
    )
    store.insert_lead(tx, lead)
    progress.note_birth(tx, lead)
    return lead


def _meet_again(tx: Tx, lead: Lead, arrival: Arrival) -> Lead:
    """Add what was not known; whoever was given up and turns to us again is open again."""
    filled = replace(lead, name=lead.name or arrival.name, owner_id=lead.owner_id or arrival.owner_id)
    filled = store.update_lead(tx, replace(filled, changed_at=max(lead.changed_at, arrival.at)))
    came_back = filled.state == "lost" and arrival.origin not in ("import", "api", "person")
    if not came_back:
        return filled
    return progress.move(tx, filled, list_stages(tx, lead.site_id)[0].key, arrival.at, None)


def _contact(arrival: Arrival, lead: Lead) -> Contact:
    return Contact(
        id=new_id(),
        lead_id=lead.id,
        site_id=arrival.site_id,
        kind=arrival.origin,
        at=arrival.at,
        cause=arrival.cause,
        stage=lead.stage,
        visitor_id=arrival.visitor_id,
        ref=arrival.ref,
        note=arrival.note,
    )
