"""A key by which a customer's program speaks for an account. Pure."""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Access = Literal["read", "write"]
ACCESSES: tuple[Access, ...] = get_args(Access)
MOST_KEYS = 50
LONGEST_NAME = 60
_FORM = re.compile(r"wk_([a-z2-7]{26})_([a-z2-7]{26})")
_IDEMPOTENCY = re.compile(r"[!-~]{1,200}")


@dataclass(frozen=True)
class ApiKey:
    """Only a hash of its secret is kept. No ``site_ids``: every site of the account, later ones too."""

    id: str
    account_id: str
    name: str
    access: Access
    site_ids: frozenset[str]
    created_at: datetime
    created_by: str
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    @property
    def shown(self) -> str:
        """Return its beginning, by which people find it in their programs; it opens nothing.

        >>> from datetime import UTC
        >>> ApiKey("a" * 26, "", "CRM", "read", frozenset(), datetime(2026, 1, 1, tzinfo=UTC), "").shown
        'wk_aaaaaa…'
        """
        return f"wk_{self.id[:6]}…"


@dataclass(frozen=True)
class ApiKeyMade:
    """A person of the account made a key."""

    key: ApiKey


@dataclass(frozen=True)
class ApiKeyRevoked:
    """A person ended a key; it opens nothing from now on."""

    key: ApiKey


def written_key(key_id: str, secret: str) -> str:
    """Return a key as its program sends it."""
    return f"wk_{key_id}_{secret}"


def read_key(sent: str) -> tuple[str, str] | None:
    """Return id and secret of a key, None for anything else.

    >>> read_key("wk_" + "a" * 26 + "_" + "b" * 26) == ("a" * 26, "b" * 26)
    True
    """
    found = _FORM.fullmatch(sent)
    return (found[1], found[2]) if found else None


def hash_of(secret: str) -> str:
    """A secret of 130 random bits needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_idempotency_key(sent: str) -> bool:
    return _IDEMPOTENCY.fullmatch(sent) is not None


def id_of(*parts: str) -> str:
    """Return an id that is always the same for the same words.

    >>> id_of("key", "order-7") == id_of("key", "order-7"), len(id_of("x"))
    (True, 26)
    """
    digest = hashlib.sha256("\n".join(parts).encode()).digest()
    return base64.b32encode(digest).decode()[:26].lower()
