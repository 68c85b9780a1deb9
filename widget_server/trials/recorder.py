"""Writing down who saw what and who did what; called inside the transactions that tell it (``events.py``)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from widget_server.beacon.model import VisitorReported
from widget_server.calls.model import CallAnswered, CallConnected, CallEnded
from widget_server.storage import Tx
from widget_server.tracking.model import Inbound, InboundTaken
from widget_server.tracking.store import find_caller, find_inbound, find_rules, variant_numbers
from widget_server.trials import evidence, store
from widget_server.trials.model import Experiment
from widget_server.trials.number_test import variants_by_line
from widget_server.visitors.source import source_word

REPORTED_METRICS = ("tap", "open")


def on_visitor_reported(tx: Tx, made: VisitorReported) -> None:
    """Note exposures to experiments that run now, taps and openings."""
    exposed = [event for event in made.events if event.type == "exposure"]
    running = _running(tx, made.site_id, made.at) if exposed else {}
    for event in exposed:
        experiment = running.get(event.experiment or "")
        if experiment is None or event.variant not in {variant.key for variant in experiment.variants}:
            continue
        at = max(event.at, experiment.started_at or event.at)
        device, source = made.context.device, source_word(made.context.as_dict())
        evidence.note_exposure(tx, experiment.id, made.visitor_id, event.variant, at, device, made.is_bot, source)
    for event in made.events:
        if event.type in REPORTED_METRICS and not made.is_bot:
            evidence.note_act(tx, event.id, made.site_id, made.visitor_id, event.type, event.at, made.at)


def on_act(tx: Tx, source_id: str, site_id: str, visitor_id: str, metric: str, at: datetime) -> None:
    """Note that a visitor did what ``metric`` counts; ``source_id`` (a conversation, callback or call) counts once."""
    evidence.note_act(tx, source_id, site_id, visitor_id, metric, at, at)


def on_inbound_taken(tx: Tx, made: InboundTaken) -> None:
    """Note who dialled the number of a variant, and whom a caller turns out to be."""
    inbound = made.inbound
    visitor_id = inbound.sure_visitor
    if inbound.caller_id is None and visitor_id is not None:
        return  # a known visitor behind a hidden number: the visitor's acts say it all
    for experiment, variant in _variants_of(tx, inbound, inbound.at):
        caller_id, hidden = inbound.caller_id or inbound.call_id, inbound.caller_id is None
        evidence.note_caller(tx, experiment.id, caller_id, variant, inbound.at, hidden=hidden)
    if inbound.caller_id is not None and visitor_id is not None:
        evidence.note_who_called(tx, inbound.caller_id, visitor_id, inbound.at)


def on_call_connected(tx: Tx, event: CallConnected) -> None:
    on_call_act(tx, event.call_id, event.site_id, event.visitor_id, "connected_call", event.at, event.at)


def on_call_answered(tx: Tx, event: CallAnswered) -> None:
    on_call_act(tx, event.call_id, event.site_id, event.visitor_id, "answered_call", event.at, event.at)


def on_call_ended(tx: Tx, event: CallEnded) -> None:
    """Note a talk that was as long as the site wants them; what is noted late changes no result that was read."""
    call, talk = event.call, event.call.talk()
    wanted = timedelta(seconds=find_rules(tx, call.site_id).target_seconds)
    if talk is not None and talk >= wanted:
        assert call.connected_at is not None
        assert call.ended_at is not None
        reached_at = call.connected_at + wanted
        on_call_act(tx, call.id, call.site_id, call.visitor_id, "target_call", reached_at, call.ended_at)


def on_order_paid(
    tx: Tx,
    order_id: str,
    site_id: str,
    visitor_ids: Collection[str],
    phones: Collection[str],
    *,
    at: datetime,
    noted_at: datetime,
) -> None:
    """Note what a lead paid: for each browser that they came by, and for the variants whose numbers they dialled."""
    callers = [found for phone in phones if (found := find_caller(tx, site_id, phone)) is not None]
    lines = evidence.lines_of_caller(tx, callers)
    evidence.note_orders(tx, order_id, site_id, visitor_ids, lines, at, noted_at)


def on_order_taken_back(tx: Tx, order_id: str, site_id: str, at: datetime) -> None:
    evidence.take_back_orders(tx, site_id, order_id, at)


def on_call_act(
    tx: Tx, call_id: str, site_id: str, visitor_id: str | None, metric: str, at: datetime, noted_at: datetime
) -> None:
    """Note what a call came to: for the visitor whose it is, and for the variant whose number was dialled."""
    if visitor_id is not None:
        source_id = f"{call_id}:{metric.removesuffix('_call')}"
        evidence.note_act(tx, source_id, site_id, visitor_id, metric, at, noted_at)
    inbound = find_inbound(tx, call_id)
    if inbound is not None and inbound.caller_id is not None:
        for experiment, _ in _variants_of(tx, inbound, at):
            evidence.note_line_act(tx, experiment.id, inbound.caller_id, metric, call_id, at, noted_at)


def _variants_of(tx: Tx, inbound: Inbound, at: datetime) -> list[tuple[Experiment, str]]:
    """Return the running experiments that gave the dialled number to a variant, and that variant."""
    if inbound.use != "variant":
        return []
    tracking = variant_numbers(tx, inbound.site_id)
    lines = [(one, variants_by_line(one.draft, tracking)) for one in _running(tx, inbound.site_id, at).values()]
    return [(one, found[inbound.number_id]) for one, found in lines if inbound.number_id in found]


def _running(tx: Tx, site_id: str, at: datetime) -> dict[str, Experiment]:
    own = store.experiments.c.site_id == site_id
    return {one.key: one for one in store.list_running(tx, own) if one.counts_at(at)}
