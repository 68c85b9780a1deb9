"""What may be done to an experiment that runs without spoiling it, and a new one made of an old one."""

from dataclasses import replace

from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, Conflict
from widget_server.storage import Storage
from widget_server.trials import store
from widget_server.trials.model import Draft, Experiment, State, TrialsChanged, Variant
from widget_server.trials.service import TrialService


class TrialLife:
    """Pause, resume, widen, put away, copy. A running test's words, shares and end are never changed."""

    def __init__(self, storage: Storage, clock: Clock, trials: TrialService) -> None:
        self._storage = storage
        self._clock = clock
        self._trials = trials

    def pause(self, operator: OperatorIdentity, experiment_id: str) -> None:
        """Show everybody what the site shows; the planned end stays. Twice is harmless."""
        self._turn(operator, experiment_id, "paused")

    def resume(self, operator: OperatorIdentity, experiment_id: str) -> None:
        self._turn(operator, experiment_id, "running")

    def _turn(self, operator: OperatorIdentity, experiment_id: str, state: State) -> None:
        known = self._trials.access_experiment(operator, experiment_id)
        with self._storage.begin() as tx:
            experiment, _ = store.get_locked(tx, known.site_id, known.id)
            self._check_running(experiment)
            if experiment.state == state:
                return
            store.update_experiment(tx, replace(experiment, state=state))
            what = "paused" if state == "paused" else "resumed"
            store.append_log(tx, known.id, self._clock.now(), operator.id, what, {})
            tx.record(TrialsChanged(known.site_id))

    def widen(self, operator: OperatorIdentity, experiment_id: str, coverage: float) -> None:
        """Let a larger part of the visitors take part; whoever took part before sees what they saw.

        Raises
        ------
        BadInput
            ``only_wider``: fewer would throw visitors out who have seen a variant.
        Conflict
            ``experiment_not_running``.
        """
        known = self._trials.access_experiment(operator, experiment_id)
        with self._storage.begin() as tx:
            experiment, _ = store.get_locked(tx, known.site_id, known.id)
            self._check_running(experiment)
            if not experiment.draft.coverage < coverage <= 1:
                raise BadInput("only_wider", field="coverage")
            wider = replace(experiment, draft=replace(experiment.draft, coverage=coverage))
            store.update_experiment(tx, wider)
            detail = {"name": f"{coverage * 100:g}\u202f%"}
            store.append_log(tx, known.id, self._clock.now(), operator.id, "widened", detail)
            tx.record(TrialsChanged(known.site_id))

    def archive(self, operator: OperatorIdentity, experiment_id: str) -> None:
        """Put away an experiment that does not run; nothing of it is lost. Twice is harmless.

        Raises
        ------
        Conflict
            ``archive_running``.
        """
        self._put(operator, experiment_id, "archived")

    def unarchive(self, operator: OperatorIdentity, experiment_id: str) -> None:
        self._put(operator, experiment_id, "unarchived")

    def _put(self, operator: OperatorIdentity, experiment_id: str, what: str) -> None:
        known, at = self._trials.access_experiment(operator, experiment_id), self._clock.now()
        with self._storage.begin() as tx:
            experiment, _ = store.get_locked(tx, known.site_id, known.id)
            if experiment.phase(at) == "running":
                raise Conflict("archive_running")
            if (experiment.archived_at is not None) == (what == "archived"):
                return
            store.update_experiment(tx, replace(experiment, archived_at=at if what == "archived" else None))
            store.append_log(tx, known.id, at, operator.id, what, {})

    def copy(self, operator: OperatorIdentity, experiment_id: str, name: str) -> Experiment:
        """Write a draft that says what the experiment said; what was as on the site then, is as on the site now."""
        known = self._trials.access_experiment(operator, experiment_id)
        return self._trials.create_draft(operator, known.site_id, as_new(known.draft, name))

    def _check_running(self, experiment: Experiment) -> None:
        if experiment.phase(self._clock.now()) != "running":
            raise Conflict("experiment_not_running")


def as_new(draft: Draft, name: str) -> Draft:
    """Return the draft without what the start wrote out of the site's settings."""
    first = draft.variants[0]
    return replace(draft, name=name[:80], variants=tuple(_as_new(variant, first) for variant in draft.variants))


def _as_new(variant: Variant, first: Variant) -> Variant:
    if variant is first:
        return replace(variant, settings={})
    own = {lever: value for lever, value in variant.settings.items() if value != first.settings.get(lever)}
    return replace(variant, settings=own)
