"""Sites, and the people who answer there."""

from typing import Any

from widget_server.api.kinds import Choice, Flag, Id, Many, Maybe, Moment, Pairs, Text
from widget_server.api.operation import Ask, Operation, Part
from widget_server.api.shape import Field, Shape
from widget_server.edge.services import service
from widget_server.kernel.clock import Clock
from widget_server.operators.model import ROLES
from widget_server.operators.service import OperatorService
from widget_server.sites.model import CHANNELS, Site, is_open
from widget_server.sites.service import SiteService

NUMBER = Shape(
    "Number",
    "A number of the site, as it is shown.",
    (
        Field("id", Id()),
        Field("e164", Text(example="+78005553535")),
        Field("text", Text(example="8 800 555-35-35")),
        Field("kind", Choice(("toll_free", "pretty", "ordinary"))),
    ),
)
DEPARTMENT = Shape(
    "Department",
    "People of the site who answer together.",
    (Field("id", Id()), Field("name", Pairs({"en": "Sales"}), "By language.")),
)
CONSENT = Shape(
    "Consent",
    "What a person agrees to before they are called. Show these very words, and send `version` with the request.",
    (
        Field("version", Text(example="9f2c4e1b")),
        Field("texts", Pairs({"en": "I agree that my number is used for the call"}), "By language."),
    ),
)
SITE = Shape(
    "Site",
    "A website of the account.",
    (
        Field("id", Id()),
        Field("key", Text(example="shop"), "The public key in the script tag."),
        Field("name", Text(example="Windows Plus")),
        Field("languages", Many(Text(example="en")), "The first is the main one."),
        Field("country", Text(example="DE"), "ISO 3166, for numbers without a country code."),
        Field("timezone", Text(example="Europe/Berlin")),
        Field("origins", Many(Text(example="https://shop.example")), "Pages on which the widget works."),
        Field("channels", Many(Choice(CHANNELS))),
        Field("numbers", Many(NUMBER)),
        Field("departments", Many(DEPARTMENT)),
        Field("consent", CONSENT),
        Field("is_open", Flag(), "Whether hours and holidays allow calls now."),
        Field("online", Flag(), "Whether somebody is there to answer a chat now."),
        Field("takes_calls", Flag(), "Whether somebody takes calls now."),
        Field("changed_at", Moment()),
    ),
)
OPERATOR = Shape(
    "Operator",
    "A person who answers.",
    (
        Field("id", Id()),
        Field("name", Text(example="Anna")),
        Field("role", Choice(ROLES)),
        Field("online", Flag()),
        Field("takes_calls", Flag()),
    ),
)
REPLIER = Maybe(Shape("OperatorName", "Who it is.", (Field("id", Id()), Field("name", Text(example="Anna")))))


def site_view(site: Site) -> dict[str, Any]:
    online = service(OperatorService).online(site.id)
    said = {name: one["text"] for name, one in site.consent.items() if isinstance(one, dict)}
    return {
        **{field.name: getattr(site, field.name, None) for field in SITE.fields},
        "consent": {"version": site.consent["version"], "texts": said},
        "is_open": is_open(site, service(Clock).now()),
        "online": online.chat,
        "takes_calls": online.calls,
    }


def list_sites(ask: Ask) -> Part:
    return Part([site_view(site) for site in service(SiteService).sites_of(ask.by)])


def get_site(ask: Ask) -> dict[str, Any]:
    return site_view(service(SiteService).access_site(ask.by, ask.path["id"]))


def list_operators(ask: Ask) -> Part:
    return Part(service(OperatorService).people_of(ask.by.site_ids))


OPERATIONS = (
    Operation("listSites", "GET", "/sites", "List the sites that the key may see.", list_sites, SITE, is_list=True),
    Operation("getSite", "GET", "/sites/{id}", "Read one site.", get_site, SITE),
    Operation(
        "listOperators",
        "GET",
        "/operators",
        "List the people of these sites.",
        list_operators,
        OPERATOR,
        True,
    ),
)
