"""Bringing in leads and orders from a table: all of it or nothing, and the same table again changes nothing."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from widget_server.edge.identity import OperatorIdentity
from widget_server.funnel import contact_store, import_store, intake, order_service, store
from widget_server.funnel.import_rows import read_lead_row, read_order_row
from widget_server.funnel.import_store import Import, ImportKind
from widget_server.funnel.model import Arrival
from widget_server.funnel.order_service import OrderDraft
from widget_server.funnel.table import FIELDS, Sheet, guess_columns, read_sheet
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, Conflict, NotFound, ProductError
from widget_server.kernel.ids import new_id
from widget_server.sites.model import Site
from widget_server.sites.store import get_site
from widget_server.storage import Storage, Tx

FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True)
class Slip:
    """What is wrong in a table: the line of the file, our field (empty: the whole line), the error."""

    line: int
    field: str
    value: str
    error: ProductError


@dataclass
class Outcome:
    """What an import does, or would do. ``known``: rows that were brought in before."""

    new_leads: int = 0
    met_leads: int = 0
    new_orders: int = 0
    known: int = 0
    slips: list[Slip] = field(default_factory=list)


class ImportService:
    """The use cases of files; whoever may not bring any in is turned away at the door."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def open(self, operator: OperatorIdentity, site_id: str, kind: ImportKind, name: str, content: str) -> Import:
        """Keep a file until it is imported, a day at most; guess which column is which.

        Raises
        ------
        BadInput
            What ``read_sheet`` raises.
        """
        columns, now = guess_columns(kind, read_sheet(content).head), self._clock.now()
        made = Import(new_id(), site_id, kind, name[:120], content, columns, operator.id, now)
        with self._storage.begin() as tx:
            import_store.forget_before(tx, site_id, now - FORGOTTEN)
            import_store.insert_import(tx, made)
        return made

    def access(self, operator: OperatorIdentity, import_id: str) -> Import:
        with self._storage.read() as tx:
            found = import_store.get_import(tx, import_id)
        if found.site_id not in operator.site_ids:
            raise NotFound("not_found")
        return found

    def set_columns(self, operator: OperatorIdentity, import_id: str, columns: Mapping[str, int]) -> Import:
        known = self.access(operator, import_id)
        width = len(read_sheet(known.content).head) if not known.done_at else 0
        kept = {name: place for name, place in columns.items() if name in FIELDS[known.kind] and 0 <= place < width}
        with self._storage.begin() as tx:
            import_store.put_columns(tx, import_id, kept)
        return replace(known, columns=kept)

    def rehearse(self, operator: OperatorIdentity, import_id: str) -> Outcome:
        """Do everything, and then take it back: what it would come to is counted, not guessed."""
        known = self.access(operator, import_id)
        outcome = Outcome()
        try:
            with self._storage.begin() as tx:
                self._write(tx, known, outcome)
                raise _TakeBack
        except _TakeBack:
            return outcome

    def run(self, operator: OperatorIdentity, import_id: str) -> Outcome:
        """Import the file, once.

        Raises
        ------
        Conflict
            ``import_done``: it is imported; ``import_slips``: something in it is wrong, so nothing was.
        """
        known = self.access(operator, import_id)
        outcome = Outcome()
        with self._storage.begin() as tx:
            if not import_store.finish(tx, import_id, self._clock.now()):
                raise Conflict("import_done")
            self._write(tx, known, outcome)
            if outcome.slips:
                raise Conflict("import_slips", n=len(outcome.slips))
        return outcome

    def _write(self, tx: Tx, known: Import, outcome: Outcome) -> None:
        site, seen = get_site(tx, known.site_id), Counter[str]()
        if known.done_at is not None:
            raise Conflict("import_done")
        sheet = read_sheet(known.content)
        for line, cells in sheet.rows:
            row = {name: cells[place] for name, place in known.columns.items()}
            told = repr(sorted(row.items()))
            seen[told] += 1
            cause = f"row:{hashlib.sha256(f'{told}{seen[told]}'.encode()).hexdigest()[:32]}"
            try:
                self._write_row(tx, site, known.kind, row, cause, outcome)
            except BadInput as error:
                name = error.field or ""
                outcome.slips.append(Slip(line, name, row.get(name, "")[:60], error))

    def _write_row(
        self, tx: Tx, site: Site, kind: ImportKind, row: Mapping[str, str], cause: str, outcome: Outcome
    ) -> None:
        now = self._clock.now()
        if kind == "orders":
            _put_order(tx, *read_order_row(site, row, now), cause, now, outcome)
        else:
            _put_lead(tx, read_lead_row(site, row, now), cause, outcome)


def columns_of(sheet: Sheet, columns: Mapping[str, int]) -> dict[str, str]:
    """Return our field → how the file calls its column."""
    return {name: sheet.head[place] for name, place in columns.items() if place < len(sheet.head)}


def _put_lead(tx: Tx, arrival: Arrival, cause: str, outcome: Outcome) -> None:
    named = replace(arrival, cause=f"import:{cause}")
    if contact_store.find_by_cause(tx, arrival.site_id, named.cause) is not None:
        outcome.known += 1
        return
    is_met = _is_met(tx, named)
    intake.take(tx, named)
    outcome.met_leads += is_met
    outcome.new_leads += not is_met


def _put_order(tx: Tx, arrival: Arrival, draft: OrderDraft, cause: str, now: datetime, outcome: Outcome) -> None:
    is_met = _is_met(tx, arrival)
    found = [store.find_by_key(tx, arrival.site_id, *key) for key in arrival.strong_keys()]
    lead = next((one for one in found if one is not None), None)
    if lead is None:
        lead = intake.take(tx, replace(arrival, cause=f"import:{cause}"))
    _, is_new = order_service.put(tx, lead, draft, now, f"import:{cause}")
    outcome.new_leads += not is_met
    outcome.new_orders += is_new
    outcome.known += not is_new


def _is_met(tx: Tx, arrival: Arrival) -> bool:
    keys = arrival.strong_keys()
    return any(store.find_by_key(tx, arrival.site_id, kind, value) is not None for kind, value in keys)


class _TakeBack(Exception):
    """Nothing of a rehearsal stays."""
