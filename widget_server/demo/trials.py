"""The demo's four experiments as rows."""

from datetime import datetime, timedelta
from random import Random

from widget_server.demo.book import Book
from widget_server.demo.story import DAILY, Trial, made_id
from widget_server.demo.words import EXPERIMENTS, WORDS
from widget_server.sites.model import Site
from widget_server.storage import Tx
from widget_server.trials import store
from widget_server.trials.model import HOPED_LIFT, Draft, Experiment, Variant, planned_end
from widget_server.trials.planning import Usual, make_plan
from widget_server.trials.rules import freeze

BASELINE = 0.022


def write_trial(tx: Tx, rng: Random, book: Book, site: Site, trial: Trial, first: datetime, by: str) -> Experiment:
    """Write one experiment down that began ``trial.first_day`` days after ``first`` and ran to its end."""
    name, control, variant = EXPERIMENTS[trial.name]
    settings = {"cta": WORDS.get(trial.name), "number": site.numbers[1].id, "placement": "bottom-left"}
    shares = (Variant("a", control, 0.5, {}), Variant("b", variant, 0.5, {trial.lever: settings[trial.lever]}))
    lift = HOPED_LIFT[trial.lever]
    draft = Draft(
        name, "answered_call", (trial.lever,), shares, lift, trial.days, trial.coverage, BASELINE, float(DAILY)
    )
    started = first + timedelta(days=trial.first_day)
    ends = planned_end(started, trial.days, site.zone)
    made = Experiment(
        id=made_id(rng),
        site_id=site.id,
        key=f"{trial.lever}-{trial.name}",
        state="stopped",
        draft=freeze(draft, site),
        planned_visitors=make_plan(draft, Usual(None, None)).visitors,
        started_at=started,
        ends_at=ends,
        stopped_at=ends,
        created_at=started - timedelta(hours=1),
        created_by=by,
    )
    store.insert_experiment(tx, made)
    for at, what in ((made.created_at, "created"), (started, "started")):
        store.append_log(tx, made.id, at, by, what, {"warnings": []} if what == "started" else {})
    store.append_log(tx, made.id, ends, None, "ended", {})
    return made
