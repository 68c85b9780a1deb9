"""What is written in a conversation goes to the chats that answer it: in its order, each entry once.

Telegram knows no id of ours: who dies between its answer and our commit sends that one entry twice.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from widget_server.chat.model import Conversation, Message, MessagePosted
from widget_server.chat.store import get_conversation, list_messages
from widget_server.jobs.model import Handler, Payload
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.notify.model import Target
from widget_server.notify.port import Undelivered
from widget_server.notify.providers.telegram.messenger import TelegramMessenger
from widget_server.notify.store import PRESENT, find_target, find_targets, targets, update_target
from widget_server.sites.store import get_site, sites
from widget_server.storage import Storage, Tx
from widget_server.telegram import store
from widget_server.telegram.model import BY_TELEGRAM, Topic
from widget_server.telegram.store import posts, topics
from widget_server.telegram.words import entry_words, headline, topic_name
from widget_server.texts import text
from widget_server.visitors.service import VisitorService

BUSY = timedelta(seconds=60)
PAUSE = timedelta(seconds=5)
NOW = timedelta(0)
PAGE = 50
NO_TOPIC = ("thread not found", "topic_deleted", "topic_closed", "message thread")


log = logging.getLogger(__name__)


class StillTelling(Exception):
    """Another worker is at it: the runner asks again in a moment."""


class Telling:
    """Sends what the chats lack."""

    def __init__(
        self, storage: Storage, clock: Clock, jobs: JobStore, telegram: TelegramMessenger, visitors: VisitorService
    ) -> None:
        self._storage, self._clock, self._jobs = storage, clock, jobs
        self._telegram, self._visitors = telegram, visitors

    def handlers(self) -> dict[str, Handler]:
        return {
            "telegram.tell": Handler(self.tell, repeatable=True, slow=True),
            "telegram.say": Handler(self.say, repeatable=True, slow=True),
        }

    def on_message(self, tx: Tx, event: MessagePosted) -> None:
        """Have it told where it was not written."""
        if self._telegram.missing is not None or event.message.client_id.startswith(BY_TELEGRAM):
            return
        for desk in desks_of(tx, event.conversation.site_id):
            known = Topic(desk.id, event.conversation.id, desk.address, None, event.message.seq - 1, None)
            store.insert_topic(tx, known)  # a chat that joins late is not told the past
            self._tell_soon(tx, desk.id, event.conversation.id, NOW)

    def tell(self, payload: Payload) -> None:
        """Send every entry that the chat has not seen, oldest first."""
        begun = self._begin(payload["target"], payload["conversation"])
        if begun is None:
            return
        desk, conversation, topic, entries = begun
        try:
            is_fresh = self._is_fresh(desk, topic)
            topic = self._open(desk, conversation, topic) if is_fresh else topic
            for number, entry in enumerate(entries):
                self._send(desk, conversation, topic, entry, is_first=is_fresh and number == 0)
        except Undelivered as problem:
            self._note_trouble(desk, topic, problem)
        else:
            with self._storage.begin() as tx:
                store.update_topic(tx, topic, busy_until=None)
                if len(entries) == PAGE:
                    self._tell_soon(tx, desk.id, conversation.id, NOW)

    def say(self, payload: Payload) -> None:
        """Answer somebody in a chat; nothing of it enters a conversation."""
        known = {name: payload[name] for name in ("chat_id", "message_thread_id") if payload.get(name) is not None}
        reply = {"message_id": payload["reply_to"], "allow_sending_without_reply": True}
        try:
            self._telegram.call("sendMessage", {**known, "text": payload["text"], "reply_parameters": reply})
        except Undelivered as problem:
            if not problem.permanent:
                raise

    def _begin(
        self, target_id: str, conversation_id: str
    ) -> tuple[Target, Conversation, Topic, Sequence[Message]] | None:
        now = self._clock.now()
        with self._storage.begin() as tx:
            desk = find_target(tx, target_id)
            if desk is None or not is_desk(desk):
                return None
            conversation = get_conversation(tx, conversation_id)
            own = topics.c.target_id == target_id, topics.c.conversation_id == conversation_id
            topic = store.find_topic(tx, *own, lock=True)
            if topic is None:
                return None
            if topic.busy_until is not None and topic.busy_until > now:
                raise StillTelling
            entries = list_messages(tx, conversation_id, topic.sent_seq, PAGE)
            if not entries:
                return None
            store.update_topic(tx, topic, busy_until=now + BUSY, chat_id=desk.address)
        return desk, conversation, topic, entries

    def _is_fresh(self, desk: Target, topic: Topic) -> bool:
        """Tell whether the chat has seen nothing of the conversation yet."""
        with self._storage.read() as tx:
            own = posts.c.chat_id == desk.address, posts.c.conversation_id == topic.conversation_id
            return topic.thread_id is None and store.find_post(tx, *own) is None

    def _open(self, desk: Target, conversation: Conversation, topic: Topic) -> Topic:
        """Open a forum topic where the chat has them and lets us; else its messages are answered by reply."""
        chat = self._telegram.call("getChat", {"chat_id": desk.address})
        if not chat.get("is_forum"):
            return topic
        name = topic_name(self._visitors.find_profile(conversation.site_id, conversation.visitor_id))
        try:
            made = self._telegram.call("createForumTopic", {"chat_id": desk.address, "name": name})
        except Undelivered as problem:
            if problem.receipt.status != 400:
                raise
            return topic  # the bot may not make topics
        opened = Topic(**vars(topic) | {"thread_id": int(made["message_thread_id"])})
        with self._storage.begin() as tx:
            store.update_topic(tx, topic, thread_id=opened.thread_id)
        return opened

    def _send(self, desk: Target, conversation: Conversation, topic: Topic, entry: Message, *, is_first: bool) -> None:
        sent = None
        if not entry.client_id.startswith(BY_TELEGRAM):
            try:
                sent = self._post(desk, conversation, topic, entry, is_first)
            except Undelivered as problem:
                if not problem.permanent or problem.gone or lacks_topic(problem):
                    raise
                log.warning("Telegram takes no entry of this form: %s", problem.receipt.excerpt)
        with self._storage.begin() as tx:
            if sent is not None:
                store.insert_post(tx, desk.address, sent, conversation.id, entry.seq)
            busy_until = self._clock.now() + BUSY
            store.update_topic(tx, topic, sent_seq=entry.seq, busy_until=busy_until)

    def _post(
        self, desk: Target, conversation: Conversation, topic: Topic, entry: Message, is_first: bool
    ) -> int | None:
        """Send or change one message; return the id of a new one."""
        language = desk.wishes.language
        words = entry_words(entry, language)
        if words is None:
            return None
        if entry.kind in ("edit", "delete"):
            self._change(desk, conversation, entry, words)
            return None
        params: dict[str, Any] = {"chat_id": desk.address, "link_preview_options": {"is_disabled": True}}
        if topic.thread_id is not None:
            params["message_thread_id"] = topic.thread_id
        else:
            profile = self._visitors.find_profile(conversation.site_id, conversation.visitor_id)
            words = f"{headline(profile)}\n{words}"
        if is_first:
            words = f"{self._introduction(conversation, language)}\n\n{words}"
        return int(self._telegram.call("sendMessage", {**params, "text": words[:4096]})["message_id"])

    def _change(self, desk: Target, conversation: Conversation, entry: Message, words: str) -> None:
        with self._storage.read() as tx:
            own = posts.c.conversation_id == conversation.id, posts.c.seq == entry.data["of"]
            post = store.find_post(tx, posts.c.chat_id == desk.address, *own)
        if post is None:
            return
        try:
            changed = {"chat_id": desk.address, "message_id": post.message_id, "text": words[:4096]}
            self._telegram.call("editMessageText", changed)
        except Undelivered as problem:
            if problem.receipt.status != 400:  # too old to be changed, or not ours, or the same
                raise

    def _introduction(self, conversation: Conversation, language: str) -> str:
        profile = self._visitors.find_profile(conversation.site_id, conversation.visitor_id)
        with self._storage.read() as tx:
            site = get_site(tx, conversation.site_id)
        known: Mapping[str, Any] = {**profile, "site": site.name}
        told = [known.get(name) for name in ("site", "page", "referrer")]
        return "\n".join([*(str(one) for one in told if one), text(language, "telegram.how_short")])

    def _note_trouble(self, desk: Target, topic: Topic, problem: Undelivered) -> None:
        """Write down what to do next: later, in a new topic, or no more."""
        with self._storage.begin() as tx:
            store.update_topic(tx, topic, busy_until=None)
            if problem.moved_to is not None:
                update_target(tx, desk.id, address=problem.moved_to)
            elif problem.gone:
                update_target(tx, desk.id, problem=problem.code)
                return
            elif lacks_topic(problem):
                store.update_topic(tx, topic, thread_id=None)
                store.forget_posts(tx, desk.address, topic.conversation_id)
            self._tell_soon(tx, desk.id, topic.conversation_id, problem.wait or PAUSE)

    def _tell_soon(self, tx: Tx, target_id: str, conversation_id: str, after: timedelta) -> None:
        payload = {"target": target_id, "conversation": conversation_id}
        self._jobs.add(tx, "telegram.tell", payload, self._clock.now() + after)


def is_desk(target: Target) -> bool:
    return target.channel == "telegram" and target.wishes.answers and target.is_open


def desks_of(tx: Tx, site_id: str) -> list[Target]:
    """Return the chats in which a site's conversations are answered."""
    account = select_account(site_id)
    found = find_targets(tx, targets.c.channel == "telegram", targets.c.account_id == account, PRESENT)
    return [one for one in found if is_desk(one) and (not one.wishes.site_ids or site_id in one.wishes.site_ids)]


def lacks_topic(problem: Undelivered) -> bool:
    """Tell whether somebody deleted or closed the topic."""
    words = (problem.receipt.excerpt or "").lower()
    return any(sign in words for sign in NO_TOPIC)


def select_account(site_id: str) -> Any:
    return sites.select().with_only_columns(sites.c.account_id).where(sites.c.id == site_id).scalar_subquery()
