"""Secrets that are computed from the server's own and stored nowhere: a copy of the database opens nothing."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from widget_server.notify.model import Target
from widget_server.settings import Settings

# After a new secret was made, signatures by the old one go along for a day, so that a receiver may change in peace.
OVERLAP = timedelta(days=1)


class Keys:
    """Derives all keys of alerts from the secret that signs sessions."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def derive(self, *purpose: str) -> bytes:
        """Return 32 bytes that belong to this purpose alone."""
        return hmac.digest(self._settings.signing_key().encode(), "\n".join(("alerts", *purpose)).encode(), "sha256")

    def webhook_secrets(self, target: Target, at: datetime) -> list[bytes]:
        """Return the secrets that sign now, the newest first."""
        version = int(target.data.get("secret", 1))
        rotated = target.data.get("rotated_at")
        old = version > 1 and rotated is not None and at - datetime.fromisoformat(rotated) < OVERLAP
        return [self.derive("webhook", target.id, str(one)) for one in ((version, version - 1) if old else (version,))]

    @property
    def reply_key(self) -> bytes:
        """What signs the addresses to which notifications are answered."""
        return self.derive("reply")

    def stop_token(self, target_id: str) -> str:
        """Return what a link in a letter must bring to stop the letters."""
        return base64.urlsafe_b64encode(self.derive("stop", target_id)[:18]).decode()

    def is_stop_token(self, target_id: str, token: str) -> bool:
        return hmac.compare_digest(self.stop_token(target_id).encode(), token.encode())


def sign(secret: bytes, message_id: str, seconds: int, body: bytes) -> str:
    """Return one signature of the Standard Webhooks form ``v1,<base64>``."""
    signed = f"{message_id}.{seconds}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def written_secret(secret: bytes) -> str:
    """Return a secret as its receiver is given it.

    >>> written_secret(b"0" * 32)[:12]
    'whsec_MDAwMD'
    """
    return "whsec_" + base64.b64encode(secret).decode()
