"""The room put together, for the house."""

from dataclasses import dataclass

from widget_server.api.once import Once
from widget_server.api.service import ApiKeyService
from widget_server.kernel.clock import Clock
from widget_server.storage import Storage


@dataclass(frozen=True)
class ApiRoom:
    """``keys`` for the console and the door, ``once`` for the door."""

    keys: ApiKeyService
    once: Once


def open_api(storage: Storage, clock: Clock) -> ApiRoom:
    return ApiRoom(ApiKeyService(storage, clock), Once(storage, clock))
