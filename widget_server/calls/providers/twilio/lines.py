"""The legs of a call at Twilio: what we told it, what it calls them, what became of them.

An operator's leg: ``given`` → ``placed`` (has a SID) → ``answered`` (is asked to press 1) → ``accepted`` → ``ended``.
The visitor's leg: ``given`` → ``placed`` → ``answered`` → ``ended``; where an operator answers first it is ``waiting``
until the winner's line asks whom to dial, then ``taken``: their ``<Dial>`` places it. Refused: ``refused``.
"""

from datetime import timedelta
from typing import Any

from widget_server.calls.providers.orders import OVER, VISITOR, Order, find_orders, known_references, move
from widget_server.calls.providers.twilio.api import TwilioApi
from widget_server.storage import Storage, Tx

RECORD = "record"
SKEW = timedelta(seconds=30)  # between Twilio's clock and ours
ON_THE_LINE = ("answered", "accepted")
UNCLEAR = ("given", "taken")


def find_legs(tx: Tx, call_id: str) -> dict[str, Order]:
    """Return the legs of a call: operator id or ``visitor`` → order."""
    return {leg: order for leg, order in find_orders(tx, call_id).items() if leg not in (OVER, RECORD)}


class Lines:
    """Looks after legs, asks Twilio about those whose order was never answered."""

    def __init__(self, storage: Storage, api: TwilioApi) -> None:
        self._storage = storage
        self._api = api

    def of(self, call_id: str) -> dict[str, Order]:
        with self._storage.read() as tx:
            return find_legs(tx, call_id)

    def looked_up(self, call_id: str) -> dict[str, Order]:
        """Return the legs, those without a SID looked up at Twilio."""
        legs = self.of(call_id)
        if any(leg.reference is None and leg.state in UNCLEAR for leg in legs.values()):
            for leg in legs.values():
                self._look_up(leg, legs)
            return self.of(call_id)
        return legs

    def end(self, leg: Order) -> None:
        """Hang up a leg that has a SID."""
        if leg.reference is not None and leg.lives:
            self._api.end_call(leg.reference, answered=leg.state in ON_THE_LINE)
            self.set(leg, state="ended")

    def set(self, leg: Order, **values: Any) -> bool:
        """Change a leg that nobody has changed since."""
        with self._storage.begin() as tx:
            return move(tx, leg.call_id, leg.leg, (leg.state,), **values)

    def _look_up(self, leg: Order, legs: dict[str, Order]) -> None:
        if leg.reference is not None or leg.state not in UNCLEAR:
            return
        if leg.leg == VISITOR and leg.state == "taken":
            winners = [one.reference for one in legs.values() if one.state == "accepted" and one.reference]
            found = [sid for winner in winners for sid in self._api.list_children(winner)]
        else:
            found = self._api.list_calls_to(leg.details["to"], leg.at - SKEW) if "to" in leg.details else []
        with self._storage.begin() as tx:
            known = known_references(tx, found)
            new = [sid for sid in found if sid not in known]
            if new:
                move(tx, leg.call_id, leg.leg, UNCLEAR, state="placed", reference=new[0])
