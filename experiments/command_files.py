"""Files that commands read: plain, packed, or standard input."""

import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from experiments.command_progress import counted
from experiments.table import TableError


@contextmanager
def opened(path: str) -> Iterator[Iterable[str]]:
    """Lines of a file; what is wrong with it is said with its name."""
    try:
        with _lines(path) as lines:
            yield lines
    except TableError as problem:
        raise TableError(f"{path}: {problem}") from problem
    except UnicodeDecodeError as problem:
        raise TableError(f"{path}: expected text in UTF-8: {problem}") from problem
    except (gzip.BadGzipFile, zlib.error, EOFError) as problem:
        raise TableError(f"{path}: expected a whole gzip file: {problem}") from problem


@contextmanager
def _lines(path: str) -> Iterator[Iterable[str]]:
    if path == "-":
        yield sys.stdin
        return
    with open(path, "rb") as raw:
        size = os.fstat(raw.fileno()).st_size
        unpacked = gzip.GzipFile(fileobj=raw) if path.endswith(".gz") else raw
        with io.TextIOWrapper(unpacked, encoding="utf-8", newline="") as text:
            yield counted(text, size, raw.tell)
