"""A letter to a visitor: the whole talk because somebody asked, or answers that came when they were gone. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

# ``link``: a way back into the talk, and no word of it: nobody has shown yet that the address is theirs.
Kind = Literal["transcript", "answer", "link"]
DAY = timedelta(days=1)
MOST_A_CONVERSATION = 20
TRANSCRIPT_EVERY = timedelta(hours=1)
MOST_AN_ADDRESS = 10
MOST_A_SITE = 500
LIMIT_ASKED = "20/hour"
ANSWER_AFTER = timedelta(minutes=1)  # who only changes pages is back by then


@dataclass(frozen=True)
class Letter:
    """It tells the entries ``after_seq`` < seq ≤ ``last_seq`` of the log that a visitor may see."""

    id: str
    site_id: str
    conversation_id: str
    kind: Kind
    address: str
    language: str
    after_seq: int
    last_seq: int
    created_at: datetime
    sent_at: datetime | None
    error: str | None


@dataclass(frozen=True)
class Line:
    """One thing that was said, as a letter shows it."""

    who: str
    at: str
    words: str
    is_own: bool
