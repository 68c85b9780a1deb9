import pytest

from tests.cast import FakeClock
from widget_server.chat.service import ChatService
from widget_server.edge.limits import Limits
from widget_server.storage import Storage


@pytest.fixture
def chat(storage: Storage, clock: FakeClock) -> ChatService:
    return ChatService(storage, clock, Limits(), "60/minute")
