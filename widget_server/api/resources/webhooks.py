"""Webhooks: where events are posted (docs/alerts.md says how they are signed and repeated)."""

from typing import Any

from widget_server.api.kinds import Choice, Flag, Id, Many, Maybe, Moment, Text
from widget_server.api.operation import Ask, Operation, Part
from widget_server.api.shape import Field, Shape
from widget_server.edge.services import service
from widget_server.kernel.errors import NotFound, ProductError
from widget_server.notify.model import EVENTS as MOMENTS
from widget_server.notify.model import KINDS, Target, Wishes
from widget_server.notify.targets import TargetService
from widget_server.notify.wording import event_name

EVENTS = {event_name(kind): kind for kind in (*KINDS, *MOMENTS)}
WEBHOOK = Shape(
    "Webhook",
    "An address that events are posted to.",
    (
        Field("id", Id()),
        Field("url", Text(example="https://crm.example/hook")),
        Field("events", Many(Choice(tuple(EVENTS)))),
        Field("sites", Many(Id()), "Only of these; none: of all, later ones too."),
        Field("details", Flag(False), "Whether it gets whole numbers and visitors' words."),
        Field("secret", Text(example="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "Signs what is posted."),
        Field("problem", Maybe(Text(example="gone")), "Why nothing is posted any more."),
        Field("created_at", Moment()),
    ),
)
NEW_WEBHOOK = Shape(
    "NewWebhook",
    "Where to post what.",
    (
        Field("url", Text(500, 1, "https://crm.example/hook"), "https, a public address."),
        Field("events", Many(Choice(tuple(EVENTS)), len(EVENTS), 1)),
        Field("sites", Many(Id(), 100), needed=False, default=()),
        Field("details", Flag(False), needed=False, default=False),
    ),
)


def list_webhooks(ask: Ask) -> Part:
    found = service(TargetService).list_targets(ask.by)
    return Part([_view(ask, target) for target in found if _is_own(ask, target)])


def get_webhook(ask: Ask) -> dict[str, Any]:
    return _view(ask, _access(ask))


def create_webhook(ask: Ask) -> dict[str, Any]:
    body = ask.body
    wanted = frozenset(body["sites"]) or (ask.key.site_ids and ask.by.site_ids)  # a key of some sites hears of those
    wishes = Wishes(frozenset(EVENTS[one] for one in body["events"]), wanted, details=body["details"], language="en")
    try:
        return _view(ask, service(TargetService).add(ask.by, "webhook", body["url"], wishes))
    except ProductError as error:
        error.field = "url" if error.field == "address" else error.field
        raise


def delete_webhook(ask: Ask) -> None:
    service(TargetService).remove(ask.by, _access(ask).id)


def _access(ask: Ask) -> Target:
    target = service(TargetService).access_target(ask.by, ask.path["id"])
    if not _is_own(ask, target):
        raise NotFound("not_found")
    return target


def _is_own(ask: Ask, target: Target) -> bool:
    """Tell whether it is a webhook of which the key may know: one of its sites and of no others."""
    sites = target.wishes.site_ids
    is_within = not ask.key.site_ids or (bool(sites) and sites <= ask.key.site_ids)
    return target.channel == "webhook" and target.removed_at is None and is_within


def _view(ask: Ask, target: Target) -> dict[str, Any]:
    return {
        "id": target.id,
        "url": target.address,
        "events": sorted(event_name(kind) for kind in target.wishes.kinds if kind in EVENTS.values()),
        "sites": sorted(target.wishes.site_ids),
        "details": target.wishes.details,
        "secret": service(TargetService).secret_of(ask.by, target.id),
        "problem": target.problem,
        "created_at": target.created_at,
    }


OPERATIONS = (
    Operation("listWebhooks", "GET", "/webhooks", "List webhooks.", list_webhooks, WEBHOOK, is_list=True),
    Operation("getWebhook", "GET", "/webhooks/{id}", "Read one webhook.", get_webhook, WEBHOOK),
    Operation(
        "createWebhook",
        "POST",
        "/webhooks",
        "Have events posted to an address of yours.",
        create_webhook,
        WEBHOOK,
        status=201,
        body=NEW_WEBHOOK,
        problems={
            400: ("bad_webhook", "webhook_https", "webhook_port", "bad_choice"),
            409: ("target_taken", "too_many_targets"),
        },
    ),
    Operation("deleteWebhook", "DELETE", "/webhooks/{id}", "Post nothing there any more.", delete_webhook, status=204),
)
