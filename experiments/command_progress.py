"""How far a long command is: on a terminal, beside the output, and nowhere else."""

import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from types import TracebackType
from typing import TypeVar

T = TypeVar("T")

WIDTH = 24
PAUSE = 0.1  # seconds between two drawings


class Progress:
    """A bar on standard error, drawn only where that is a terminal, and gone when the work is done.

    Examples
    --------
    >>> with Progress("reading") as progress:
    ...     progress(0.5)
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = sys.stderr.isatty()
        self._last = time.monotonic()
        self._drawn = 0

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def __call__(self, part: float) -> None:
        """Say which part of the work is done, 0 to 1."""
        if not self._shown or time.monotonic() - self._last < PAUSE:
            return
        self._last = time.monotonic()
        full = round(min(max(part, 0.0), 1.0) * WIDTH)
        text = f"{self._what} [{'#' * full}{'.' * (WIDTH - full)}] {min(part, 1.0):4.0%}"
        self._write(text)
        self._drawn = len(text)

    def clear(self) -> None:
        """Take the bar away, before something else is printed."""
        if self._drawn:
            self._write(" " * self._drawn)
            self._write("")
            self._drawn = 0

    def _write(self, text: str) -> None:
        sys.stderr.write(f"\r{text}")
        sys.stderr.flush()


def tracked(what: str, items: Collection[T]) -> Iterator[T]:
    """Go through the items with a bar; print nothing in between.

    Examples
    --------
    >>> list(tracked("adding", [1, 2]))
    [1, 2]
    """
    with Progress(what) as progress:
        for number, item in enumerate(items):
            progress(number / len(items))
            yield item


def counted(lines: Iterable[str], size: int, place: Callable[[], int]) -> Iterator[str]:
    """Lines of a file of that size, with a bar; ``place`` tells how far it was read."""
    with Progress("reading") as progress:
        for number, line in enumerate(lines):
            if number % 1024 == 0:
                progress(place() / max(size, 1))
            yield line


class Rows(list[str]):
    """Lines that draw a bar whenever they are gone through.

    Examples
    --------
    >>> list(Rows(["a", "b"]))
    ['a', 'b']
    """

    def __iter__(self) -> Iterator[str]:
        with Progress("parsing") as progress:
            for number, line in enumerate(super().__iter__()):
                if number % 1024 == 0:
                    progress(number / len(self))
                yield line
