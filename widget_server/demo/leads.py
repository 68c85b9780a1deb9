"""What becomes of those who turned to the shop: leads, their way through the stages, orders."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from widget_server.funnel import contact_store, intake, order_service, progress
from widget_server.funnel.model import Arrival, Lead
from widget_server.funnel.order_service import OrderDraft
from widget_server.funnel.setup_store import list_stages
from widget_server.storage import Tx

ADVANCES = (0.72, 0.6, 0.6, 0.85)  # of the leads in a stage go on; the last step is the order
LOST_REASONS = ("Дорого", "Выбрали других", "Передумали", "Не отвечает")


@dataclass(frozen=True)
class Approach:
    """Somebody turned to the shop; ``answered_by`` talked with them."""

    arrival: Arrival
    answered_by: str | None


def follow(tx: Tx, rng: Random, approaches: list[Approach], now: datetime) -> None:
    """Write every approach down as the funnel does, and let each new lead go its way up to ``now``."""
    seen: set[str] = set()
    for approach in sorted(approaches, key=lambda one: one.arrival.at):
        lead = intake.take(tx, approach.arrival)
        if approach.answered_by is not None:
            contact = contact_store.find_by_cause(tx, lead.site_id, approach.arrival.cause)
            assert contact is not None
            contact_store.mark_answered(tx, contact.id, approach.answered_by, approach.arrival.at)
        if lead.id not in seen and approach.answered_by is not None:
            seen.add(lead.id)
            _go_on(tx, rng, lead, approach, now)


def _go_on(tx: Tx, rng: Random, lead: Lead, approach: Approach, now: datetime) -> None:
    at, by = approach.arrival.at, approach.answered_by
    stages = [stage.key for stage in list_stages(tx, lead.site_id)]
    for share, stage in zip(ADVANCES, (*stages[1:], None), strict=False):
        at += timedelta(hours=rng.lognormvariate(2.6, 0.9))
        if at > now:
            return
        if rng.random() > share:
            if rng.random() < 0.8:
                progress.lose(tx, lead, at, by, rng.choice(LOST_REASONS))
            return
        if stage is not None:
            lead = progress.move(tx, lead, stage, at, by)
            continue
        amount = round(rng.lognormvariate(10.9, 0.5) / 100) * 100 * 100
        order_service.put(tx, lead, OrderDraft(amount, "RUB", "paid", ordered_at=at, operator_id=by), now)
        progress.win(tx, lead, at, by)
