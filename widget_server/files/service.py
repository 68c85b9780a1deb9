"""Taking in what people attach, giving it back to those who may see it, and forgetting it."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from widget_server.edge.identity import OperatorIdentity, VisitorIdentity
from widget_server.files import store
from widget_server.files.beside import beside
from widget_server.files.documents import TYPE, check_document, is_document
from widget_server.files.model import LINK_LIVES, ORPHANED_AFTER, Owner, StoredFile, safe_name
from widget_server.files.pictures import Picture, is_picture, redraw
from widget_server.files.vault import Part, Vault
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, Conflict, NotFound, TooLarge, TooMany
from widget_server.kernel.ids import is_id, new_id
from widget_server.settings import Settings
from widget_server.sites.store import find_sites, get_site
from widget_server.storage import Storage, Tx

MEGABYTE = 1024 * 1024
BATCH = 500
SWEEP_EVERY = timedelta(hours=6)


@dataclass(frozen=True)
class Given:
    """Bytes for somebody who may have them."""

    file: StoredFile
    data: bytes
    type: str


class FileService:
    """The use cases of attachments. Whose conversation it is, the chat knows; here that is an ``Owner``."""

    def __init__(self, storage: Storage, clock: Clock, jobs: JobStore, settings: Settings) -> None:
        self._storage, self._clock, self._jobs = storage, clock, jobs
        self._vault = Vault(Path(settings.data_dir) / "files")
        self._settings = settings
        self.most_bytes = settings.file_mb * MEGABYTE

    def check_wanted(self, owner: Owner, size: int) -> None:
        """Refuse before the bytes are read.

        Raises
        ------
        TooLarge, TooMany
            One file is too large; this visitor or the site has brought what a day allows.
        Conflict
            ``files_off``: the site wants none.
        """
        if size > self.most_bytes:
            raise TooLarge("file_too_large", field="file", most=self._settings.file_mb)
        since = self._clock.now() - timedelta(days=1)
        with self._storage.read() as tx:
            if not get_site(tx, owner.site_id).chat.files:
                raise Conflict("files_off")
            mine, everybodys = store.sum_since(tx, owner, since)
        is_much = owner.operator_id is None and mine + size > self._settings.files_mb_per_visitor * MEGABYTE
        if is_much or everybodys + size > self._settings.files_mb_per_site * MEGABYTE:
            raise TooMany("too_many_files", seconds=3600)

    def keep(self, owner: Owner, name: str, raw: bytes) -> StoredFile:
        """Keep a file; it is seen by nobody else until a message names it, and swept if none does.

        Raises
        ------
        BadInput
            ``file_type`` (not a picture or a PDF, whatever it is called), ``file_broken``, ``picture_too_large``.
        """
        if is_picture(raw):
            picture = beside(redraw, raw)
            return self._put(owner, name, picture.type, picture.data, picture)
        if not is_document(raw):
            raise BadInput("file_type", field="file")
        check_document(raw)
        return self._put(owner, name, TYPE, raw, None)

    def claim(self, tx: Tx, owner: Owner, file_id: str) -> StoredFile:
        """Let a message of the same writer, in the same conversation, name the file: once.

        Raises
        ------
        Conflict
            ``no_such_file``.
        """
        file = store.find_file(tx, file_id)
        if file is None or file.owner != owner or not store.note_posted(tx, file_id, self._clock.now()):
            raise Conflict("no_such_file", field="file")
        return file

    def drop(self, tx: Tx, file_id: str) -> None:
        """Forget a file with the message that named it; the bytes go once that is committed."""
        if store.delete_file(tx, file_id):
            self._jobs.add_now(tx, "files.drop", {"file_id": file_id})

    def link(self, visitor: VisitorIdentity, file_id: str) -> dict[str, object]:
        """Return links to a file of the visitor's own conversation that open it for some minutes.

        Raises
        ------
        NotFound
        """
        file = self._find(file_id)
        if file is None or (file.site_id, file.visitor_id) != (visitor.site_id, visitor.visitor_id):
            raise NotFound("not_found")
        until = int((self._clock.now() + LINK_LIVES).timestamp())
        links: dict[str, object] = {
            part: f"{self._url(file_id, part)}?until={until}&sign={self._sign(file_id, part, until)}"
            for part in _parts(file)
        }
        return {**links, "for_seconds": int(LINK_LIVES.total_seconds())}

    def open_link(self, file_id: str, part: Part, until: str, sign: str) -> Given:
        """Return what a link of ours opens.

        Raises
        ------
        NotFound
            Also if the link is too old or not ours.
        """
        seconds = int(until) if until.isascii() and until.isdigit() and len(until) < 12 else 0
        is_ours = is_id(file_id) and hmac.compare_digest(sign.encode(), self._sign(file_id, part, seconds).encode())
        if not is_ours or seconds < self._clock.now().timestamp():
            raise NotFound("not_found")
        return self._give(self._find(file_id), part)

    def open_for(self, operator: OperatorIdentity, file_id: str, part: Part) -> Given:
        """Return a file of one of the operator's sites.

        Raises
        ------
        NotFound
        """
        file = self._find(file_id)
        return self._give(file if file is not None and file.site_id in operator.site_ids else None, part)

    def erase(self, file_id: str) -> None:
        """Remove the bytes, unless the file is (still) known."""
        if self._find(file_id) is None:
            self._vault.drop(file_id)

    def sweep(self) -> None:
        """Forget what no message came to name, what is older than its site keeps it, and bytes of nothing."""
        now = self._clock.now()
        with self._storage.begin() as tx:
            gone = store.list_orphans(tx, now - ORPHANED_AFTER, BATCH)
            for site in find_sites(tx):
                gone += store.list_expired(tx, site.id, now - timedelta(days=site.chat.file_days), BATCH)
            for file_id in gone:
                self.drop(tx, file_id)
            if store.any_files(tx):
                self._plan_sweep(tx, now)
        self._drop_strays(now - ORPHANED_AFTER)

    def _drop_strays(self, before: datetime) -> None:
        found = set(self._vault.list_older(before.timestamp()))
        with self._storage.read() as tx:
            strays = found - store.known_ids(tx, found)
        for file_id in strays:
            self._vault.drop(file_id)

    def _put(self, owner: Owner, name: str, kind: str, data: bytes, picture: Picture | None) -> StoredFile:
        now = self._clock.now()
        file = StoredFile(
            id=new_id(),
            site_id=owner.site_id,
            visitor_id=owner.visitor_id,
            operator_id=owner.operator_id,
            name=safe_name(name, kind),
            type=kind,
            size=len(data),
            width=picture.width if picture else None,
            height=picture.height if picture else None,
            created_at=now,
            posted_at=None,
        )
        if picture is not None:
            self._vault.put(file.id, "thumb", picture.thumb)
        self._vault.put(file.id, "whole", data)
        with self._storage.begin() as tx:
            store.insert_file(tx, file)
            self._plan_sweep(tx, now)
        return file

    def _plan_sweep(self, tx: Tx, now: datetime) -> None:
        at = now + SWEEP_EVERY
        self._jobs.add(tx, "files.sweep", {}, at, f"files.sweep:{at.date()}:{at.hour // 6}")

    def _give(self, file: StoredFile | None, part: Part) -> Given:
        data = self._vault.find(file.id, part) if file is not None and part in _parts(file) else None
        if file is None or data is None:
            raise NotFound("not_found")
        return Given(file, data, "image/webp" if part == "thumb" else file.type)

    def _find(self, file_id: str) -> StoredFile | None:
        if not is_id(file_id):
            return None
        with self._storage.read() as tx:
            return store.find_file(tx, file_id)

    def _url(self, file_id: str, part: Part) -> str:
        return f"/files/{file_id}/{part}"

    def _sign(self, file_id: str, part: Part, until: int) -> str:
        signed = f"file\n{file_id}\n{part}\n{until}".encode()
        return hmac.new(self._settings.signing_key().encode(), signed, hashlib.sha256).hexdigest()[:40]


def _parts(file: StoredFile) -> tuple[Part, ...]:
    return ("whole", "thumb") if file.is_image else ("whole",)
