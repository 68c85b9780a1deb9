"""Callbacks: those that there are, and asking for one."""

from typing import Any, get_args

from widget_server.api.kinds import Choice, Flag, Id, Maybe, Moment, Text, Whole
from widget_server.api.listing import newest
from widget_server.api.model import id_of
from widget_server.api.operation import PAGE, SITE, Ask, Operation, Part
from widget_server.api.resources.seen import seen_sites
from widget_server.api.shape import Field, Shape
from widget_server.callbacks.model import Callback, Draft, State
from widget_server.callbacks.service import CallbackService
from widget_server.callbacks.store import callbacks
from widget_server.edge.identity import VisitorIdentity
from widget_server.edge.services import service
from widget_server.sites.service import SiteService
from widget_server.storage import Storage

STATES = get_args(State)
CALLBACK = Shape(
    "Callback",
    "One request to be called back.",
    (
        Field("id", Id()),
        Field("site", Id(), take=lambda it: it.site_id),
        Field("visitor", Id(), take=lambda it: it.visitor_id),
        Field("state", Choice(STATES), "docs/protocol.md, section 5, says what each means."),
        Field("phone", Text(example="+4915112345678"), "E.164."),
        Field("requested_at", Moment()),
        Field("due_at", Maybe(Moment()), "When it is to be, or was; null: at once."),
        Field("changed_at", Moment()),
        Field("attempt", Whole(), "How many attempts have begun."),
        Field("operator", Maybe(Id()), "Who answered.", lambda it: it.operator_id),
        Field("call", Maybe(Id()), "The call of the last attempt.", lambda it: it.call_id),
        Field("reason", Maybe(Text(example="busy")), "Why it came to this."),
        Field("department", Maybe(Id())),
        Field("needs_person", Flag(False), "Whether it is a task for a person."),
    ),
)
AGREED = Shape(
    "Agreed",
    "That the person agreed to be called, to the words of `Site.consent` in this version.",
    (Field("version", Text(64, 1, "9f2c4e1b")), Field("accepted", Flag())),
)
NEW_CALLBACK = Shape(
    "NewCallback",
    "A wish to be called back.",
    (
        Field("site", Id()),
        Field("phone", Text(60, 1, "+4915112345678"), "With country code, or as people there write it."),
        Field("consent", AGREED),
        Field("due_at", Maybe(Moment()), "When; null: at once.", needed=False),
        Field("department", Maybe(Id()), needed=False),
        Field("visitor", Maybe(Id()), "Whose wish it is, if you know; else each number is a visitor.", needed=False),
        Field("language", Choice(("ru", "en")), "In which language they agreed; else the site's.", needed=False),
    ),
)


def list_callbacks(ask: Ask) -> Part:
    where = [callbacks.c.site_id.in_(seen_sites(ask))]
    if ask.query["state"] is not None:
        where.append(callbacks.c.state == ask.query["state"])
    with service(Storage).read() as tx:
        return newest(tx, callbacks, "requested_at", where, ask.query, lambda row: Callback(**row._mapping))


def get_callback(ask: Ask) -> Callback:
    return service(CallbackService).access_callback(ask.by, ask.path["id"])


def request_callback(ask: Ask) -> Callback:
    body = ask.body
    site = service(SiteService).access_site(ask.by, body["site"])
    visitor_id = body["visitor"] or id_of("api visitor", site.id, body["phone"])
    language = body["language"] or site.languages[0]
    return service(CallbackService).request_callback(
        VisitorIdentity(site.id, visitor_id, language), _draft(ask.once, body), f"api {ask.key.id}"
    )


def _draft(once: str, body: Any) -> Draft:
    return Draft(
        key=once,
        phone=body["phone"],
        consent_version=body["consent"]["version"],
        accepted=body["consent"]["accepted"],
        due_at=body["due_at"],
        department=body["department"],
        is_trusted=True,
    )


OPERATIONS = (
    Operation(
        "listCallbacks",
        "GET",
        "/callbacks",
        "List callbacks, the newest first.",
        list_callbacks,
        CALLBACK,
        is_list=True,
        query=(*PAGE, SITE, Field("state", Choice(STATES), needed=False)),
        problems={400: ("bad_cursor",), 404: ("not_found",)},
    ),
    Operation("getCallback", "GET", "/callbacks/{id}", "Read one callback.", get_callback, CALLBACK),
    Operation(
        "requestCallback",
        "POST",
        "/callbacks",
        "Have somebody called back, who agreed to it. The site's hours, caps and lists of numbers hold here too.",
        request_callback,
        CALLBACK,
        status=201,
        body=NEW_CALLBACK,
        problems={
            400: ("consent_needed", "bad_phone", "phone_not_allowed", "phone_blocked", "bad_due_at"),
            404: ("not_found",),
            409: (
                "consent_changed",
                "nobody_takes_calls",
                "closed_then",
                "already_calling",
                "already_booked",
                "callbacks_paused",
            ),
            429: ("too_many_callbacks",),
        },
    ),
)
