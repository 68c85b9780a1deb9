"""``backup``."""

import argparse
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, make_url

from widget_server.commands.running import CannotRun
from widget_server.settings import load_settings


def backup(args: argparse.Namespace) -> None:
    url = make_url(load_settings().database)
    target = Path(args.file)
    if url.get_backend_name() != "sqlite":
        plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database).render_as_string()
        raise CannotRun(f"PostgreSQL has its own tool: pg_dump --format=custom --file={target} '{plain}'")
    source = Path(url.database or "")
    if not source.is_file():
        raise CannotRun(f"there is no database at {source} yet")
    if target.exists():
        raise CannotRun(f"{target} exists already. Take another name")
    _copy(source, target)
    print(f"{target}: {target.stat().st_size:,} bytes, checked.")


def _copy(source: Path, target: Path) -> None:
    """Copy through SQLite, so that what is being written at the moment is whole or absent."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        read_only = f"{source.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(read_only, uri=True)) as there, closing(sqlite3.connect(part)) as here:
            there.backup(here)
            here.execute("PRAGMA journal_mode=DELETE").close()
            found = here.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise CannotRun(f"the copy is damaged, so it was dropped: {found}")
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(target)
    except sqlite3.Error as error:
        raise CannotRun(f"{source} could not be copied: {error}") from None
    finally:
        part.unlink(missing_ok=True)
