"""Takes away what ``filling`` made, by the end of its ids; what really happened at the demo shop stays."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, delete, exists, select

from widget_server.beacon.store import beacon_events
from widget_server.callbacks.store import callbacks, consents
from widget_server.calls.facts import call_facts, call_tags
from widget_server.calls.store import calls, legs
from widget_server.chat.store import conversations, messages
from widget_server.chat.talks import talks
from widget_server.funnel.contact_store import contacts, lead_moves
from widget_server.funnel.order_store import orders
from widget_server.funnel.store import lead_keys, lead_merges, leads
from widget_server.reports.store import forget_days
from widget_server.storage import Tx
from widget_server.tracking.store import callers, inbound_calls
from widget_server.trials.store import acts, experiment_log, experiments, exposures, line_acts, line_callers
from widget_server.visitors.store import visitors

END = "%madeup"
OF_EXPERIMENT = (exposures, experiment_log, line_callers, line_acts)
OWN_ID = (consents, calls, callers, conversations, experiments, beacon_events)


def is_filled(tx: Tx, site_id: str) -> bool:
    return bool(tx.execute(select(exists().where(_made(experiments, site_id)))).scalar())


def clear(tx: Tx, site_id: str) -> None:
    """Delete every made-up row of the site."""
    came = select(contacts.c.lead_id).where(contacts.c.site_id == site_id, contacts.c.cause.like(END))
    born = list(tx.execute(came.distinct()).scalars())
    for table, where in _all_of(site_id, born):
        tx.execute(delete(table).where(where))
    forget_days(tx, site_id)


def _made(table: Table, site_id: str, column: str = "id") -> ColumnElement[bool]:
    return (table.c.site_id == site_id) & table.c[column].like(END)


def _all_of(site_id: str, born: Sequence[str]) -> list[tuple[Table, ColumnElement[bool]]]:
    """Return what is made up, table by table: first those that point at others."""
    of_call = select(calls.c.id).where(_made(calls, site_id))
    of_trial = select(experiments.c.id).where(_made(experiments, site_id))
    of_talk = select(conversations.c.id).where(_made(conversations, site_id))
    return [
        *((table, table.c.lead_id.in_(born)) for table in (lead_keys, lead_moves, orders)),
        (lead_merges, lead_merges.c.kept_id.in_(born) | lead_merges.c.gone_id.in_(born)),
        (contacts, contacts.c.lead_id.in_(born)),
        (leads, leads.c.id.in_(born)),
        *((table, table.c.call_id.in_(of_call)) for table in (legs, call_facts, call_tags, inbound_calls)),
        *((table, table.c.experiment_id.in_(of_trial)) for table in OF_EXPERIMENT),
        *((table, table.c.conversation_id.in_(of_talk)) for table in (messages, talks)),
        (acts, _made(acts, site_id, "visitor_id")),
        (callbacks, _made(callbacks, site_id)),
        *((table, _made(table, site_id)) for table in OWN_ID),
        (visitors, _made(visitors, site_id, "visitor_id")),
    ]
