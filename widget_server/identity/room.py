"""The room put together, for the house."""

from dataclasses import dataclass

from widget_server.chat.joining import Joining
from widget_server.identity.secrets import IdentitySecrets
from widget_server.identity.service import IdentityService
from widget_server.kernel.clock import Clock
from widget_server.storage import Storage


@dataclass(frozen=True)
class IdentityRoom:
    """``identities`` for pages that name their visitor, ``secrets`` for the owner."""

    identities: IdentityService
    secrets: IdentitySecrets


def open_identity(storage: Storage, clock: Clock, joining: Joining) -> IdentityRoom:
    return IdentityRoom(IdentityService(storage, clock, joining), IdentitySecrets(storage, clock))
