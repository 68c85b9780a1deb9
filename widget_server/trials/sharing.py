"""A report for people without a login: whoever has the link reads it, until somebody closes it."""

from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import NotFound
from widget_server.kernel.ids import is_id, new_id
from widget_server.storage import Storage
from widget_server.trials import store
from widget_server.trials.model import Experiment
from widget_server.trials.service import TrialService


class ReportSharing:
    """One link per experiment, with a token that cannot be guessed; a new link is a new token."""

    def __init__(self, storage: Storage, clock: Clock, trials: TrialService) -> None:
        self._storage = storage
        self._clock = clock
        self._trials = trials

    def open(self, operator: OperatorIdentity, experiment_id: str) -> None:
        """Make a link; one that is there stays."""
        self._set(operator, experiment_id, new_id())

    def close(self, operator: OperatorIdentity, experiment_id: str) -> None:
        """Let the link open nothing any more."""
        self._set(operator, experiment_id, None)

    def token_of(self, experiment: Experiment) -> str | None:
        with self._storage.read() as tx:
            return store.token_of(tx, experiment.id)

    def get_shared(self, token: str) -> Experiment:
        """Return what a link opens.

        Raises
        ------
        NotFound
            If the link was closed, or never was one.
        """
        with self._storage.read() as tx:
            found = store.find_shared(tx, token) if is_id(token) else None
        if found is None:
            raise NotFound("not_found")
        return found

    def _set(self, operator: OperatorIdentity, experiment_id: str, token: str | None) -> None:
        known = self._trials.access_experiment(operator, experiment_id)
        with self._storage.begin() as tx:
            store.get_locked(tx, known.site_id, known.id)
            if (store.token_of(tx, known.id) is None) == (token is None):
                return
            store.share(tx, known.id, token)
            store.append_log(tx, known.id, self._clock.now(), operator.id, "shared" if token else "unshared", {})
