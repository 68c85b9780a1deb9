"""Experiments on a site: written, started, stopped, read."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.beacon.service import BeaconService
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import Conflict, NotFound
from widget_server.kernel.ids import new_id
from widget_server.sites.service import SiteService
from widget_server.sites.store import get_site
from widget_server.storage import Storage, Tx
from widget_server.tracking.model import LineOfVariant
from widget_server.tracking.store import variant_numbers
from widget_server.trials import evidence, rollout, rules, store
from widget_server.trials.detail import Detail, make_detail
from widget_server.trials.model import Draft, Experiment, ExperimentConcluded, TrialsChanged, planned_end
from widget_server.trials.number_test import variants_by_line
from widget_server.trials.people import list_people
from widget_server.trials.planning import HISTORY, TrialPlan, Usual, make_plan, usual_from
from widget_server.trials.report import TrialReport, make_report


class TrialService:
    """The use cases of experiments; whoever may not run them is turned away at the door (``console.py``)."""

    def __init__(self, storage: Storage, clock: Clock, sites: SiteService, beacon: BeaconService) -> None:
        self._storage = storage
        self._clock = clock
        self._sites = sites
        self._beacon = beacon

    def access_experiment(self, operator: OperatorIdentity, experiment_id: str) -> Experiment:
        """Return the experiment if it runs on a site that the operator may see.

        Raises
        ------
        NotFound
            If not, or if there is none.
        """
        with self._storage.read() as tx:
            found = store.find_experiment(tx, experiment_id)
        if found is None or found.site_id not in operator.site_ids:
            raise NotFound("not_found")
        return found

    def experiments_of(self, operator: OperatorIdentity) -> list[Experiment]:
        with self._storage.read() as tx:
            return store.list_experiments(tx, operator.site_ids)

    def create_draft(self, operator: OperatorIdentity, site_id: str, draft: Draft) -> Experiment:
        """Write a new experiment down; it shows nothing to anybody until it is started.

        Raises
        ------
        NotFound
            If the site is not the operator's.
        BadInput
            Where the draft breaks a rule.
        """
        site = self._sites.access_site(operator, site_id)
        rules.check_draft(draft)
        plan = self.plan(operator, site.id, draft)
        experiment = Experiment(
            id=new_id(),
            site_id=site.id,
            key=f"{'-'.join(draft.levers)}-{new_id()[:5]}",
            state="draft",
            draft=draft,
            planned_visitors=plan.visitors,
            started_at=None,
            ends_at=None,
            stopped_at=None,
            created_at=self._clock.now(),
            created_by=operator.id,
        )
        with self._storage.begin() as tx:
            store.insert_experiment(tx, experiment)
            self._log(tx, experiment, operator.id, "created", {})
        return experiment

    def edit_draft(self, operator: OperatorIdentity, experiment_id: str, draft: Draft) -> Experiment:
        """Replace what a draft says.

        Raises
        ------
        Conflict
            ``experiment_started``: what visitors see is not changed under a running experiment.
        """
        known = self.access_experiment(operator, experiment_id)
        rules.check_draft(draft)
        plan = self.plan(operator, known.site_id, draft)
        with self._storage.begin() as tx:
            experiment, _ = self._get_draft(tx, known)
            experiment = replace(experiment, draft=draft, planned_visitors=plan.visitors)
            store.update_experiment(tx, experiment)
        return experiment

    def delete_draft(self, operator: OperatorIdentity, experiment_id: str) -> None:
        known = self.access_experiment(operator, experiment_id)
        with self._storage.begin() as tx:
            experiment, _ = self._get_draft(tx, known)
            store.delete_experiment(tx, experiment.id)

    def start(self, operator: OperatorIdentity, experiment_id: str) -> Experiment:
        """Start an experiment: what its variants show is fixed from here on, and so is its end.

        Raises
        ------
        BadInput
            If a variant cannot be shown.
        Conflict
            ``lever_busy``: a running experiment of the site touches the same lever; ``experiment_started``.
        """
        known = self.access_experiment(operator, experiment_id)
        site, at = self._sites.get_site(known.site_id), self._clock.now()
        plan = self.plan(operator, site.id, known.draft)
        with self._storage.begin() as tx:
            experiment, others = self._get_draft(tx, known)
            frozen = rules.freeze(experiment.draft, site)
            rules.check_startable(frozen, site)
            rules.check_levers_free(frozen.levers, others, at)
            ends_at = planned_end(at, frozen.planned_days, site.zone)
            started = replace(experiment, state="running", draft=frozen, started_at=at, ends_at=ends_at)
            store.update_experiment(tx, started)
            self._log(tx, started, operator.id, "started", {"warnings": list(plan.warnings)})
            tx.record(TrialsChanged(site.id))
        return started

    def stop(self, operator: OperatorIdentity, experiment_id: str) -> Experiment:
        """End an experiment now. Before its planned end it then has no winner. Stopping twice is harmless."""
        known, at = self.access_experiment(operator, experiment_id), self._clock.now()
        with self._storage.begin() as tx:
            experiment, _ = store.get_locked(tx, known.site_id, known.id)
            if experiment.state == "draft":
                raise Conflict("experiment_not_started")
            return self._stop(tx, experiment, operator.id) if experiment.phase(at) == "running" else experiment

    def roll_out(self, operator: OperatorIdentity, experiment_id: str, variant_key: str) -> None:
        """Write a variant's settings into the site's; what they replace is kept in the log.

        Raises
        ------
        Conflict
            ``rollout_too_early`` before the planned end (a stopped test has no winner); ``rollout_done``.
        NotFound
            If there is no such variant.
        """
        known = self._access_over(operator, experiment_id)
        variant = next((one for one in known.variants if one.key == variant_key), None)
        if variant is None:
            raise NotFound("not_found")
        with self._storage.begin() as tx:
            store.get_locked(tx, known.site_id, known.id)
            if rollout.find_rollout(store.list_log(tx, known.id)) is not None:
                raise Conflict("rollout_done")
            site = get_site(tx, known.site_id)
            changes = rollout.changes_of(variant, site)
            kept = rollout.kept_of(changes, site)
            key = self._sites.change(tx, site.id, changes, operator)
            made = rollout.kept_of(changes, get_site(tx, site.id))
            detail = {"variant": variant.key, "name": variant.name, "kept": kept, "made": made}
            self._log(tx, known, operator.id, "rolled_out", detail)
        self._sites.forget(key)

    def roll_back(self, operator: OperatorIdentity, experiment_id: str) -> None:
        """Put back what the site showed before the rollout. Twice is harmless.

        Raises
        ------
        Conflict
            ``rollout_changed``: somebody has changed these settings since, and that is not to be lost.
        """
        known = self._access_over(operator, experiment_id)
        with self._storage.begin() as tx:
            store.get_locked(tx, known.site_id, known.id)
            detail = rollout.find_rollout(store.list_log(tx, known.id))
            if detail is None:
                return
            if not rollout.still_shows(detail["made"], get_site(tx, known.site_id)):
                raise Conflict("rollout_changed")
            key = self._sites.change(tx, known.site_id, rollout.read_kept(detail["kept"]), operator)
            self._log(tx, known, operator.id, "rolled_back", {})
        self._sites.forget(key)

    def _access_over(self, operator: OperatorIdentity, experiment_id: str) -> Experiment:
        known = self.access_experiment(operator, experiment_id)
        if known.phase(self._clock.now()) != "ended":
            raise Conflict("rollout_too_early")
        return known

    def finish_due(self) -> int:
        """End the experiments whose planned end has come; return how many. Called every few seconds."""
        at = self._clock.now()
        with self._storage.read() as tx:
            found = store.list_due(tx, at)
        for experiment in found:
            self._finish(experiment)
        return len(found)

    def _finish(self, known: Experiment) -> None:
        with self._storage.begin() as tx:
            experiment, _ = store.get_locked(tx, known.site_id, known.id)
            if experiment.state in ("running", "paused"):
                self._stop(tx, experiment, None)

    def running(self, site_id: str) -> list[dict[str, Any]]:
        """Return the running experiments in the form of the site document (docs/protocol.md, section 3)."""
        at = self._clock.now()
        with self._storage.read() as tx:
            found = store.list_running(tx, store.experiments.c.site_id == site_id)
        return [_shown(experiment) for experiment in sorted(found, key=_order) if experiment.phase(at) == "running"]

    def report(self, experiment: Experiment) -> TrialReport:
        """Return what is known of the experiment now."""
        at = self._clock.now()
        if experiment.state == "draft":
            return make_report(experiment, evidence.Counts(), at)
        with self._storage.read() as tx:
            return make_report(experiment, evidence.count(tx, experiment, experiment.horizon(at)), at)

    def detail(self, experiment: Experiment, zone: ZoneInfo) -> Detail:
        """Return what lies behind the report: by day, metric and group, on the site's clock."""
        at = self._clock.now()
        until, final = experiment.horizon(at), experiment.phase(at) == "ended"
        with self._storage.read() as tx:
            counts, people = evidence.count(tx, experiment, until), list_people(tx, experiment, until)
        return make_detail(experiment, counts, people, until, zone, final=final)

    def log_of(self, experiment: Experiment) -> list[Any]:
        with self._storage.read() as tx:
            return store.list_log(tx, experiment.id)

    def lines_of(self, site_id: str) -> list[LineOfVariant]:
        """Return which number was which variant's alone, and when, in all tests of numbers of the site."""
        with self._storage.read() as tx:
            found = store.list_experiments(tx, [site_id])
            tracking = variant_numbers(tx, site_id)
        return [
            LineOfVariant(number_id, one.name, variant, one.started_at, one.stopped_at or one.ends_at)
            for one in found
            if one.started_at is not None
            for number_id, variant in variants_by_line(one.draft, tracking).items()
        ]

    def usual(self, operator: OperatorIdentity, site_id: str, metric: str) -> Usual:
        """Return the site's own visitors a day and the part of them who do what ``metric`` counts."""
        site, now = self._sites.access_site(operator, site_id), self._clock.now()
        since = now - HISTORY
        first = self._beacon.first_view(site.id, since)
        people = self._beacon.counts([site.id], since, now).get("view", 0)
        with self._storage.read() as tx:
            converted = evidence.count_people(tx, site.id, metric, since, now)
        return usual_from(people, converted, first, now)

    def plan(self, operator: OperatorIdentity, site_id: str, draft: Draft) -> TrialPlan:
        """Return how long the experiment needs; figures that the draft leaves out are the site's own."""
        return make_plan(draft, self.usual(operator, site_id, draft.metric))

    def _get_draft(self, tx: Tx, known: Experiment) -> tuple[Experiment, list[Experiment]]:
        """Return the draft, taken out of the archive, and the other experiments of its site, locked."""
        experiment, others = store.get_locked(tx, known.site_id, known.id)
        if experiment.state != "draft":
            raise Conflict("experiment_started")
        return replace(experiment, archived_at=None), others

    def _stop(self, tx: Tx, experiment: Experiment, operator_id: str | None) -> Experiment:
        stopped = replace(experiment, state="stopped", stopped_at=experiment.horizon(self._clock.now()))
        store.update_experiment(tx, stopped)
        self._log(tx, stopped, operator_id, "ended" if operator_id is None else "stopped", {})
        tx.record(TrialsChanged(stopped.site_id))
        if operator_id is None:
            tx.record(ExperimentConcluded(stopped.site_id, stopped.id, stopped.name, self._clock.now()))
        return stopped

    def _log(
        self, tx: Tx, experiment: Experiment, operator_id: str | None, what: str, detail: Mapping[str, Any]
    ) -> None:
        store.append_log(tx, experiment.id, self._clock.now(), operator_id, what, detail)


def _order(experiment: Experiment) -> str:
    return experiment.key


def _shown(experiment: Experiment) -> dict[str, Any]:
    return {
        "key": experiment.key,
        "seed": experiment.key,
        "coverage": experiment.draft.coverage,
        "exposure": experiment.exposure,
        "variants": [
            {"key": variant.key, "weight": variant.weight, "settings": dict(variant.settings)}
            for variant in experiment.variants
        ],
    }
