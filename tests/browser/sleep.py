"""A visitor's tab that was away: frozen, offline, asleep with the whole machine. How soon does it know everything?

    python -m tests.browser.sleep --minutes 10

Frozen is Chromium's own life cycle (CDP ``Page.setWebLifecycleState``), offline its network emulation, asleep is
SIGSTOP for every process of a browser of its own: the clock on the wall goes on, the server gives its socket up. All
three are away at once, for as long as is said: nothing is simulated by a clock. Messages go both ways meanwhile: the
operator writes to each, and the visitor who is offline writes too.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, PHONE, Stage, staged
from tests.browser.desk import Desk

ALLOWED_SECONDS = 3.0
BODIES = """() => [...document.querySelector("call-widget").shadowRoot.querySelectorAll(".line .body")]
  .map((one) => one.textContent)"""
# Noted by the page itself: asking a tab that is away would wait for it.
WHEN_SHOWN = f"""(words) => new Promise((done) => {{
  const look = () => ({BODIES})().includes(words) ? done(Date.now()) : setTimeout(look, 20);
  look();
}})"""


@dataclass
class Away:
    """One way of being away, of one visitor: ``leave`` and ``wake``."""

    name: str
    page: Page
    conversation: str
    leave: Callable[[], None]
    wake: Callable[[], None]

    @property
    def bodies(self) -> list[str]:
        return list(self.page.evaluate(BODIES))


def open_chat(page: Page, stage: Stage, desk: Desk, words: str) -> str:
    """Write the first message; return the conversation."""
    page.goto(stage.shop.url)
    page.locator(".pill").wait_for()
    page.evaluate("CallWidget.open('chat')")
    write(page, words)
    until = time.monotonic() + 15
    while time.monotonic() < until:
        if found := desk.find(words):
            return found
        page.wait_for_timeout(50)
    raise AssertionError("the first message never came")


def write(page: Page, words: str) -> None:
    page.locator(".message").fill(words)
    page.locator(".send").click()


def frozen(browser: Browser, stage: Stage, desk: Desk) -> Away:
    page = browser.new_context(**PHONE).new_page()
    conversation = open_chat(page, stage, desk, "frozen")
    devtools = page.context.new_cdp_session(page)

    def turn(state: str) -> Callable[[], None]:
        return lambda: devtools.send("Page.setWebLifecycleState", {"state": state}) and None

    return Away("frozen", page, conversation, turn("frozen"), turn("active"))


def offline(browser: Browser, stage: Stage, desk: Desk) -> Away:
    page = browser.new_context(**PHONE).new_page()
    conversation = open_chat(page, stage, desk, "offline")

    def leave() -> None:
        page.context.set_offline(True)
        write(page, "said while offline")
        page.locator(".unsent").wait_for()

    return Away("offline", page, conversation, leave, lambda: page.context.set_offline(False))


def asleep(browser: Browser, stage: Stage, desk: Desk) -> Away:
    """``browser`` must be of its own: it is stopped whole."""
    page = browser.new_context(**PHONE).new_page()
    conversation = open_chat(page, stage, desk, "asleep")
    processes = _family(os.getpid())

    def send(how: signal.Signals) -> Callable[[], None]:
        return lambda: [os.kill(one, how) for one in processes] and None

    return Away("asleep", page, conversation, send(signal.SIGSTOP), send(signal.SIGCONT))


def _family(root: int) -> list[int]:
    """Return the processes below the newest browser that this process has started."""
    parents: dict[int, int] = {}
    browsers: dict[int, int] = {}  # to their start: numbers of processes begin again, moments do not
    for place in Path("/proc").glob("[0-9]*"):
        try:
            facts = (place / "stat").read_text().rpartition(")")[2].split()
            command = (place / "cmdline").read_bytes()
        except OSError:
            continue
        parents[int(place.name)] = int(facts[1])
        if b"chromium" in command and b"--type=" not in command and b"--user-data-dir" in command:
            browsers[int(place.name)] = int(facts[19])
    ours = [one for one in browsers if root in _line_up(one, parents)]
    newest = max(ours, key=browsers.__getitem__)
    return [one for one in parents if newest in _line_up(one, parents)]


def _line_up(one: int, parents: dict[int, int]) -> Iterator[int]:
    while one > 1:
        yield one
        one = parents.get(one, 0)


def be_away(all_of_them: list[Away], desk: Desk, seconds: float) -> dict[str, float]:
    """Return how many seconds after waking each had shown everything."""
    for one in all_of_them:
        one.leave()
    time.sleep(seconds / 2)
    for one in all_of_them:
        for n in range(3):
            desk.say(one.conversation, f"{one.name} {n}")
    time.sleep(seconds / 2)
    took = {}
    for one in all_of_them:
        began = time.time()
        one.wake()
        took[one.name] = one.page.evaluate(WHEN_SHOWN, f"{one.name} 2") / 1000 - began
        said = one.bodies
        assert [words for words in said if words.startswith(one.name)] == [
            one.name,
            *(f"{one.name} {n}" for n in range(3)),
        ]
    return took


@contextmanager
def two_browsers() -> Iterator[tuple[Browser, Browser]]:
    with sync_playwright() as playwright:
        first, second = (playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) for _ in range(2))
        yield first, second
        first.close()
        second.close()


def main() -> int:
    read = argparse.ArgumentParser()
    read.add_argument("--minutes", type=float, default=10)
    minutes = read.parse_args().minutes
    with two_browsers() as (awake, stopped), tempfile.TemporaryDirectory() as place, staged(Path(place)) as stage:
        desk = Desk(stage.server.url)
        away = [frozen(awake, stage, desk), offline(awake, stage, desk), asleep(stopped, stage, desk)]
        took = be_away(away, desk, minutes * 60)
        print(f"{'away ' + format(minutes, 'g') + ' min':20} whole after")
        for name, seconds in took.items():
            print(f"{name:20} {seconds:.2f} s")
        worst = max(took.values())
        print(f"longest {worst:.2f} s, at most {ALLOWED_SECONDS:g} s")
    return 0 if worst <= ALLOWED_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
