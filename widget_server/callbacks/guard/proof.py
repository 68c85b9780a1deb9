"""Proof of work of our own: whoever asks in a rush shows that a computer has worked a second for it.

A challenge is ``<bits>.<expires>.<signature>``. It is bound to site, visitor and key by its signature alone, so nothing
is stored; it makes at most one callback, because its key does. A proof is ``<challenge>.<nonce>``: its SHA-256 begins
with that many zero bits.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

LIVES = timedelta(minutes=10)
LONGEST = 120


@dataclass(frozen=True)
class Asking:
    """Whose request a challenge is for."""

    site_id: str
    visitor_id: str
    key: str


class Proofs:
    """Makes challenges and checks proofs; every process with the same secret agrees."""

    def __init__(self, secret: str) -> None:
        self._secret = hashlib.sha256(f"proof of work {secret}".encode()).digest()

    def challenge(self, asking: Asking, bits: int, now: datetime) -> str:
        expires = int((now + LIVES).timestamp())
        return f"{bits}.{expires}.{self._sign(asking, bits, expires)}"

    def bits_of(self, proof: str, asking: Asking, now: datetime) -> int:
        """Return how hard the work was that ``proof`` shows; 0 if it is none, another's, or too old."""
        bits, expires, signature, nonce = (*proof.split("."), "", "", "", "")[:4]
        if not all(part.isascii() and part.isdigit() and len(part) <= 12 for part in (bits, expires, nonce)):
            return 0
        own = self._sign(asking, int(bits), int(expires))
        if not hmac.compare_digest(own.encode(), signature.encode()) or now.timestamp() > int(expires):
            return 0
        return int(bits) if zero_bits(hashlib.sha256(proof.encode()).digest()) >= int(bits) else 0

    def _sign(self, asking: Asking, bits: int, expires: int) -> str:
        said = f"{asking.site_id} {asking.visitor_id} {asking.key} {bits} {expires}"
        return hmac.new(self._secret, said.encode(), hashlib.sha256).hexdigest()[:32]


def zero_bits(digest: bytes) -> int:
    """Count the zero bits with which a digest begins.

    >>> zero_bits(bytes([0, 0b00010000])), zero_bits(bytes([0x80]))
    (11, 0)
    """
    return len(digest) * 8 - int.from_bytes(digest).bit_length()
