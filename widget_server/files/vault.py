"""Where the bytes lie: ``<data_dir>/files``, under random names that say nothing and lead nowhere else."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from widget_server.kernel.errors import NotFound
from widget_server.kernel.ids import is_id

Part = Literal["whole", "thumb"]
PARTS: tuple[Part, ...] = ("whole", "thumb")


def read_part(named: str) -> Part:
    """Return the part that an address names; there are no others."""
    for part in PARTS:
        if named == part:
            return part
    raise NotFound("not_found")


class Vault:
    """Keeps bytes by id. A file appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, file_id: str, part: Part, data: bytes) -> None:
        path = self._path(file_id, part)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def find(self, file_id: str, part: Part) -> bytes | None:
        try:
            return self._path(file_id, part).read_bytes()
        except FileNotFoundError:
            return None

    def drop(self, file_id: str) -> None:
        for part in PARTS:
            self._path(file_id, part).unlink(missing_ok=True)

    def list_older(self, seconds: float) -> Iterator[str]:
        """Yield the ids of bytes written before that moment (seconds of the epoch)."""
        for path in self._folder.glob("??/*"):
            if path.stat().st_mtime < seconds and is_id(path.stem):
                yield path.stem

    def _path(self, file_id: str, part: Part) -> Path:
        assert is_id(file_id), "only ids of ours become names of files"
        return self._folder / file_id[:2] / f"{file_id}.{part}"
