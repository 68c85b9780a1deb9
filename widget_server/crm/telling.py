"""Making a lead over there like the lead here, in as few requests as it takes, and never twice.

Before anything is made the CRM is asked whether it has it: by our own id first (an answer of an earlier attempt may
have been lost), then by telephone and e-mail, so that people who are known there are not written down again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from widget_server.crm.bitrix import Bitrix, Call
from widget_server.crm.model import ORIGINATOR, Connection, Person, Sale, Told
from widget_server.notify.port import Undelivered

SOURCES = {"call": "CALL", "callback": "CALLBACK", "chat": "WEB", "form": "WEBFORM"}
IN_WORK = "P"  # STATUS_SEMANTIC_ID of a lead that is neither won nor lost
MOST_VALUES = 20  # so many numbers or addresses crm.duplicate.findbycomm takes


@dataclass(frozen=True)
class Found:
    own: str = ""
    lead: str = ""
    contact: str = ""


class Telling:
    def __init__(self, bitrix: Bitrix) -> None:
        self._bitrix = bitrix

    def tell(self, address: str, it: Connection, person: Person, known: Told | None) -> Told:
        """Tell how a lead stands; return what the CRM knows now.

        Raises
        ------
        Undelivered
        """
        known = self._find_or_make(address, it, person) if known is None else self._update(address, it, person, known)
        if not it.makes_deals or person.same_as:
            return known
        deals: dict[str, Any] = dict(known.told.get("deals", {}))
        for sale in person.sales:
            if sale.is_paid != deals.get(sale.id, {}).get("paid", False):
                deals[sale.id] = self._sell(address, person, sale, known, deals.get(sale.id))
                known = Told(known.remote_id, known.matched, {**known.told, "deals": deals})
        return known

    def _find_or_make(self, address: str, it: Connection, person: Person) -> Told:
        found = self._look(address, person)
        told = _state_of(person)
        if found.own or found.lead:
            return Told(found.own or found.lead, not found.own, told)
        fields = {**_new_lead(it, person), **({"CONTACT_IDS": [found.contact]} if found.contact else {})}
        made = self._bitrix.call(address, "crm.lead.add", {"fields": fields, "params": {"REGISTER_SONET_EVENT": "Y"}})
        return Told(_id(made), False, told)

    def _update(self, address: str, it: Connection, person: Person, known: Told) -> Told:
        now = _state_of(person)
        fields = _changes(it, person, known.told)
        if fields:
            self._bitrix.call(address, "crm.lead.update", {"id": known.remote_id, "fields": fields})
        return Told(known.remote_id, known.matched, {**known.told, **now})

    def _look(self, address: str, person: Person) -> Found:
        own = {"ORIGINATOR_ID": ORIGINATOR, "ORIGIN_ID": person.id}
        calls: dict[str, Call] = {"own": ("crm.lead.list", {"filter": own, "select": ["ID"]})}
        for kind, values in (("PHONE", person.phones), ("EMAIL", person.emails)):
            if values:
                calls[kind] = ("crm.duplicate.findbycomm", {"type": kind, "values": list(values[:MOST_VALUES])})
        results = self._bitrix.batch(address, calls)
        leads, contacts = (_ids(results, kind) for kind in ("LEAD", "CONTACT"))
        contact = str(contacts[0]) if contacts else ""
        if results["own"]:
            return Found(own=str(results["own"][0]["ID"]), contact=contact)
        return Found(lead=self._in_work(address, leads) if leads else "", contact=contact)

    def _in_work(self, address: str, leads: list[int]) -> str:
        """Return the latest of these leads that somebody still works on; who was done with is a new lead."""
        asked = {"filter": {"@ID": leads}, "select": ["ID", "STATUS_SEMANTIC_ID"]}
        rows = self._bitrix.call(address, "crm.lead.list", asked)
        alive = [int(row["ID"]) for row in rows if row.get("STATUS_SEMANTIC_ID") == IN_WORK]
        return str(max(alive)) if alive else ""

    def _sell(self, address: str, person: Person, sale: Sale, known: Told, deal: Mapping[str, Any] | None) -> Any:
        """Make a deal of an order that was paid, or tell that the money went back."""
        stage = "WON" if sale.is_paid else "LOSE"
        if deal is None:
            ours = {"ORIGINATOR_ID": ORIGINATOR, "ORIGIN_ID": sale.id}
            had = self._bitrix.call(address, "crm.deal.list", {"filter": ours, "select": ["ID", "STAGE_ID"]})
            if not had:
                contact = self._contact(address, person, known)
                money = {"OPPORTUNITY": sale.amount, "CURRENCY_ID": sale.currency, "IS_MANUAL_OPPORTUNITY": "Y"}
                about = {"TITLE": f"{person.title} · {sale.number or sale.id[:6]}", "LEAD_ID": known.remote_id}
                fields = {**about, **money, **ours, "CONTACT_IDS": [contact], "STAGE_ID": stage}
                return {"id": _id(self._bitrix.call(address, "crm.deal.add", {"fields": fields})), "paid": sale.is_paid}
            deal = {"id": str(had[0]["ID"])}
        self._bitrix.call(address, "crm.deal.update", {"id": deal["id"], "fields": {"STAGE_ID": stage}})
        return {"id": deal["id"], "paid": sale.is_paid}

    def _contact(self, address: str, person: Person, known: Told) -> str:
        """Return whom a deal is with: a contact that the CRM has, else a new one."""
        found = self._look(address, person)
        if found.contact:
            return found.contact
        ours = {"ORIGINATOR_ID": ORIGINATOR, "ORIGIN_ID": person.id}
        had = self._bitrix.call(address, "crm.contact.list", {"filter": ours, "select": ["ID"]})
        if had:
            return str(had[0]["ID"])
        fields = {**ours, **_reach(person), "NAME": person.name or person.title, "LEAD_ID": known.remote_id}
        return _id(self._bitrix.call(address, "crm.contact.add", {"fields": fields}))


def _new_lead(it: Connection, person: Person) -> dict[str, Any]:
    fields = {"TITLE": person.title, "ORIGINATOR_ID": ORIGINATOR, "ORIGIN_ID": person.id, "OPENED": "Y"}
    fields |= {f"UTM_{name.upper()}": word for name, word in person.utm.items()}
    if person.origin in SOURCES:
        fields["SOURCE_ID"] = SOURCES[person.origin]
    optional = {"NAME": person.name, "COMMENTS": person.comment, "STATUS_ID": it.stages.get(person.stage, "")}
    return {**fields, **{name: value for name, value in optional.items() if value}, **_reach(person)}


def _changes(it: Connection, person: Person, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is new since the CRM was last told: what people changed over there meanwhile stays theirs."""
    fields: dict[str, Any] = {}
    if person.stage != told.get("stage") and it.stages.get(person.stage):
        fields["STATUS_ID"] = it.stages[person.stage]
    if person.name and person.name != told.get("name"):
        fields["NAME"] = person.name
    if person.same_as != told.get("same_as", ""):
        fields["STATUS_DESCRIPTION"] = person.same_as
    had = {*told.get("phones", ()), *told.get("emails", ())}
    return fields | _reach(person, but=had)


def _reach(person: Person, but: set[str] | None = None) -> dict[str, Any]:
    kinds = {"PHONE": person.phones, "EMAIL": person.emails}
    new = {kind: [one for one in values if one not in (but or ())] for kind, values in kinds.items()}
    return {kind: [{"VALUE": one, "VALUE_TYPE": "WORK"} for one in ones] for kind, ones in new.items() if ones}


def _state_of(person: Person) -> dict[str, Any]:
    reach = {"phones": list(person.phones), "emails": list(person.emails)}
    return {"stage": person.stage, "name": person.name, "same_as": person.same_as, **reach}


def _ids(results: Mapping[str, Any], kind: str) -> list[int]:
    """Return what both searches found of a kind; an empty answer is a list over there."""
    found = (results.get(key) or {} for key in ("PHONE", "EMAIL"))
    return sorted({int(one) for part in found if isinstance(part, dict) for one in part.get(kind, ())})


def _id(made: Any) -> str:
    if not isinstance(made, int | str) or not str(made).isdigit():
        raise Undelivered("strange")
    return str(made)
