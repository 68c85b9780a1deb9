"""Work that keeps a processor busy, done in a thread of its own: a picture being decoded must not stop the chat."""

import threading
from collections.abc import Callable
from typing import TypeVar

import gevent
from gevent import monkey

R = TypeVar("R")
_at_once = threading.Semaphore(2)  # what pictures may hold of the memory at one moment


def beside(work: Callable[[bytes], R], raw: bytes) -> R:
    """Return ``work(raw)``; under gevent other requests go on meanwhile."""
    with _at_once:
        if not monkey.is_module_patched("threading"):
            return work(raw)
        done: R = gevent.get_hub().threadpool.apply(work, (raw,))
        return done
