"""Writing to visitors who are gone: the talk when somebody asks for it, answers when they come."""

from collections.abc import Callable

from widget_server.chat import store as log
from widget_server.chat.model import PAGE, SAID, Conversation, Message, MessagePosted
from widget_server.edge.identity import VisitorIdentity
from widget_server.identity.links import is_confirmed, make_link
from widget_server.jobs.model import Handler, Payload
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import Conflict, TooMany
from widget_server.kernel.ids import new_id
from widget_server.notify.port import Undelivered
from widget_server.notify.providers.email.address import read_address
from widget_server.notify.providers.email.mailer import Mailer
from widget_server.settings import Settings
from widget_server.sites.store import get_site
from widget_server.storage import Storage, Tx
from widget_server.texts import LANGUAGES
from widget_server.transcripts import model, store
from widget_server.transcripts.composing import compose, lines_of
from widget_server.transcripts.model import Kind, Letter
from widget_server.visitors.contacts import find_contact
from widget_server.visitors.store import find_visitor

MOST_ENTRIES = 2000


class TranscriptService:
    """The use cases of letters.

    Parameters
    ----------
    is_here : callable
        ``(site_id, visitor_id) -> bool``: whether a page of the visitor is open now.
    """

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        jobs: JobStore,
        settings: Settings,
        is_here: Callable[[str, str], bool],
    ) -> None:
        self._storage, self._clock, self._jobs, self._settings = storage, clock, jobs, settings
        self._is_here, self._mailer = is_here, Mailer(settings)

    def request_transcript(self, visitor: VisitorIdentity, typed: str) -> None:
        """Send the visitor their talk, as they wish: once an hour.

        Raises
        ------
        BadInput
            ``bad_email``.
        Conflict
            ``transcript_off``; ``nothing_said``: no operator has answered, so there is nothing worth a letter.
        TooMany
            ``too_many_letters``.
        """
        address = read_address(typed, field="email").address
        with self._storage.begin() as tx:
            found = log.find_of_visitor(tx, visitor.site_id, visitor.visitor_id, lock=True)
            if not get_site(tx, visitor.site_id).chat.transcript:
                raise Conflict("transcript_off")
            self._write(tx, found, address, visitor.language)

    def on_message(self, tx: Tx, event: MessagePosted) -> None:
        """Plan a letter for an answer, if the visitor has left an address and is gone."""
        it, said = event.conversation, event.message
        if said.author != "operator" or said.kind not in SAID or self._mailer.missing:
            return
        if find_contact(tx, it.site_id, it.visitor_id).email and not self._is_here(it.site_id, it.visitor_id):
            due_at = self._clock.now() + model.ANSWER_AFTER
            self._jobs.add(
                tx, "transcripts.answer", {"conversation_id": it.id}, due_at, f"transcripts.answer:{it.id}:{said.seq}"
            )

    def handlers(self) -> dict[str, Handler]:
        return {
            "transcripts.answer": Handler(self._answer, repeatable=True, slow=True),
            "transcripts.send": Handler(self._send, repeatable=True, slow=True),
        }

    def _answer(self, payload: Payload) -> None:
        """Write the letter now, if the visitor has not come back meanwhile."""
        with self._storage.begin() as tx:
            it = log.get_conversation(tx, payload["conversation_id"], lock=True)
            email = find_contact(tx, it.site_id, it.visitor_id).email
            if not email or self._is_here(it.site_id, it.visitor_id):
                return
            seen = max(it.visitor_read_seq, store.last_told(tx, it.id, "answer"))
            said = [one for one in log.list_messages(tx, it.id, seen, PAGE) if _is_answer(one)]
            if said and self._allowed(tx, it, email):
                self._insert(tx, it, "answer", email, self._language(tx, it), seen, said[-1].seq)

    def _write(self, tx: Tx, found: Conversation | None, address: str, language: str) -> None:
        if self._mailer.missing:
            raise Conflict("transcript_off")
        if found is None or log.last_speaker(tx, found.id) is None:
            raise Conflict("nothing_said")
        since = self._clock.now() - model.TRANSCRIPT_EVERY
        kind: Kind = "transcript" if self._is_theirs(tx, found, address) else "link"
        is_first = not store.count_since(tx, since, conversation_id=found.id, kind=kind)
        if not (is_first and self._allowed(tx, found, address)):
            raise TooMany("too_many_letters", seconds=3600)
        self._insert(tx, found, kind, address, language, 0, found.said_seq)

    def _is_theirs(self, tx: Tx, it: Conversation, address: str) -> bool:
        """Tell whether somebody showed that the address is theirs: by a link that was sent there, or the site did."""
        row = find_visitor(tx, it.site_id, it.visitor_id)
        proven = ((row.verified if row is not None else None) or {}).get("email")
        return address == proven or is_confirmed(tx, it.id, address)

    def _allowed(self, tx: Tx, it: Conversation, address: str) -> bool:
        since = self._clock.now() - model.DAY
        return (
            store.count_since(tx, since, conversation_id=it.id) < model.MOST_A_CONVERSATION
            and store.count_since(tx, since, address=address) < model.MOST_AN_ADDRESS
            and store.count_since(tx, since, site_id=it.site_id) < model.MOST_A_SITE
        )

    def _insert(
        self, tx: Tx, it: Conversation, kind: Kind, address: str, language: str, after_seq: int, last_seq: int
    ) -> None:
        now = self._clock.now()
        made = Letter(new_id(), it.site_id, it.id, kind, address, language, after_seq, last_seq, now, None, None)
        store.insert_letter(tx, made)
        self._jobs.add_now(tx, "transcripts.send", {"letter_id": made.id})

    def _send(self, payload: Payload) -> None:
        with self._storage.begin() as tx:
            letter = store.find_letter(tx, payload["letter_id"])
            if letter is None or letter.sent_at is not None:
                return
            it, site = log.get_conversation(tx, letter.conversation_id), get_site(tx, letter.site_id)
            said = [one for one in self._entries(tx, letter) if letter.kind == "transcript" or _is_answer(one)]
            said = [] if letter.kind == "link" else said
            token = make_link(tx, site.id, it.id, letter.address, self._clock.now())
            url = f"{self._settings.url}/c/{token}"
        made = compose(letter, site, lines_of(said, site, letter.language), self._settings.mail_from, url)
        try:
            self._mailer.hand_over(made)
        except Undelivered as problem:
            with self._storage.begin() as tx:
                store.set_letter(tx, letter.id, error=problem.code)
            if problem.permanent:
                return
            raise
        with self._storage.begin() as tx:
            store.set_letter(tx, letter.id, sent_at=self._clock.now(), error=None)

    def _entries(self, tx: Tx, letter: Letter) -> list[Message]:
        entries: list[Message] = []
        after = letter.after_seq
        while len(entries) < MOST_ENTRIES:
            page = log.list_messages(tx, letter.conversation_id, after, PAGE)
            entries += [one for one in page if one.seq <= letter.last_seq]
            if len(page) < PAGE or page[-1].seq >= letter.last_seq:
                break
            after = page[-1].seq
        return entries

    def _language(self, tx: Tx, it: Conversation) -> str:
        row = find_visitor(tx, it.site_id, it.visitor_id)
        spoken = str((row.context.get("language") if row is not None else None) or "")[:2]
        return spoken if spoken in LANGUAGES else get_site(tx, it.site_id).languages[0]


def _is_answer(one: Message) -> bool:
    return one.author == "operator" and one.kind in SAID and "deleted" not in one.data
