"""The part of SIP that telephones and callers share: requests that are answered, dialogs, the password."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any

from tests.pbx import sip
from tests.pbx.legs import Behaviour, Leg
from tests.pbx.media import Voice
from tests.pbx.sip import Message
from tests.pbx.wire import Address, Port

Note = Callable[[float], None]
T1 = 0.5  # until a request is sent again for the first time (RFC 3261)
PATIENCE = 8
REGISTERED_SECONDS = 3600
_tones = itertools.cycle(range(1, 128))


class Dialog:
    """One call under way: who is who in it, its voice, and what is still to be done."""

    def __init__(self, leg: Leg, us: str, them: str, peer: Address, voice: Voice | None) -> None:
        self.leg, self.us, self.them, self.peer, self.voice = leg, us, them, peer, voice
        self.target = ""
        self.sequence = 1
        self.tasks: set[asyncio.Task[None]] = set()

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def close(self) -> None:
        for task in self.tasks - {asyncio.current_task()}:
            task.cancel()
        if self.voice is not None:
            self.leg.heard = dict(self.voice.heard)
            self.voice.close()
            self.voice = None


class Line:
    """A telephone's line to the PBX at ``pbx``."""

    def __init__(self, name: str, pbx: Address, host: str = "127.0.0.1", port: int = 0, password: str = "") -> None:
        self.name, self.pbx, self.password = name, pbx, password
        self.legs: list[Leg] = []
        self._port = Port((host, port), self._on_packet)
        self._dialogs: dict[str, Dialog] = {}
        self._waiting: dict[str, asyncio.Queue[tuple[Message, float]]] = {}

    @property
    def address(self) -> Address:
        return self._port.address

    @property
    def contact(self) -> str:
        return f"sip:{self.name}@{self.address[0]}:{self.address[1]}"

    async def register(self, seconds: int = REGISTERED_SECONDS) -> None:
        """Tell the PBX where we are, with our password.

        Raises
        ------
        PermissionError
            If the PBX does not want us.
        """
        uri, me = f"sip:{self.pbx[0]}", f"<sip:{self.name}@{self.pbx[0]}>"
        tail = (("contact", f"<{self.contact}>"), ("expires", str(seconds)))
        call_id = sip.new_tag()
        first = self._request("REGISTER", uri, f"{me};tag={sip.new_tag()}", me, call_id, 1, tail)
        answer, _ = await self._ask(first)
        if answer.status == 401:
            proof = sip.authorization(answer.get("www-authenticate"), "REGISTER", uri, self.name, self.password)
            again = self._request("REGISTER", uri, first.get("from"), me, call_id, 2, tail)
            answer, _ = await self._ask(replace(again, headers=(*again.headers, ("authorization", proof))))
        if answer.status != 200:
            raise PermissionError(f"{self.name}: {answer.start}")

    def close(self) -> None:
        for dialog in list(self._dialogs.values()):
            self._end(dialog)
        self._port.close()

    # --- what comes in ------------------------------------------------------------------------------------------

    def _on_packet(self, data: bytes, sender: Address, at: float) -> None:
        if len(data) < 16:
            return  # a keep-alive
        message = Message.parse(data)
        if not message.is_request:
            queue = self._waiting.get(_transaction(message))
            if queue is not None:
                queue.put_nowait((message, at))
            return
        react = getattr(self, f"_on_{message.method.lower()}", None)
        if react is not None:
            react(message, sender, at, self._dialogs.get(message.get("call-id")))
        elif message.method != "ACK":
            self._port.send(message.reply(200, sip.new_tag(), self.contact).render(), sender)

    def _on_bye(self, message: Message, sender: Address, at: float, dialog: Dialog | None) -> None:
        self._port.send(message.reply(200 if dialog else 481).render(), sender)
        if dialog is not None:
            if dialog.leg.hung_up_at is None:
                dialog.leg.hung_up_at, dialog.leg.hung_up_by = at, "pbx"
            self._end(dialog)

    # --- what a call needs --------------------------------------------------------------------------------------

    def _voice(self, leg: Leg, behaviour: Behaviour) -> Voice | None:
        leg.tone = next(_tones)
        return None if behaviour.keep_quiet else Voice(self.address[0], leg.tone)

    def _end(self, dialog: Dialog) -> None:
        self._dialogs.pop(dialog.leg.call_id, None)
        dialog.close()

    def _session(self, dialog: Dialog) -> str:
        return sip.offer(self.address[0], dialog.voice.port if dialog.voice else 9)

    async def _talk(self, dialog: Dialog, sdp: str, behaviour: Behaviour) -> None:
        """Speak, press and hang up as the behaviour says; the call goes on after that, unless it hung up."""
        peer = sip.voice_address(sdp)
        if dialog.voice is not None and peer is not None:
            dialog.voice.talk_to(peer, sip.events_type(sdp))
        if behaviour.press is not None and dialog.voice is not None:
            await asyncio.sleep(behaviour.press_after)
            await dialog.voice.press(behaviour.press)
        if behaviour.hang_up_after is not None:
            await asyncio.sleep(behaviour.hang_up_after)
            await self._hang_up(dialog)

    async def _hang_up(self, dialog: Dialog) -> None:
        dialog.sequence += 1
        bye = self._request("BYE", dialog.target, dialog.us, dialog.them, dialog.leg.call_id, dialog.sequence)
        dialog.leg.hung_up_by = self.name
        with suppress(TimeoutError):
            await self._ask(bye, lambda at: setattr(dialog.leg, "hung_up_at", at))
        self._end(dialog)

    # --- requests of ours ---------------------------------------------------------------------------------------

    def _request(
        self,
        method: str,
        uri: str,
        us: str,
        them: str,
        call_id: str,
        sequence: int,
        tail: tuple[tuple[str, str], ...] = (),
        branch: str = "",
    ) -> Message:
        headers = (("via", self._via(branch)), ("max-forwards", "70"), ("from", us), ("to", them), ("call-id", call_id))
        return Message(f"{method} {uri} SIP/2.0", (*headers, ("cseq", f"{sequence} {method}"), *tail))

    def _via(self, branch: str = "") -> str:
        return f"SIP/2.0/UDP {self.address[0]}:{self.address[1]};branch={branch or sip.new_branch()};rport"

    async def _ask(
        self, request: Message, sent: Note = lambda at: None, rang: Note = lambda at: None
    ) -> tuple[Message, float]:
        """Send a request, again and again, until a final answer comes; a ringing telephone is asked once only.

        Raises
        ------
        TimeoutError
            If none comes.
        """
        queue = self._waiting[_transaction(request)] = asyncio.Queue()
        sent(self._port.send(request.render(), self.pbx))
        pause: float | None = T1
        try:
            while pause is None or pause < PATIENCE:
                try:
                    answer, at = await asyncio.wait_for(queue.get(), pause)
                except TimeoutError:
                    assert pause is not None
                    pause *= 2
                    self._port.send(request.render(), self.pbx)
                    continue
                if answer.status >= 200:
                    return answer, at
                pause = None  # it was heard
                if answer.status == 180:
                    rang(at)
            raise TimeoutError(f"{self.name}: no answer to {request.method}")
        finally:
            del self._waiting[_transaction(request)]


def _transaction(message: Message) -> str:
    return f"{message.branch} {message.method}"
