"""Recorded talks: fetched from the provider, kept for as long as the site says, heard by those who may."""

import os
from datetime import timedelta
from pathlib import Path

from widget_server.audit.store import note
from widget_server.calls import recordings, store
from widget_server.calls.model import Call
from widget_server.calls.port import Telephony
from widget_server.calls.recordings import MOST_DAYS, Recording, RecordingRule
from widget_server.edge.identity import OperatorIdentity
from widget_server.jobs.model import Handler, Payload
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, Forbidden, NotFound
from widget_server.settings import Settings, prepare_data_dir
from widget_server.storage import Storage
from widget_server.texts import text

LONGEST_NOTICE = 300


class RecordingService:
    """The use cases of recordings.

    The files lie in ``data_dir/recordings``, readable by the server's user only; several machines share that folder.
    """

    def __init__(
        self, storage: Storage, clock: Clock, jobs: JobStore, telephony: Telephony, settings: Settings
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._jobs = jobs
        self._telephony = telephony
        self._settings = settings

    def handlers(self) -> dict[str, Handler]:
        return {
            "recordings.fetch": Handler(self.fetch, repeatable=True, slow=True),
            "recordings.expire": Handler(self.expire, repeatable=True, slow=True),
        }

    def rule(self, site_id: str) -> RecordingRule:
        with self._storage.read() as tx:
            return recordings.find_rule(tx, site_id)

    def change_rule(self, operator: OperatorIdentity, site_id: str, rule: RecordingRule) -> None:
        """Set the rule of a site; what is older than it allows goes with the next look.

        Raises
        ------
        BadInput
            ``bad_keep_days``, ``field_too_long``.
        """
        if not operator.administers or site_id not in operator.site_ids:
            raise NotFound("not_found")
        if not 1 <= rule.keep_days <= MOST_DAYS:
            raise BadInput("bad_keep_days", field="keep_days", most=MOST_DAYS)
        for language, words in rule.notice.items():
            if len(words) > LONGEST_NOTICE:
                raise BadInput("field_too_long", field=f"notice_{language}", most=LONGEST_NOTICE)
        with self._storage.begin() as tx:
            recordings.put_rule(tx, site_id, rule)

    def find_notice(self, site_id: str, language: str) -> str | None:
        """Return what a visitor hears before a recorded talk; None if the site does not record."""
        rule = self.rule(site_id)
        return (rule.notice.get(language) or text(language, "calls.recording.notice")) if rule.on else None

    def fetch(self, payload: Payload) -> None:
        """Bring a recording home, then delete it at the provider's."""
        with self._storage.read() as tx:
            found = recordings.find_recording(tx, payload["recording_id"])
        if found is None or found.stored_at is not None or found.deleted_at is not None:
            return
        now = self._clock.now()
        try:
            self._write(found, self._telephony.recording(found.reference))
        except LookupError:
            with self._storage.begin() as tx:
                recordings.set_recording(tx, found.id, deleted_at=now)
            return
        with self._storage.begin() as tx:
            rule = recordings.find_rule(tx, store.get_call(tx, found.call_id).site_id)
            recordings.set_recording(tx, found.id, stored_at=now)
            until = found.at + timedelta(days=rule.keep_days)
            self._jobs.add(tx, "recordings.expire", {"recording_id": found.id}, until, f"expire:{found.id}")
        self._telephony.delete_recording(found.reference)

    def expire(self, payload: Payload) -> None:
        """Delete a recording whose time is over by the rule of today; look again later if it is not."""
        now = self._clock.now()
        with self._storage.begin() as tx:
            found = recordings.find_recording(tx, payload["recording_id"])
            if found is None or found.deleted_at is not None:
                return
            rule = recordings.find_rule(tx, store.get_call(tx, found.call_id).site_id)
            until = found.at + timedelta(days=rule.keep_days)
            if now < until:
                self._jobs.add(tx, "recordings.expire", payload, until)
                return
            recordings.set_recording(tx, found.id, deleted_at=now)
        self._path(found).unlink(missing_ok=True)

    def listen(self, operator: OperatorIdentity, recording_id: str, *, begins: bool) -> Path:
        """Return the file for somebody who may hear it. ``begins``: they start it, which is noted.

        Raises
        ------
        NotFound
            If it is not theirs to hear, or gone.
        """
        found = self._access(operator, recording_id)
        if found.stored_at is None or found.deleted_at is not None or not self._path(found).exists():
            raise NotFound("not_found")
        if begins:
            with self._storage.begin() as tx:
                recordings.note_access(tx, found.id, operator.id, "played", self._clock.now())
                note(tx, "listened", operator, self._clock.now(), subject=found.call_id)
        return self._path(found)

    def delete(self, operator: OperatorIdentity, recording_id: str) -> str:
        """Delete a recording for good and return its call's id; safe to repeat."""
        found = self._access(operator, recording_id)
        if not operator.administers:
            raise Forbidden("not_your_role")
        now = self._clock.now()
        with self._storage.begin() as tx:
            if found.deleted_at is None:
                recordings.set_recording(tx, found.id, deleted_at=now)
                recordings.note_access(tx, found.id, operator.id, "deleted", now)
        self._path(found).unlink(missing_ok=True)
        return found.call_id

    def _access(self, operator: OperatorIdentity, recording_id: str) -> Recording:
        with self._storage.read() as tx:
            found = recordings.find_recording(tx, recording_id)
            call = store.find_call(tx, found.call_id) if found else None
        if found is None or call is None or not may_hear(operator, call):
            raise NotFound("not_found")
        return found

    def _write(self, recording: Recording, data: bytes) -> None:
        """Write the whole file or none."""
        path = self._path(recording)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        part = path.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)

    def _path(self, recording: Recording) -> Path:
        return prepare_data_dir(self._settings) / "recordings" / recording.id


def may_hear(operator: OperatorIdentity, call: Call) -> bool:
    """Owners and admins hear all of their sites; an operator the calls that they answered."""
    mine = operator.administers or (operator.role == "operator" and call.operator_id == operator.id)
    return call.site_id in operator.site_ids and mine


def media_type(head: bytes) -> str:
    """Tell what kind of sound a file holds by its first bytes.

    >>> media_type(b"RIFF....WAVE"), media_type(b"OggS"), media_type(b"ID3")
    ('audio/wav', 'audio/ogg', 'audio/mpeg')
    """
    if head.startswith(b"RIFF"):
        return "audio/wav"
    return "audio/ogg" if head.startswith(b"OggS") else "audio/mpeg"
