"""What a PBX must do for us. Every order carries our call id and is idempotent by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class ProviderCall:
    """What the provider knows of a call of ours."""

    call_id: str
    visitor_dialled: bool
    ended: bool


class Telephony(Protocol):
    """A PBX. What happens next comes back through ``CallService.on_operator_answered``, ``on_visitor_answered``,
    ``on_visitor_failed`` and ``on_ended``. An order may raise after it was carried out: ``find`` then tells."""

    def ring_operators(self, call_id: str, operator_ids: Sequence[str]) -> None:
        """Ring all of them at the same moment."""

    def dial_visitor(self, call_id: str, phone: str) -> None:
        """Dial the visitor and join them with the operator who answered."""

    def hang_up(self, call_id: str) -> None:
        """End every leg; nothing happens if there is none."""

    def find(self, call_id: str) -> ProviderCall | None:
        """Return what became of an order that nobody saw answered; None if it never arrived."""
