"""Orders of leads: written down, paid, refunded. A payment wins the lead and counts in tests until refunded."""

from dataclasses import dataclass, replace
from datetime import datetime

from widget_server.edge.identity import OperatorIdentity
from widget_server.funnel import contact_store, order_store, progress, store
from widget_server.funnel.model import Lead, Order, OrderPaid, OrderState, OrderTakenBack
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, Conflict, NotFound
from widget_server.kernel.ids import new_id
from widget_server.storage import Storage, Tx

MOST_AMOUNT = 10**14
NEXT: dict[OrderState, tuple[OrderState, ...]] = {
    "waiting": ("paid", "cancelled"),
    "paid": ("refunded",),
    "refunded": ("paid",),
    "cancelled": ("waiting",),
}


@dataclass(frozen=True)
class OrderDraft:
    """``amount`` in minor units; ``number``: the shop's own, the same number again is the same order."""

    amount: int
    currency: str
    state: OrderState = "waiting"
    number: str = ""
    ordered_at: datetime | None = None
    operator_id: str | None = None


class OrderService:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def add(self, operator: OperatorIdentity, lead_id: str, draft: OrderDraft) -> Order:
        """Write an order of a lead down.

        Raises
        ------
        Conflict
            ``order_known``: the site has an order of this number.
        """
        with self._storage.begin() as tx:
            lead = access_root(tx, operator, lead_id)
            by = replace(draft, operator_id=draft.operator_id or operator.id)
            order, is_new = put(tx, lead, by, self._clock.now())
            if not is_new:
                raise Conflict("order_known", field="number", number=draft.number)
            return order

    def tell(self, operator: OperatorIdentity, lead_id: str, draft: OrderDraft, cause: str) -> Order:
        """Write down what a program says of an order; said again (by number or ``cause``), it is the same order."""
        with self._storage.begin() as tx:
            return put(tx, access_root(tx, operator, lead_id), draft, self._clock.now(), cause)[0]

    def change(self, operator: OperatorIdentity, order_id: str, state: OrderState) -> Order:
        """Pay, refund, cancel or reopen an order; what it is already changes nothing.

        Raises
        ------
        Conflict
            ``not_possible_now``: an order does not go there from where it is.
        """
        with self._storage.begin() as tx:
            order = order_store.get_order(tx, order_id, lock=True)
            access_root(tx, operator, order.lead_id)
            return order if order.state == state else turn(tx, order, state, self._clock.now())


def access_root(tx: Tx, operator: OperatorIdentity, lead_id: str) -> Lead:
    """Return the lead that speaks for this one, locked, if the operator may see it."""
    lead = store.get_root(tx, lead_id, lock=True)
    if lead.site_id not in operator.site_ids:
        raise NotFound("not_found")
    return lead


def put(tx: Tx, lead: Lead, draft: OrderDraft, now: datetime, cause: str = "") -> tuple[Order, bool]:
    """Write an order; told again (by its number or ``cause``), it is the one that is known, brought up to date."""
    check_order(draft)
    order_id = new_id()
    named = f"number:{draft.number}" if draft.number else cause or f"order:{order_id}"
    at = min(draft.ordered_at or now, now)
    order = Order(order_id, lead.site_id, lead.id, named, draft.number, draft.amount, draft.currency, "waiting", at)
    order = replace(order, operator_id=draft.operator_id or lead.owner_id)
    if not order_store.insert_order(tx, order):
        known = order_store.find_by_cause(tx, lead.site_id, named)
        assert known is not None
        may = draft.state in NEXT[known.state]
        return (turn(tx, known, draft.state, now) if may else known), False
    if draft.state != "waiting":
        order = turn(tx, order, "paid" if draft.state == "refunded" else draft.state, now, at)
    return (turn(tx, order, "refunded", now) if draft.state == "refunded" else order), True


def turn(tx: Tx, order: Order, state: OrderState, now: datetime, at: datetime | None = None) -> Order:
    """Bring an order into another state. ``at``: when it was paid, if that is known to be earlier."""
    if state not in NEXT[order.state]:
        raise Conflict("not_possible_now")
    turned = replace(order, state=state)
    if state == "paid":
        turned = replace(turned, paid_at=order.paid_at or at or now, refunded_at=None)
    elif state == "refunded":
        turned = replace(turned, refunded_at=now)
    order_store.update_order(tx, turned)
    if state == "paid":
        _paid(tx, turned, now)
    elif state == "refunded":
        tx.record(OrderTakenBack(turned, now))
    return turned


def check_order(draft: OrderDraft) -> None:
    if not 0 <= draft.amount <= MOST_AMOUNT:
        raise BadInput("bad_amount", field="amount")
    if len(draft.number) > 60:
        raise BadInput("field_too_long", field="number", most=60)


def _paid(tx: Tx, order: Order, now: datetime) -> None:
    assert order.paid_at is not None
    lead = store.get_root(tx, order.lead_id, lock=True)
    visitors, keys = contact_store.visitors_of(tx, lead.id), store.keys_of(tx, [lead.id])[lead.id]
    progress.win(tx, lead, now, order.operator_id)
    tx.record(OrderPaid(order, tuple(visitors), tuple(keys.get("phone", ())), order.paid_at, now))
