"""What people of an account did that others may ask about later. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

Act = Literal[
    "logged_in",
    "person_added",
    "person_changed",
    "person_disabled",
    "person_enabled",
    "password_reset",
    "site_created",
    "site_changed",
    "key_created",
    "key_revoked",
    "listened",
    "conversation_closed",
    "conversation_passed",
    "message_deleted",
    "identity_secret_made",
    "identity_secret_revoked",
]
ACTS: tuple[Act, ...] = get_args(Act)
PAGE = 50


@dataclass(frozen=True)
class Record:
    """One act: who, when, on which site, about what (an id, and words that tell it to a reader)."""

    id: int
    account_id: str
    at: datetime
    operator_id: str | None
    name: str
    act: Act
    site_id: str | None
    subject: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which records a page shows; ``before`` is the last one of the page before it."""

    act: str = ""
    operator_id: str = ""
    site_id: str = ""
    before: int | None = None
