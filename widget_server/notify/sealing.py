"""Secrets that must be used again: kept sealed, so that a copy of the database alone opens nothing."""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from widget_server.notify.keys import Keys
from widget_server.settings import Settings

NONCE = 12


class Unsealable(ValueError):
    """Sealed by another server, or for another purpose."""


class Sealer:
    """Seals words by a key of the server's own; what was sealed for one ``purpose`` stays shut for another."""

    def __init__(self, settings: Settings) -> None:
        self._keys = Keys(settings)

    def seal(self, words: str, *purpose: str) -> str:
        nonce = os.urandom(NONCE)
        return base64.b64encode(nonce + self._cipher(purpose).encrypt(nonce, words.encode(), None)).decode()

    def unseal(self, sealed: str, *purpose: str) -> str:
        """Return the words.

        Raises
        ------
        Unsealable
        """
        try:
            raw = base64.b64decode(sealed, validate=True)
            return self._cipher(purpose).decrypt(raw[:NONCE], raw[NONCE:], None).decode()
        except (InvalidTag, binascii.Error, ValueError):
            raise Unsealable from None

    def _cipher(self, purpose: tuple[str, ...]) -> AESGCM:
        return AESGCM(self._keys.derive("sealed", *purpose))
