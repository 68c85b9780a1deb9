"""A visitor, as operators see them."""

from typing import Any

from widget_server.api.kinds import Choice, Flag, Id, Maybe, Moment, Pairs, Text
from widget_server.api.operation import Ask, Operation
from widget_server.api.shape import Field, Shape
from widget_server.chat.service import ChatService
from widget_server.edge.services import service
from widget_server.kernel.errors import NotFound
from widget_server.sites.service import SiteService
from widget_server.storage import Storage
from widget_server.visitors.model import DEVICES, Context
from widget_server.visitors.service import VisitorService
from widget_server.visitors.store import find_visitor

VISITOR = Shape(
    "Visitor",
    "An anonymous browser on one site, and what its page said of itself.",
    (
        Field("id", Id()),
        Field("site", Id()),
        Field("label", Text(example="#5TWO"), "How operators call them."),
        Field("online", Flag(), "Whether a page of theirs is connected."),
        Field("created_at", Moment()),
        Field("seen_at", Moment()),
        Field("page", Maybe(Text(example="https://shop.example/windows"))),
        Field("title", Maybe(Text(example="Windows"))),
        Field("referrer", Maybe(Text(example="https://search.example/"))),
        Field("utm", Pairs({"source": "google"})),
        Field("device", Maybe(Choice(DEVICES))),
        Field("language", Maybe(Text(example="en"))),
        Field("timezone", Maybe(Text(example="Europe/Berlin"))),
        Field("variants", Pairs({"cta-september": "b"})),
        Field("conversation", Maybe(Id())),
    ),
)


def get_visitor(ask: Ask) -> dict[str, Any]:
    site = service(SiteService).access_site(ask.by, ask.path["site"])
    with service(Storage).read() as tx:
        row = find_visitor(tx, site.id, ask.path["id"])
    if row is None:
        raise NotFound("not_found")
    return {
        **Context().as_dict(),
        **service(VisitorService).find_profile(site.id, row.visitor_id),
        "id": row.visitor_id,
        "site": site.id,
        "created_at": row.created_at,
        "seen_at": row.seen_at,
        "conversation": service(ChatService).find_id(site.id, row.visitor_id),
    }


OPERATIONS = (Operation("getVisitor", "GET", "/sites/{site}/visitors/{id}", "Read one visitor.", get_visitor, VISITOR),)
