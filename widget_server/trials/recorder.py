"""Writing down who saw what and who did what; called inside the transactions that tell it (``house.py``)."""

from datetime import datetime

from widget_server.beacon.model import VisitorReported
from widget_server.storage import Tx
from widget_server.trials import evidence, store
from widget_server.trials.model import Experiment

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
        device = made.context.device
        evidence.note_exposure(tx, experiment.id, made.visitor_id, event.variant, at, device, made.is_bot)
    for event in made.events:
        if event.type in REPORTED_METRICS and not made.is_bot:
            evidence.note_act(tx, event.id, made.site_id, made.visitor_id, event.type, event.at, made.at)


def on_act(tx: Tx, source_id: str, site_id: str, visitor_id: str, metric: str, at: datetime) -> None:
    """Note that a visitor did what ``metric`` counts; ``source_id`` (a conversation, callback or call) counts once."""
    evidence.note_act(tx, source_id, site_id, visitor_id, metric, at, at)


def _running(tx: Tx, site_id: str, at: datetime) -> dict[str, Experiment]:
    own = store.experiments.c.site_id == site_id
    return {one.key: one for one in store.list_running(tx, own) if one.counts_at(at)}
