"""One Asterisk with its telephones for all tests of the bed; the figures that tests note are told at the very end."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.pbx.ari import Ari
from tests.pbx.legs import ANSWERS, BUSY, DECLINES, SILENT, Behaviour
from tests.pbx.running import Phones, by_number
from tests.pbx.server import Asterisk

PRESSES = Behaviour(0.1, press="1", press_after=0.3)
DISTRIBUTIONS: list[str] = []
FIGURES: list[str] = []
PEOPLE = {"op1": ANSWERS, "op2": SILENT, "busy": BUSY, "no": DECLINES, "keys": PRESSES}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="100 callbacks and calls, and the ramp")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):  # one of several processes (pytest-xdist): the first one tells
        session.config.workeroutput["pbx"] = DISTRIBUTIONS, FIGURES


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    distributions, figures = node.workeroutput.get("pbx", ((), ()))
    DISTRIBUTIONS.extend(distributions)
    FIGURES.extend(figures)


def pytest_unconfigure(config: pytest.Config) -> None:
    if FIGURES and not hasattr(config, "workeroutput"):
        print("\n".join(DISTRIBUTIONS))
        print(f"PBX: {'; '.join(FIGURES)}")


@pytest.fixture
def note() -> Callable[[str, str], None]:
    """``note(distribution, figures)``: what the last lines of the run say."""

    def write(distribution: str, figures: str) -> None:
        DISTRIBUTIONS.append(distribution)
        FIGURES.append(figures)

    return write


@pytest.fixture
def whole(pytestconfig: pytest.Config) -> bool:
    return bool(pytestconfig.getoption("--whole"))


def eventually(look: Callable[[], bool], seconds: float = 5) -> None:
    """Wait until it is so.

    Raises
    ------
    AssertionError
        If it does not become so.
    """
    until = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < until, "it did not become so"
        time.sleep(0.01)


@pytest.fixture(scope="session")
def pbx() -> Iterator[Asterisk]:
    with Asterisk(tuple(PEOPLE)) as running:
        yield running


@pytest.fixture(scope="session")
def phones(pbx: Asterisk) -> Iterator[Phones]:
    decide = {name: (lambda leg, behaviour=behaviour: behaviour) for name, behaviour in PEOPLE.items()}
    with Phones(pbx, decide, by_number()) as plugged_in:
        yield plugged_in


@pytest.fixture(scope="module")
def application(pbx: Asterisk, phones: Phones) -> Iterator[Ari]:
    """One connection for all: Asterisk may notice the end of one so late that it takes the next one's events away."""
    with Ari(pbx) as connected:
        yield connected


@pytest.fixture
def ari(application: Ari) -> Ari:
    application.events.clear()
    return application
