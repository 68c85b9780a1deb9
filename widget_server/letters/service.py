"""Answers by e-mail: a letter to the address of a notification is the operator's message, once per Message-ID."""

import hmac
import logging
from typing import Literal

from widget_server.chat.model import LONGEST_BODY, Entry
from widget_server.chat.service import ChatService
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.errors import NotFound
from widget_server.kernel.untrusted import clean_text
from widget_server.letters.model import LARGEST, Letter, read_letter
from widget_server.notify.keys import Keys
from widget_server.notify.store import deliveries, find_deliveries, find_target
from widget_server.operators.store import ENABLED, find_identities, operators
from widget_server.settings import Settings
from widget_server.storage import Storage

log = logging.getLogger(__name__)
Outcome = Literal["posted", "not_ours", "stranger", "empty", "gone"]


class LetterService:
    """Takes letters, whoever brings them: a mailbox that is read, a mail server that posts."""

    def __init__(self, storage: Storage, chat: ChatService, keys: Keys, settings: Settings) -> None:
        self._storage, self._chat, self._settings = storage, chat, settings
        self._key = keys.reply_key

    def is_known(self, secret: str) -> bool:
        """Tell whether who posts a letter knows the secret of the settings."""
        own = self._settings.mail_replies_secret
        return bool(own) and hmac.compare_digest(own.encode(), secret.encode())

    def take(self, raw: bytes) -> Outcome:
        """Post what a letter says; safe to repeat. What it is refused for is written to the log, without its words."""
        letter = read_letter(raw, self._key) if len(raw) <= LARGEST else None
        outcome: Outcome = self._post(letter) if letter is not None else "not_ours"
        if outcome != "posted":
            log.warning("a letter was not taken: %s", outcome)
        return outcome

    def _post(self, letter: Letter) -> Outcome:
        conversation_id, operator = self._find(letter)
        if operator is None:
            return "stranger" if conversation_id is not None else "gone"
        words = clean_text(letter.words)[:LONGEST_BODY]
        if not words:
            return "empty"
        try:
            self._chat.post_from_operator(operator, conversation_id or "", Entry(letter.client_id, words))
        except NotFound:
            return "gone"
        return "posted"

    def _find(self, letter: Letter) -> tuple[str | None, OperatorIdentity | None]:
        """Return the conversation, and the operator to whom the notification went, if it is them who write."""
        with self._storage.read() as tx:
            known = find_deliveries(tx, deliveries.c.id == letter.delivery_id)
            target = find_target(tx, known[0].target_id) if known else None
            if target is None or known[0].kind != "conversation_waiting" or target.channel != "email":
                return None, None
            if letter.sender != target.address.lower():
                return known[0].subject, None
            own = operators.c.email == letter.sender, operators.c.account_id == target.account_id
            return known[0].subject, next(iter(find_identities(tx, *own, ENABLED)), None)
