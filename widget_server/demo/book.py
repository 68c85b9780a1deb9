"""Rows that wait to be written, table by table."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Table, insert

from widget_server.storage import Tx

BATCH = 5000


class Book:
    """Collects rows and writes them many at a time."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)

    def add(self, table: Table, **values: Any) -> None:
        rows = self._rows[table]
        rows.append(values)
        if len(rows) >= BATCH and not table.foreign_keys:
            self._write(table)

    def close(self) -> None:
        """Write the rest: what others point at first."""
        for table in sorted(self._rows, key=_depth):
            self._write(table)

    def _write(self, table: Table) -> None:
        rows, self._rows[table] = self._rows[table], []
        for start in range(0, len(rows), BATCH):
            self._tx.execute(insert(table), rows[start : start + BATCH])


def _depth(table: Table) -> int:
    return 1 + max((_depth(key.column.table) for key in table.foreign_keys), default=0)
