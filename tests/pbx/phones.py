"""SIP telephones of our own that are called: operators, and the carrier behind which all visitors are."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from tests.pbx import sip
from tests.pbx.legs import ANSWERS, Behaviour, Leg
from tests.pbx.line import T1, Dialog, Line
from tests.pbx.media import Voice
from tests.pbx.sip import Message
from tests.pbx.wire import Address

Decide = Callable[[Leg], Behaviour]
GIVE_UP = 32  # seconds of repeating an answer that nobody confirms


class Ringing(Dialog):
    """A call that came in."""

    def __init__(self, leg: Leg, invite: Message, peer: Address, voice: Voice | None) -> None:
        to = f"{invite.get('to')};tag={sip.new_tag()}"
        super().__init__(leg, to, invite.get("from"), peer, voice)
        self.invite = invite
        self.target = sip.address_of(invite.get("contact"))
        self.last: Message | None = None  # our latest answer to the INVITE


class Phone(Line):
    """A telephone, or a carrier with many; ``decide`` says what the person at it does with a call.

    ``customer``: the password without which nobody may call through it, as a carrier's customers need one.
    """

    def __init__(
        self,
        name: str,
        pbx: Address,
        decide: Decide = lambda leg: ANSWERS,
        host: str = "127.0.0.1",
        port: int = 0,
        password: str = "",
        customer: str = "",
    ) -> None:
        super().__init__(name, pbx, host, port, password)
        self.decide = decide
        self._customer = customer

    def _on_invite(self, message: Message, sender: Address, at: float, dialog: Dialog | None) -> None:
        if not isinstance(dialog, Ringing):
            if not self._customer or sip.is_proof(message.get("authorization"), "INVITE", self._customer):
                self._begin(message, sender, at)
            else:
                refusal = message.reply(401, sip.new_tag(), challenge=sip.challenge(self.name))
                self._port.send(refusal.render(), sender)
        elif message.branch != dialog.invite.branch:
            dialog.leg.reinvites += 1
            self._port.send(message.reply(200, "", self.contact, self._session(dialog)).render(), sender)
        elif dialog.last is not None:  # sent again: our answer was lost
            self._port.send(dialog.last.render(), sender)

    def _on_ack(self, message: Message, sender: Address, at: float, dialog: Dialog | None) -> None:
        if dialog is not None and dialog.leg.answered_at is not None and dialog.leg.confirmed_at is None:
            dialog.leg.confirmed_at = at

    def _on_cancel(self, message: Message, sender: Address, at: float, dialog: Dialog | None) -> None:
        self._port.send(message.reply(200 if dialog else 481).render(), sender)
        if isinstance(dialog, Ringing) and dialog.leg.silent_at is None:
            dialog.leg.cancelled_at, dialog.leg.cancel_reason = at, message.get("reason")
            self._answer(dialog, 487)
            self._end(dialog)

    def _begin(self, invite: Message, sender: Address, at: float) -> None:
        caller = invite.get("from")
        leg = Leg(self.name, invite.get("call-id"), sip.user_of(caller), sip.user_of(invite.uri), at)
        leg.caller_name = caller.split('"')[1] if caller.count('"') == 2 else ""
        self.legs.append(leg)
        behaviour = self.decide(leg)
        dialog = Ringing(leg, invite, sender, self._voice(leg, behaviour))
        self._dialogs[leg.call_id] = dialog
        dialog.later(self._live(dialog, behaviour))

    def act(self, leg: Leg, behaviour: Behaviour) -> None:
        """Let the person at this telephone do something with a call that rings."""
        dialog = self._dialogs.get(leg.call_id)
        if isinstance(dialog, Ringing):
            dialog.later(self._live(dialog, replace(behaviour, rings=False)))

    async def hang_up(self, leg: Leg) -> None:
        dialog = self._dialogs.get(leg.call_id)
        if dialog is not None:
            await self._hang_up(dialog)

    async def _live(self, dialog: Ringing, behaviour: Behaviour) -> None:
        leg = dialog.leg
        if behaviour.rings:
            leg.ringing_at = self._answer(dialog, 180)
        if behaviour.answer_after is None:
            return
        await asyncio.sleep(behaviour.answer_after)
        leg.status = behaviour.refuse or 200
        at = self._answer(dialog, leg.status)
        if behaviour.refuse is not None:
            leg.refused_at = at
            self._end(dialog)
            return
        leg.answered_at = at
        dialog.later(self._repeat_answer(dialog))
        await self._talk(dialog, dialog.invite.body, behaviour)

    async def _repeat_answer(self, dialog: Ringing) -> None:
        pause = T1
        while dialog.leg.confirmed_at is None and pause < GIVE_UP:
            await asyncio.sleep(pause)
            pause *= 2
            if dialog.leg.confirmed_at is None and dialog.last is not None:
                self._port.send(dialog.last.render(), dialog.peer)

    def _answer(self, dialog: Ringing, status: int) -> float:
        tag = sip.parameter(dialog.us, "tag")
        body = self._session(dialog) if status == 200 else ""
        dialog.last = dialog.invite.reply(status, tag, self.contact, body)
        return self._port.send(dialog.last.render(), dialog.peer)
