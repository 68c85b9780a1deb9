"""People who call in: through the carrier, with their own number, to a number of ours."""

import asyncio

from tests.pbx import sip
from tests.pbx.legs import ANSWERS, Behaviour, Leg
from tests.pbx.line import Dialog, Line
from tests.pbx.sip import Message
from tests.pbx.wire import Address

CARRIER = "127.0.0.9"


class Caller(Line):
    """The carrier's side of incoming calls, any number of them at once."""

    def __init__(
        self, pbx: Address, host: str = CARRIER, name: str = "caller", port: int = 0, password: str = ""
    ) -> None:
        super().__init__(name, pbx, host, port, password)

    async def call(self, number: str, caller: str, behaviour: Behaviour = ANSWERS, ring_for: float = 30) -> Leg:
        """Call ``number`` as ``caller`` and return when it is over; nobody answering ``ring_for`` seconds, give up."""
        us, them = f"<sip:{caller}@{self.address[0]}>;tag={sip.new_tag()}", f"<sip:{number}@{self.pbx[0]}>"
        leg = Leg(self.name, sip.new_tag(), caller, number, 0)
        self.legs.append(leg)
        dialog = Dialog(leg, us, them, self.pbx, self._voice(leg, behaviour))
        dialog.target = f"sip:{number}@{self.pbx[0]}:{self.pbx[1]}"
        self._dialogs[leg.call_id] = dialog
        tail = (("contact", f"<{self.contact}>"), ("content-type", "application/sdp"))
        plain = self._request("INVITE", dialog.target, us, them, leg.call_id, 1, tail)
        invite = Message(plain.start, plain.headers, self._session(dialog))
        try:
            answer = await self._ring(invite, leg, ring_for)
            self._confirm(invite, answer, dialog)
            if leg.status == 401 and self.password:
                invite = self._signed(invite, answer)
                answer = await self._ring(invite, leg, ring_for)
                self._confirm(invite, answer, dialog)
            if leg.status == 200:
                await self._talk(dialog, answer.body, behaviour)
                while leg.hung_up_at is None:
                    await asyncio.sleep(0.01)
        finally:
            self._end(dialog)
        return leg

    async def _ring(self, invite: Message, leg: Leg, ring_for: float) -> Message:
        cancel = asyncio.get_running_loop().call_later(ring_for, self._cancel, invite, leg)
        try:
            answer, at = await self._ask(
                invite, lambda sent: setattr(leg, "invited_at", sent), lambda heard: setattr(leg, "ringing_at", heard)
            )
        finally:
            cancel.cancel()
        leg.status = answer.status
        if leg.status == 200:
            leg.answered_at = at
        elif leg.cancelled_at is None:
            leg.refused_at = at
        return answer

    def _signed(self, invite: Message, answer: Message) -> Message:
        proof = sip.authorization(answer.get("www-authenticate"), "INVITE", invite.uri, self.name, self.password)
        changed = {"via": self._via(), "cseq": "2 INVITE"}
        headers = [(name, changed.get(name, value)) for name, value in invite.headers]
        return Message(invite.start, (*headers, ("authorization", proof)), invite.body)

    def _cancel(self, invite: Message, leg: Leg) -> None:
        given_up = Message(invite.start.replace("INVITE", "CANCEL", 1), invite.headers)
        headers = [(name, value.replace("INVITE", "CANCEL")) for name, value in given_up.headers]
        kept = tuple(pair for pair in headers if pair[0] not in ("contact", "content-type"))
        leg.cancelled_at = self._port.send(Message(given_up.start, kept).render(), self.pbx)

    def _confirm(self, invite: Message, answer: Message, dialog: Dialog) -> None:
        """Send the ACK: within the call after a 200, with the INVITE's own branch after a refusal."""
        good = answer.status == 200
        dialog.them = answer.get("to")
        dialog.target = sip.address_of(answer.get("contact")) or dialog.target
        target, branch = (dialog.target, "") if good else (invite.uri, invite.branch)
        dialog.sequence = int(invite.get("cseq").split()[0])
        ack = self._request("ACK", target, dialog.us, dialog.them, dialog.leg.call_id, dialog.sequence, branch=branch)
        dialog.leg.confirmed_at = self._port.send(ack.render(), self.pbx)
