"""Recorded talks: brought home once, heard by those who may, gone when their time is over."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.callbacks.desk import Desk, settings_for_tests
from tests.calls.quiet import QuietTelephony
from tests.cast import FakeClock
from widget_server.calls import recordings
from widget_server.calls.model import Call
from widget_server.calls.port import InboundCall
from widget_server.calls.recorder import RecordingService, media_type
from widget_server.calls.recordings import RecordingRule
from widget_server.edge.identity import OperatorIdentity
from widget_server.jobs.runner import Runner
from widget_server.kernel.errors import BadInput, NotFound
from widget_server.sites.model import Site
from widget_server.storage import Storage

INBOUND = InboundCall("channel", "+74951234567", "+79123456789")
SOUND = b"RIFF....WAVEfmt the talk"


class Tape(QuietTelephony):
    """A PBX that keeps recordings until it is told to delete them."""

    def __init__(self) -> None:
        self.kept = {"one": SOUND}
        self.failing = 0

    def recording(self, reference: str) -> bytes:
        if self.failing:
            self.failing -= 1
            raise TimeoutError
        return self.kept[reference]

    def delete_recording(self, reference: str) -> None:
        self.kept.pop(reference, None)


class Archive:
    """A desk with a talk that Anna had, and what keeps recordings."""

    def __init__(self, desk: Desk, site: Site, anna: OperatorIdentity, folder: Path) -> None:
        self.tape, self.desk, self.site = Tape(), desk, site
        settings = settings_for_tests(data_dir=str(folder))
        self.recordings = RecordingService(desk.storage, desk.clock, desk.jobs, self.tape, settings)
        self.runner = Runner(desk.storage, desk.clock, self.recordings.handlers(), "archive")
        self.call = self._talk(anna)

    def _talk(self, anna: OperatorIdentity) -> Call:
        with self.desk.storage.begin() as tx:
            call = self.desk.calls.start_inbound(tx, self.site.id, None, INBOUND, [anna.id])
        return self.desk.calls.on_operator_answered(call.id, anna.id)

    def record(self, reference: str = "one") -> recordings.Recording:
        self.desk.calls.on_recorded(self.call.id, reference, timedelta(seconds=42))
        return self.found()

    def found(self) -> recordings.Recording:
        with self.desk.storage.read() as tx:
            (only,) = recordings.list_of_calls(tx, [self.call.id])
        return only


@pytest.fixture
def archive(storage: Storage, clock: FakeClock, tmp_path: Path) -> Archive:
    desk = Desk(storage, clock, settings_for_tests())
    site = desk.open_shop()
    anna = desk.seat(site, "Анна")
    made = Archive(desk, site, anna, tmp_path / "data")
    made.anna, made.boris = anna, desk.seat(site, "Борис")  # type: ignore[attr-defined]
    return made


def owner_of(archive: Archive) -> OperatorIdentity:
    return OperatorIdentity(
        "owner", archive.site.account_id, "Ольга", "", "owner", "ru", True, 1, frozenset({archive.site.id})
    )


def test_a_recording_is_brought_home_and_deleted_at_the_provider(archive: Archive) -> None:
    made = archive.record()
    archive.runner.run_due()
    path = archive.recordings.listen(owner_of(archive), made.id, begins=True)
    assert (path.read_bytes(), path.stat().st_mode & 0o777, archive.tape.kept) == (SOUND, 0o600, {})


def test_told_twice_it_is_one_recording(archive: Archive) -> None:
    archive.record()
    archive.record()
    assert archive.runner.run_due() == 1


def test_a_provider_that_does_not_answer_is_asked_again(archive: Archive, clock: FakeClock) -> None:
    archive.tape.failing = 2
    made = archive.record()
    for _ in range(3):
        archive.runner.run_due()
        clock.forward(seconds=5)
    assert archive.recordings.listen(owner_of(archive), made.id, begins=False).read_bytes() == SOUND


def test_a_recording_that_the_provider_lost_is_said_to_be_gone(archive: Archive) -> None:
    made = archive.record("two")
    archive.runner.run_due()
    assert archive.found().deleted_at is not None
    with pytest.raises(NotFound):
        archive.recordings.listen(owner_of(archive), made.id, begins=True)


def test_only_owners_and_who_talked_may_listen(archive: Archive) -> None:
    made = archive.record()
    archive.runner.run_due()
    assert archive.recordings.listen(archive.anna, made.id, begins=True)  # type: ignore[attr-defined]
    for stranger in (archive.boris, OperatorIdentity("x", "x", "X", "", "owner", "ru", True, 1, frozenset({"other"}))):  # type: ignore[attr-defined]
        with pytest.raises(NotFound):
            archive.recordings.listen(stranger, made.id, begins=True)


def test_who_listened_is_noted_once_per_listening(archive: Archive) -> None:
    made = archive.record()
    archive.runner.run_due()
    for begins in (True, False, False):
        archive.recordings.listen(archive.anna, made.id, begins=begins)  # type: ignore[attr-defined]
    with archive.desk.storage.read() as tx:
        assert [(row.name, row.act) for row in recordings.list_access(tx, [made.id], 9)] == [("Анна", "played")]


def test_a_recording_goes_when_its_time_is_over_by_the_rule_of_that_day(archive: Archive, clock: FakeClock) -> None:
    archive.recordings.change_rule(owner_of(archive), archive.site.id, RecordingRule(True, {}, 2))
    made = archive.record()
    archive.runner.run_due()
    path = archive.recordings.listen(owner_of(archive), made.id, begins=False)
    archive.recordings.change_rule(owner_of(archive), archive.site.id, RecordingRule(True, {}, 3))
    clock.forward(days=2, seconds=1)
    archive.runner.run_due()
    assert path.exists()
    clock.forward(days=1)
    archive.runner.run_due()
    assert (path.exists(), archive.found().deleted_at is not None) == (False, True)


def test_deleting_leaves_the_fact_and_who_did_it(archive: Archive) -> None:
    made = archive.record()
    archive.runner.run_due()
    for _ in range(2):
        archive.recordings.delete(owner_of(archive), made.id)
    with archive.desk.storage.read() as tx:
        assert archive.found().deleted_at is not None
        assert len(recordings.list_access(tx, [made.id], 9)) == 0  # the owner of this test is nobody in the table
    with pytest.raises(NotFound):
        archive.recordings.listen(archive.anna, made.id, begins=True)  # type: ignore[attr-defined]


def test_the_notice_is_ours_until_the_owner_writes_one(archive: Archive) -> None:
    find, site_id = archive.recordings.find_notice, archive.site.id
    assert find(site_id, "ru") is None
    archive.recordings.change_rule(owner_of(archive), site_id, RecordingRule(True, {"ru": "", "en": "Recorded."}, 30))
    assert (find(site_id, "ru"), find(site_id, "en")) == (
        "Разговор записывается. Чтобы он не записывался, нажмите ноль.",
        "Recorded.",
    )


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_rule_that_cannot_be_kept_is_refused(archive: Archive, days: int) -> None:
    with pytest.raises(BadInput) as refused:
        archive.recordings.change_rule(owner_of(archive), archive.site.id, RecordingRule(True, {}, days))
    assert refused.value.field == "keep_days"


def test_kinds_of_sound() -> None:
    assert [media_type(head) for head in (SOUND, b"OggS", b"ID3")] == ["audio/wav", "audio/ogg", "audio/mpeg"]
