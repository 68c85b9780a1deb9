"""A message that only one browser can read (RFC 8291, aes128gcm of RFC 8188), and who sends it (VAPID, RFC 8292)."""

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from widget_server.notify.model import Message
from widget_server.notify.providers.webpush.address import to_base64

RECORD = 4096
LONGEST_WORDS = 300
TOKEN_LIFE = timedelta(hours=12)
# The order of the curve's group (SEC 2, secp256r1).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class Sender:
    """Who pushes: one key for the whole installation, known to every subscribed browser."""

    private: EllipticCurvePrivateKey

    @classmethod
    def of(cls, secret: bytes) -> "Sender":
        """Return the sender whose key follows from these 32 secret bytes."""
        return cls(derive_private_key(int.from_bytes(secret) % (_ORDER - 1) + 1, SECP256R1()))

    @property
    def public(self) -> str:
        return to_base64(_point(self.private.public_key()))

    def authorization(self, origin: str, contact: str, at: datetime) -> str:
        """Return the header that proves the sender to the push service of ``origin``."""
        claims = {"aud": origin, "exp": int((at + TOKEN_LIFE).timestamp()), "sub": contact}
        signed = ".".join(to_base64(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
        r, s = decode_dss_signature(self.private.sign(signed.encode(), ECDSA(SHA256())))
        return f"vapid t={signed}.{to_base64(r.to_bytes(32) + s.to_bytes(32))}, k={self.public}"


def words_of(message: Message) -> bytes:
    """Return what the service worker is given (static/console/service_worker.js)."""
    body = " · ".join(value for _, value in message.facts) or message.lead
    shown = {"id": message.id, "title": message.title, "body": body[:LONGEST_WORDS], "path": message.path}
    return json.dumps(shown | {"lang": message.language, "urgent": message.urgent}, ensure_ascii=False).encode()


def encrypt(
    plain: bytes, receiver: bytes, auth: bytes, salt: bytes | None = None, ours: EllipticCurvePrivateKey | None = None
) -> bytes:
    """Return the body that only the browser with the private key of ``receiver`` reads."""
    salt = salt or os.urandom(16)
    ours = ours or generate_private_key(SECP256R1())
    own_point = _point(ours.public_key())
    shared = ours.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), receiver))
    secret = _derive(shared, auth, b"WebPush: info\0" + receiver + own_point, 32)
    key = _derive(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(secret, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4) + bytes([len(own_point)]) + own_point
    return head + AESGCM(key).encrypt(nonce, plain + b"\x02", None)


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)


def _point(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
