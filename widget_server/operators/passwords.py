"""Passwords as argon2id hashes; checking one takes the same time whether or not there is such a person."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from widget_server.aside import run_aside
from widget_server.operators.model import LONGEST_PASSWORD

# Without 0/O, 1/l/I: a new password is often read out.
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


class Passwords:
    """Hashes and checks; both take tens of milliseconds and hold nobody else up.

    Parameters
    ----------
    hasher : PasswordHasher
        argon2id; tests pass one with cheap parameters.
    """

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self._nobodys = hasher.hash(secrets.token_hex())

    def hash(self, password: str) -> str:
        return run_aside(self._hasher.hash, password)

    def match(self, kept: str | None, password: str) -> bool:
        """Tell whether ``password`` belongs to the hash; None (nobody) takes as long and never matches."""
        try:
            run_aside(self._hasher.verify, kept or self._nobodys, password[:LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        return self._hasher.check_needs_rehash(kept)


def make_password() -> str:
    """Return a password for a start: 80 bits as four groups of four.

    >>> len(make_password())
    19
    """
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
