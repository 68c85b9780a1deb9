"""What a site's chat asks and offers, as it is stored: attachments, questions before the first message, rating."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from widget_server.kernel.errors import BadInput

Ask = Literal["off", "optional", "required"]
Rating = Literal["off", "stars", "thumbs"]
ASKS: tuple[Ask, ...] = get_args(Ask)
RATINGS: tuple[Rating, ...] = get_args(Rating)
ASKED = ("name", "phone", "email", "answer")
LONGEST_QUESTION = 120
MOST_FILE_DAYS = 3650
# As with callbacks: the first words, the owner's from then on.
DEFAULT_CONSENT: Mapping[str, Mapping[str, str]] = {
    "ru": {"text": "Согласен на обработку моих данных, чтобы мне ответили", "url": ""},
    "en": {"text": "I agree that my data is processed to answer me", "url": ""},
}
NOTHING: Mapping[str, Ask] = dict.fromkeys(ASKED, "off")


@dataclass(frozen=True)
class ChatRules:
    """``ask``: what is asked before the first message; ``question``: the site's own one, by language (``answer``).

    ``away``: whether a message is taken with a way to be answered while nobody is there. ``file_days``: how long
    attachments are kept.
    """

    files: bool = True
    file_days: int = 365
    ask: Mapping[str, Ask] = field(default_factory=lambda: NOTHING)
    question: Mapping[str, str] = field(default_factory=dict)
    consent: bool = False
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    away: bool = True
    rating: Rating = "stars"
    transcript: bool = True

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "ChatRules":
        """Return what is stored, defaults where a field is missing (a site is older than the field)."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        known["ask"] = {**NOTHING, **known.get("ask", {})}
        return cls(**known)

    def as_stored(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def consent_words(self) -> dict[str, Any]:
        """Return the consent in every language under the version that a visitor accepts: a digest of the words."""
        words = {
            language: {
                "text": self.words.get(language, {}).get("text") or default["text"],
                "url": self.words.get(language, {}).get("url") or "",
            }
            for language, default in DEFAULT_CONSENT.items()
        }
        digest = hashlib.sha256(json.dumps(words, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
        return {"version": digest[:16], **words}

    def view(self, file_mb: int, *, has_mail: bool) -> dict[str, Any]:
        """Return it as the site document says it (docs/protocol.md, section 3)."""
        return {
            "files": {"most_mb": file_mb} if self.files else None,
            "ask": dict(self.ask),
            "question": dict(self.question),
            "consent": self.consent_words if self.consent else None,
            "away": self.away,
            "rating": self.rating,
            "transcript": self.transcript and has_mail,
        }


def check_chat(rules: ChatRules) -> None:
    if rules.rating not in RATINGS:
        raise BadInput("bad_choice", field="chat_rating")
    for name, how in rules.ask.items():
        if name not in ASKED or how not in ASKS:
            raise BadInput("bad_choice", field=f"chat_ask_{name}")
    if not 1 <= rules.file_days <= MOST_FILE_DAYS:
        raise BadInput("bad_days", field="chat_file_days", most=MOST_FILE_DAYS)
    if rules.ask.get("answer", "off") != "off" and not any(rules.question.values()):
        raise BadInput("field_empty", field="chat_question_ru")
    for language, words in rules.question.items():
        if len(words) > LONGEST_QUESTION:
            raise BadInput("field_too_long", field=f"chat_question_{language}", most=LONGEST_QUESTION)
    for language, consent in rules.words.items():
        _check_words(language, consent)


def _check_words(language: str, consent: Mapping[str, str]) -> None:
    if len(consent.get("text") or "") > 500:
        raise BadInput("field_too_long", field=f"chat_consent_{language}_text", most=500)
    url = consent.get("url") or ""
    if url and (urlsplit(url).scheme not in ("https", "http") or not urlsplit(url).hostname or len(url) > 500):
        raise BadInput("bad_address", field=f"chat_consent_{language}_url")
