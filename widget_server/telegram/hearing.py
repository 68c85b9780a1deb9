"""What operators write in Telegram goes to the visitor. An update that is read twice is done once."""

from collections.abc import Mapping
from typing import Any

from widget_server.chat.model import LONGEST_BODY, Entry
from widget_server.chat.service import ChatService
from widget_server.edge.identity import OperatorIdentity
from widget_server.jobs.store import JobStore
from widget_server.kernel.errors import NotFound, ProductError
from widget_server.kernel.untrusted import clean_text
from widget_server.notify.linking import TelegramLinking
from widget_server.notify.model import Target
from widget_server.notify.store import PRESENT, find_targets, targets
from widget_server.storage import Storage
from widget_server.telegram import store
from widget_server.telegram.model import Heard, Outcome, is_content, read_update
from widget_server.telegram.people import TelegramPeople
from widget_server.telegram.store import posts, topics
from widget_server.telegram.telling import is_desk
from widget_server.texts import LANGUAGES, text


class Hearing:
    """Takes the bot's updates, whoever brings them."""

    def __init__(
        self, storage: Storage, jobs: JobStore, chat: ChatService, people: TelegramPeople, linking: TelegramLinking
    ) -> None:
        self._storage, self._jobs, self._chat = storage, jobs, chat
        self._people, self._linking = people, linking

    def take(self, update: Mapping[str, Any]) -> None:
        """Do what one update asks for; safe to repeat."""
        self._linking.take(update)
        heard = read_update(update)
        if heard is None:
            return
        command, rest = heard.command
        if command == "link":
            self._answer(heard, "linked" if self._people.link(heard, rest) else "bad_code", self._desk(heard))
            return
        desk = self._desk(heard)
        if desk is not None and (heard.words or is_content(update)):
            self._take_words(desk, heard)

    def _take_words(self, desk: Target, heard: Heard) -> None:
        conversation_id = self._conversation(heard)
        if conversation_id is None:
            if heard.is_private and heard.command[0] != "start":
                self._answer(heard, "how", desk)
            return  # people talk to each other
        with self._storage.read() as tx:
            operator = self._people.operator_of(tx, heard.user_id)
        if operator is None or operator.account_id != desk.account_id:
            self._answer(heard, "unlinked", desk)
            return
        try:
            outcome = self._do(operator, conversation_id, heard)
        except NotFound:
            outcome = "not_yours"
        except ProductError:
            outcome = "too_late"
        if outcome is not None:
            self._answer(heard, outcome, desk)

    def _do(self, operator: OperatorIdentity, conversation_id: str, heard: Heard) -> Outcome | None:
        command, rest = heard.command
        words = clean_text(rest)
        if command == "close":
            self._chat.close(operator, conversation_id)
            return "closed"
        if command not in ("", "note"):
            return "how"
        if not words:
            return "words_only" if not command else "how"
        if len(words) > LONGEST_BODY:
            return "too_long"
        if heard.is_edit:
            return self._edit(operator, conversation_id, heard, words)
        entry = Entry(heard.client_id, words, "note" if command else "text")
        message = self._chat.post_from_operator(operator, conversation_id, entry)
        with self._storage.begin() as tx:
            store.insert_post(tx, heard.chat_id, heard.message_id, conversation_id, message.seq)
        return None

    def _edit(self, operator: OperatorIdentity, conversation_id: str, heard: Heard, words: str) -> Outcome | None:
        own = posts.c.chat_id == heard.chat_id, posts.c.message_id == heard.message_id
        with self._storage.read() as tx:
            post = store.find_post(tx, *own, posts.c.conversation_id == conversation_id)
        if post is None:
            return "too_late"
        entry = Entry(heard.client_id, words, "edit", {"of": post.seq})
        self._chat.post_from_operator(operator, conversation_id, entry)
        return None

    def _desk(self, heard: Heard) -> Target | None:
        with self._storage.read() as tx:
            found = find_targets(tx, targets.c.channel == "telegram", targets.c.address == heard.chat_id, PRESENT)
        return next((one for one in found if is_desk(one)), None)

    def _conversation(self, heard: Heard) -> str | None:
        """Return the conversation of the topic, else of the message that is answered or changed."""
        with self._storage.read() as tx:
            if heard.thread_id is not None:
                own = topics.c.chat_id == heard.chat_id, topics.c.thread_id == heard.thread_id
                topic = store.find_topic(tx, *own)
                return topic.conversation_id if topic is not None else None
            about = heard.message_id if heard.is_edit else heard.reply_to
            post = store.find_post(tx, posts.c.chat_id == heard.chat_id, posts.c.message_id == about)
            return post.conversation_id if post is not None else None

    def _answer(self, heard: Heard, outcome: Outcome, desk: Target | None) -> None:
        """Have the bot say what became of it, once per update."""
        language = desk.wishes.language if desk is not None else LANGUAGES[0]
        payload = {
            "chat_id": heard.chat_id,
            "message_thread_id": heard.thread_id,
            "reply_to": heard.message_id,
            "text": text(language, f"telegram.said.{outcome}"),
        }
        with self._storage.begin() as tx:
            self._jobs.add_now(tx, "telegram.say", payload, f"telegram.say:{heard.update_id}")
