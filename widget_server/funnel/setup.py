"""What a site plans: its stages, its benchmarks, the goals of its people."""

from collections.abc import Sequence

from widget_server.funnel import setup_store
from widget_server.funnel.setup_store import Goals
from widget_server.funnel.stage_model import INDICATORS, Benchmarks, Stage, check_benchmarks, check_stages
from widget_server.kernel.errors import BadInput
from widget_server.storage import Storage

MOST_A_DAY = 1000


class SetupService:
    """The use cases of owners and admins."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def stages_of(self, site_id: str) -> tuple[Stage, ...]:
        with self._storage.read() as tx:
            return setup_store.list_stages(tx, site_id)

    def set_stages(self, site_id: str, stages: Sequence[Stage]) -> None:
        """Replace the stages of a site. A lead whose stage is taken away stands in the first one then."""
        check_stages(stages)
        with self._storage.begin() as tx:
            setup_store.put_stages(tx, site_id, stages)

    def plan_of(self, site_id: str) -> tuple[Benchmarks, Goals]:
        with self._storage.read() as tx:
            return setup_store.find_benchmarks(tx, site_id), setup_store.find_goals(tx, site_id)

    def set_plan(self, site_id: str, benchmarks: Benchmarks, goals: Goals) -> None:
        """Replace benchmarks and goals together.

        Raises
        ------
        BadInput
            ``out_of_range``, ``least_above_most``; the field is named (``goals.<operator>.<indicator>``).
        """
        check_benchmarks(benchmarks)
        for (operator_id, indicator), per_day in goals.items():
            if indicator not in INDICATORS or not 0 <= per_day <= MOST_A_DAY:
                raise BadInput("out_of_range", field=f"goals.{operator_id}.{indicator}", least=0, most=MOST_A_DAY)
        with self._storage.begin() as tx:
            setup_store.put_benchmarks(tx, site_id, benchmarks)
            setup_store.put_goals(tx, site_id, goals)
