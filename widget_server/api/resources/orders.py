"""Orders of leads: what a shop sold, so that tests and reports count money."""

from widget_server.api.kinds import Choice, Id, Maybe, Moment, Text, Whole
from widget_server.api.listing import newest
from widget_server.api.operation import PAGE, SITE, Ask, Operation, Part
from widget_server.api.resources.seen import seen_sites
from widget_server.api.shape import Field, Shape
from widget_server.edge.services import service
from widget_server.funnel import order_store
from widget_server.funnel.model import ORDER_STATES, Order
from widget_server.funnel.money import read_currency
from widget_server.funnel.order_service import MOST_AMOUNT, OrderDraft, OrderService
from widget_server.funnel.order_store import orders
from widget_server.kernel.errors import NotFound
from widget_server.storage import Storage

ORDER = Shape(
    "Order",
    "What a lead buys. Counted once it is paid, until it is refunded.",
    (
        Field("id", Id()),
        Field("site", Id(), take=lambda it: it.site_id),
        Field("lead", Id(), take=lambda it: it.lead_id),
        Field("number", Text(example="1817"), "The shop's own; empty without one."),
        Field("amount", Whole(0, MOST_AMOUNT, 1250000), "In the currency's smallest unit."),
        Field("currency", Text(example="EUR"), "ISO 4217."),
        Field("state", Choice(ORDER_STATES)),
        Field("ordered_at", Moment()),
        Field("paid_at", Maybe(Moment())),
        Field("refunded_at", Maybe(Moment()), example=None),
    ),
)
NEW_ORDER = Shape(
    "NewOrder",
    "An order. The site's order of the same `number` is brought to this state; its amount stays.",
    (
        Field("lead", Id(), "Whose order it is."),
        Field("amount", Whole(0, MOST_AMOUNT, 1250000), "In the currency's smallest unit: 1250000 is 12,500.00."),
        Field("currency", Text(3, 3, "EUR"), "ISO 4217."),
        Field("state", Choice(ORDER_STATES), needed=False, default="waiting"),
        Field("number", Text(60, example="1817"), "The shop's own; unique on a site.", needed=False, default=""),
        Field("ordered_at", Maybe(Moment()), "When, if not now.", needed=False),
    ),
)


def list_orders(ask: Ask) -> Part:
    where = [orders.c.site_id.in_(seen_sites(ask))]
    if ask.query["state"] is not None:
        where.append(orders.c.state == ask.query["state"])
    with service(Storage).read() as tx:
        return newest(tx, orders, "ordered_at", where, ask.query, lambda row: Order(**row._mapping))


def get_order(ask: Ask) -> Order:
    with service(Storage).read() as tx:
        order = order_store.get_order(tx, ask.path["id"])
    if order.site_id not in ask.by.site_ids:
        raise NotFound("not_found")
    return order


def put_order(ask: Ask) -> Order:
    body = ask.body
    currency = read_currency(body["currency"])
    draft = OrderDraft(body["amount"], currency, body["state"], body["number"], body["ordered_at"])
    return service(OrderService).tell(ask.by, body["lead"], draft, f"api:{ask.once}")


OPERATIONS = (
    Operation(
        "listOrders",
        "GET",
        "/orders",
        "List orders, the newest first.",
        list_orders,
        ORDER,
        is_list=True,
        query=(*PAGE, SITE, Field("state", Choice(ORDER_STATES), needed=False)),
        problems={400: ("bad_cursor",), 404: ("not_found",)},
    ),
    Operation("getOrder", "GET", "/orders/{id}", "Read one order.", get_order, ORDER),
    Operation(
        "putOrder",
        "POST",
        "/orders",
        "Write an order of a lead down, or say what became of it. A paid one wins the lead.",
        put_order,
        ORDER,
        status=201,
        body=NEW_ORDER,
        problems={400: ("bad_choice",), 404: ("not_found",)},
    ),
)
