"""How far a side has it: what pages report, and what they imply by asking for more, gathered and written down together.

Once a second one transaction writes what moved, for all conversations; nothing is written for what was read meanwhile.
A process that dies takes a second of it along, and the pages say it again when they ask for the next messages.
"""

import threading
from collections.abc import Mapping
from typing import Literal

from sqlalchemy import case, select, update

from widget_server.chat import store
from widget_server.chat.model import Conversation, MarksMoved
from widget_server.chat.store import conversations
from widget_server.storage import Storage, Tx

Side = Literal["visitor", "operator"]
MOST = 20_000


class Marks:
    """Remembers what was reported until ``flush``."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._reported: dict[tuple[str, Side], int] = {}
        self._lock = threading.Lock()

    def note(self, side: Side, conversation: Conversation, seq: int) -> None:
        """Note that a page of ``side`` has everything up to ``seq``, unless that is known."""
        if seq > conversation.marks()[f"{side}_got_seq"]:
            self.report(side, conversation.id, seq)

    def report(self, side: Side, conversation_id: str, seq: int) -> None:
        """Do as ``note`` does, where the conversation is not at hand."""
        key = conversation_id, side
        with self._lock:
            if key in self._reported or len(self._reported) < MOST:
                self._reported[key] = max(seq, self._reported.get(key, 0))

    def flush(self) -> int:
        """Write down what moved; return how many marks that were."""
        with self._lock:
            reported, self._reported = self._reported, {}
        if not reported:
            return 0
        with self._storage.read() as tx:
            moved = _moved(tx, reported)
        if moved:
            with self._storage.begin() as tx:
                for key in sorted(moved):  # always in this order: two processes never wait for each other
                    _write(tx, *key, moved[key])
                for conversation_id in sorted({conversation_id for conversation_id, _ in moved}):
                    tx.record(MarksMoved(store.get_conversation(tx, conversation_id)))
        return len(moved)


def _moved(tx: Tx, reported: Mapping[tuple[str, Side], int]) -> dict[tuple[str, Side], int]:
    """Return the reports that say something new; a page cannot have what is not there."""
    ids = sorted({conversation_id for conversation_id, _ in reported})
    rows = tx.execute(select(conversations).where(conversations.c.id.in_(ids)))
    known = {row.id: row._mapping for row in rows}
    moved = {}
    for (conversation_id, side), seq in reported.items():
        row = known.get(conversation_id)
        if row is not None and min(seq, row["last_seq"]) > max(row[f"{side}_got_seq"], row[f"{side}_read_seq"]):
            moved[conversation_id, side] = min(seq, row["last_seq"])
    return moved


def _write(tx: Tx, conversation_id: str, side: Side, seq: int) -> None:
    got = conversations.c[f"{side}_got_seq"]
    best = case((got > seq, got), else_=seq)
    tx.execute(update(conversations).where(conversations.c.id == conversation_id).values({got: best}))
