"""Calls, calls back and chats as rows, with how they went."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from random import Random

from widget_server.callbacks.model import Callback, Consent
from widget_server.callbacks.store import callbacks, consents
from widget_server.calls.facts import KEPT, call_facts
from widget_server.calls.model import Call, Direction, Leg, Outcome
from widget_server.calls.store import calls, legs
from widget_server.chat.model import Conversation, Message
from widget_server.chat.store import conversations, messages
from widget_server.demo.book import Book
from widget_server.demo.leads import Approach
from widget_server.demo.story import Visit, made_id
from widget_server.demo.visits import Visits
from widget_server.demo.words import TALKS
from widget_server.edge.identity import OperatorIdentity
from widget_server.funnel.model import Arrival, Origin
from widget_server.sites.model import Site
from widget_server.tracking.model import Inbound
from widget_server.tracking.store import callers, inbound_calls
from widget_server.trials.store import acts

COUNTS_FROM = timedelta(seconds=20)
TARGET = timedelta(seconds=60)
NOT_REACHED: tuple[Outcome, ...] = ("busy", "no_answer")


class Talks:
    """Writes down how people were answered: best around noon, worst when one operator is alone."""

    def __init__(self, rng: Random, book: Book, site: Site, people: Sequence[OperatorIdentity], visits: Visits) -> None:
        self._rng, self._book, self._site, self._people, self._visits = rng, book, site, people, visits
        self._callers: dict[str, str] = {}
        self._talked: set[str] = set()
        self._wrote: set[str] = set()
        self.approaches: list[Approach] = []

    def write(self, visit: Visit) -> None:
        if visit.act is None:
            return
        self._visits.register(visit)
        if visit.act == "call":
            self._act("tap", visit, visit.at)
            self._inbound(visit)
        elif visit.act == "callback":
            self._callback(visit)
        elif visit.person.id not in self._wrote:
            self._chat(visit)

    # calls

    def _inbound(self, visit: Visit) -> None:
        at = visit.at + timedelta(seconds=self._rng.uniform(4, 20))
        call = self._call(visit, "inbound", at, None)
        caller_id = self._callers.get(visit.person.phone)
        if caller_id is None:
            caller_id = self._callers[visit.person.phone] = made_id(self._rng)
            self._book.add(callers, id=caller_id, site_id=self._site.id, phone=visit.person.phone)
        inbound = Inbound(
            call_id=call.id,
            site_id=self._site.id,
            number_id=self._site.numbers[0].id,
            use="shown",
            source=None,
            caller_id=caller_id,
            visitor_id=visit.person.id,
            match="tapped",
            at=at,
            tries=0 if call.connected_at else 1,
            needs_person=False,
            done_at=None if call.connected_at else at + timedelta(minutes=self._rng.uniform(3, 40)),
            return_call_id=None,
        )
        self._book.add(inbound_calls, **asdict(inbound))
        self._approach(visit, "call", at, call.id, call.operator_id if call.connected_at else None)

    def _callback(self, visit: Visit) -> None:
        at = visit.at + timedelta(seconds=self._rng.uniform(15, 60))
        callback_id = made_id(self._rng)
        call = self._call(visit, "callback", at, callback_id)
        missed = call.connected_at is None
        consent = Consent(
            id=made_id(self._rng),
            site_id=self._site.id,
            visitor_id=visit.person.id,
            text=str(self._site.consent.get("text", {}).get("ru", "-")),
            version=str(self._site.consent.get("version", "1")),
            language="ru",
            page=self._visits.context(visit).page,
            address="203.0.113.7",
            at=at,
        )
        self._book.add(consents, **asdict(consent))
        unreached = call.outcome in NOT_REACHED
        made = Callback(
            id=callback_id,
            site_id=self._site.id,
            visitor_id=visit.person.id,
            key=callback_id,
            body_hash="",
            phone=visit.person.phone,
            state="completed" if not missed else "unreachable" if unreached else "missed",
            requested_at=at,
            due_at=None,
            changed_at=call.ended_at or at,
            consent_id=consent.id,
            attempt=1,
            operator_id=call.operator_id,
            call_id=call.id,
            reason=call.outcome if missed else None,
            context=self._visits.context(visit).as_dict(),
            done_at=at + timedelta(minutes=self._rng.uniform(4, 50)) if missed else None,
            task_at=call.ended_at if missed else None,
        )
        self._book.add(callbacks, **asdict(made))
        self._act("callback", visit, at, callback_id)
        self._approach(visit, "callback", at, callback_id, None if missed else call.operator_id)

    def _call(self, visit: Visit, direction: Direction, at: datetime, callback_id: str | None) -> Call:
        call = self._how_it_went(visit, direction, at, callback_id)
        self._book.add(calls, **asdict(call))
        self._legs(call)
        context = self._visits.context(visit).as_dict()
        kept = {name: context.get(name) for name in KEPT}
        self._book.add(call_facts, call_id=call.id, context=kept, known=call.phone in self._talked)
        if call.connected_at and call.ended_at:
            self._talked.add(call.phone)
            self._conversions(visit, call, call.connected_at, call.ended_at - call.connected_at)
        return call

    def _how_it_went(self, visit: Visit, direction: Direction, at: datetime, callback_id: str | None) -> Call:
        rng = self._rng
        call = Call(
            id=made_id(rng),
            site_id=self._site.id,
            visitor_id=visit.person.id,
            callback_id=callback_id,
            direction=direction,
            phone=visit.person.phone,
            operator_id=None,
            state="ended",
            started_at=at,
            dialled=self._site.numbers[0].e164 if direction == "inbound" else None,
            reference=made_id(rng) if direction == "inbound" else None,
        )
        if not visit.is_open or rng.random() < (0.2 if visit.hour in (8, 20, 21) else 0.09):
            return replace(call, ended_at=at + timedelta(seconds=rng.uniform(12, 45)), outcome="missed")
        answered = at + timedelta(seconds=min(45.0, rng.lognormvariate(1.9, 0.6)))
        taken = replace(call, operator_id=rng.choice(self._people).id, answered_at=answered)
        if direction == "callback" and rng.random() < 0.07:
            return replace(taken, ended_at=answered + timedelta(seconds=25), outcome=rng.choice(NOT_REACHED))
        connected = answered + timedelta(seconds=rng.uniform(3, 9) if direction == "callback" else 0.4)
        talked = timedelta(seconds=min(2400.0, rng.lognormvariate(4.5, 0.9)))
        counts = connected + COUNTS_FROM if talked >= COUNTS_FROM else None
        return replace(taken, connected_at=connected, talked_at=counts, ended_at=connected + talked, outcome="talked")

    def _legs(self, call: Call) -> None:
        for person in self._people:
            is_winner = person.id == call.operator_id
            result = call.outcome if is_winner or call.answered_at is None else "answered_elsewhere"
            answered = call.answered_at if is_winner else None
            leg = Leg(made_id(self._rng), call.id, "operator", person.id, "ended", call.started_at)
            self._book.add(legs, **asdict(replace(leg, answered_at=answered, ended_at=call.ended_at, result=result)))
        began = call.started_at if call.direction == "inbound" else call.answered_at
        if began is not None:
            leg = Leg(made_id(self._rng), call.id, "visitor", None, "ended", began, call.connected_at, call.ended_at)
            self._book.add(legs, **asdict(replace(leg, result=call.outcome)))

    def _conversions(self, visit: Visit, call: Call, at: datetime, talk: timedelta) -> None:
        self._act("connected_call", visit, at, f"{call.id}:connected")
        if talk >= COUNTS_FROM:
            self._act("answered_call", visit, at + COUNTS_FROM, f"{call.id}:answered")
        if talk >= TARGET:
            self._act("target_call", visit, at + TARGET, f"{call.id}:target")

    # chats

    def _chat(self, visit: Visit) -> None:
        rng, at = self._rng, visit.at + timedelta(seconds=self._rng.uniform(10, 90))
        self._wrote.add(visit.person.id)
        person = rng.choice(self._people)
        talk = rng.choice(TALKS) if visit.is_open else TALKS[-1]
        it = Conversation(
            id=made_id(rng),
            site_id=self._site.id,
            visitor_id=visit.person.id,
            status="open",
            last_seq=0,
            said_seq=0,
            operator_read_seq=0,
            visitor_read_seq=0,
            waiting_since=None,
            created_at=at,
            changed_at=at,
        )
        for author, body in talk:
            it = it.with_entry(author, "text", at)
            message = Message(
                conversation_id=it.id,
                seq=it.last_seq,
                client_id=made_id(rng),
                author=author,
                operator_id=person.id if author == "operator" else None,
                name=person.name if author == "operator" else None,
                body=body,
                at=at,
            )
            self._book.add(messages, **asdict(message))
            at += timedelta(seconds=rng.lognormvariate(3.6, 0.5))
        self._book.add(conversations, **asdict(it.closed(at + timedelta(minutes=10))))
        self._act("conversation", visit, it.created_at, it.id)
        self._approach(visit, "chat", it.created_at, it.id, person.id if len(talk) > 1 else None)

    def _approach(self, visit: Visit, origin: Origin, at: datetime, ref: str, answered_by: str | None) -> None:
        person, context = visit.person, self._visits.context(visit)
        arrival = Arrival(
            site_id=self._site.id,
            cause=f"{origin}:{ref}",
            origin=origin,
            at=at,
            phone="" if origin == "chat" else person.phone,
            visitor_id=person.id,
            name=person.name if answered_by else "",
            source={"utm": context.utm, "referrer": context.referrer, "device": context.device, "page": context.page},
            ref=ref,
        )
        self.approaches.append(Approach(arrival, answered_by))

    def _act(self, metric: str, visit: Visit, at: datetime, cause: str | None = None) -> None:
        own = {"site_id": self._site.id, "visitor_id": visit.person.id, "metric": metric}
        act_id = f"{metric}:{cause or made_id(self._rng)}"
        self._book.add(acts, **own, id=act_id, at=at, noted_at=at, taken_back_at=None)
