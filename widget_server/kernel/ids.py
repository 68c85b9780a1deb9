"""Opaque public names: 130 random bits as 26 characters of ``a-z2-7``."""

import re
import secrets

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
LENGTH = 26
_FORM = re.compile(rf"[a-z2-7]{{{LENGTH}}}")


def new_id() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def is_id(value: object) -> bool:
    """Tell whether ``value`` has the form of an id.

    >>> is_id("a" * 26), is_id("A" * 26), is_id(7)
    (True, False, False)
    """
    return isinstance(value, str) and _FORM.fullmatch(value) is not None
