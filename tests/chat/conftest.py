import pytest

from tests.cast import FakeClock
from widget_server.chat.intake import Intake
from widget_server.chat.service import ChatService
from widget_server.edge.limits import Limits
from widget_server.files.service import FileService
from widget_server.jobs.store import JobStore
from widget_server.settings import Settings
from widget_server.storage import Storage


@pytest.fixture
def chat(storage: Storage, clock: FakeClock, settings: Settings) -> ChatService:
    files = FileService(storage, clock, JobStore(clock), settings)
    return ChatService(storage, clock, Limits(), "60/minute", Intake(clock, files))
