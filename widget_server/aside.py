"""Work that computes for long and lets go of the interpreter meanwhile: beside the loop, not on it."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from gevent import get_hub
from gevent.monkey import is_module_patched

P = ParamSpec("P")
T = TypeVar("T")


def run_aside(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return ``work(*args)``; under gevent a real thread does it, and all other greenlets go on.

    >>> run_aside(divmod, 7, 2)
    (3, 1)
    """
    if not is_module_patched("threading"):
        return work(*args, **kwargs)
    return cast(T, get_hub().threadpool.apply(work, args, kwargs))
