"""Leads: who turned to a site, or was written down. A program writes them down too, each person once."""

from collections.abc import Mapping
from typing import Any

from widget_server.api.kinds import Choice, Id, Many, Maybe, Moment, Pairs, Text
from widget_server.api.listing import newest
from widget_server.api.operation import PAGE, SITE, Ask, Operation, Part
from widget_server.api.resources.seen import seen_sites
from widget_server.api.shape import Field, Shape
from widget_server.edge.services import service
from widget_server.funnel.model import LONGEST_NAME, LONGEST_NOTE, ORIGINS, STATES, WARMTHS, Lead
from widget_server.funnel.service import LeadDraft, LeadService
from widget_server.funnel.store import IS_ROOT, keys_of, leads
from widget_server.sites.service import SiteService
from widget_server.storage import Storage, Tx

LEAD = Shape(
    "Lead",
    "One person in the funnel, known by telephone number or e-mail address.",
    (
        Field("id", Id()),
        Field("site", Id()),
        Field("name", Text(example="Maria")),
        Field("phones", Many(Text(example="+4915112345678")), "E.164."),
        Field("emails", Many(Text(example="maria@example.com"))),
        Field("state", Choice(STATES)),
        Field("stage", Text(example="new"), "The key of the site's stage where they stand."),
        Field("origin", Choice(ORIGINS), "How they became a lead."),
        Field("warmth", Choice(WARMTHS)),
        Field("operator", Maybe(Text(example="5twofybnwb4vldf3mrx6kmr7ss")), "Whose lead it is."),
        Field("source", Text(example="google / cpc"), "Where they came from, in one word; empty if unknown."),
        Field("utm", Pairs({"source": "google", "medium": "cpc"})),
        Field("page", Maybe(Text(example="https://shop.example/windows"))),
        Field("reason", Text(example=""), "Why the way ended, if somebody said so."),
        Field("next_step", Text(example="Send the offer"), "What is to be done next."),
        Field("next_at", Maybe(Moment()), "When."),
        Field("created_at", Moment()),
        Field("changed_at", Moment()),
        Field("closed_at", Maybe(Moment()), "When they were won or lost.", example=None),
    ),
)
NEW_LEAD = Shape(
    "NewLead",
    "A person; a telephone number or an e-mail address is needed. Known by one of them, they are the lead that exists.",
    (
        Field("site", Id()),
        Field("phone", Text(40, example="+4915112345678"), "As people write it, or E.164.", needed=False, default=""),
        Field("email", Text(254, example="maria@example.com"), needed=False, default=""),
        Field("name", Text(LONGEST_NAME, example="Maria"), needed=False, default=""),
        Field("note", Text(LONGEST_NOTE, example="Two windows"), "For operators.", needed=False, default=""),
        Field("warmth", Choice(WARMTHS), needed=False, default="warm"),
        Field("source", Text(100, example="google"), "As `utm_source` has it.", needed=False, default=""),
        Field("medium", Text(100, example="cpc"), "As `utm_medium` has it.", needed=False, default=""),
        Field("page", Text(2000, example="https://shop.example/windows"), needed=False, default=""),
        Field("visitor", Maybe(Id()), "Which browser they came by, if you know.", needed=False),
    ),
)


def list_leads(ask: Ask) -> Part:
    where = [leads.c.site_id.in_(seen_sites(ask)), IS_ROOT]
    if ask.query["state"] is not None:
        where.append(leads.c.state == ask.query["state"])
    if ask.query["changed_since"] is not None:
        where.append(leads.c.changed_at >= ask.query["changed_since"])
    with service(Storage).read() as tx:
        part = newest(tx, leads, "created_at", where, ask.query, lambda row: Lead(**row._mapping))
        return Part(_views(tx, *part.found), part.next)


def get_lead(ask: Ask) -> dict[str, Any]:
    return _read(service(LeadService).access_lead(ask.by, ask.path["id"]))


def create_lead(ask: Ask) -> dict[str, Any]:
    body = ask.body
    site = service(SiteService).access_site(ask.by, body["site"])
    draft = LeadDraft(**{name: body[name] for name in LeadDraft.__dataclass_fields__ if name in body})
    taken = service(LeadService).take_lead(site.id, draft, "api", cause=ask.once, visitor_id=body["visitor"])
    return _read(taken)


def _read(lead: Lead) -> dict[str, Any]:
    with service(Storage).read() as tx:
        return _views(tx, lead)[0]


def _views(tx: Tx, *found: Lead) -> list[dict[str, Any]]:
    keys = keys_of(tx, [lead.id for lead in found])
    return [_view(lead, keys[lead.id]) for lead in found]


def _view(lead: Lead, keys: Mapping[str, list[str]]) -> dict[str, Any]:
    return {
        **{name: getattr(lead, name) for name in lead.__dataclass_fields__},
        "site": lead.site_id,
        "phones": keys.get("phone", []),
        "emails": keys.get("email", []),
        "operator": lead.owner_id,
        "source": lead.source_word,
        "utm": {name: word for name, word in (lead.source.get("utm") or {}).items() if word},
        "page": lead.source.get("page"),
    }


OPERATIONS = (
    Operation(
        "listLeads",
        "GET",
        "/leads",
        "List leads, the newest first; merged ones are one.",
        list_leads,
        LEAD,
        is_list=True,
        query=(
            *PAGE,
            SITE,
            Field("state", Choice(STATES), needed=False),
            Field("changed_since", Moment(), "Only those that something happened to since.", needed=False),
        ),
        problems={400: ("bad_cursor",), 404: ("not_found",)},
    ),
    Operation("getLead", "GET", "/leads/{id}", "Read one lead; one that was merged is whom it became.", get_lead, LEAD),
    Operation(
        "createLead",
        "POST",
        "/leads",
        "Write a person down. Whoever is known by number or address is met again, not made twice.",
        create_lead,
        LEAD,
        status=201,
        body=NEW_LEAD,
        problems={400: ("bad_phone", "bad_email", "phone_or_email"), 404: ("not_found",)},
    ),
)
