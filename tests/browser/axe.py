"""Asks axe-core about every page that people see: both languages, light and dark, phone and desktop.

    python -m tests.browser.axe

A new page is one line of ``CONSOLE`` or ``WIDGET`` (tests/browser/axe_views.py). The rules run once a size; in the
dark only those that colours can break.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.axe_views import CONSOLE, SETUP, WIDGET, Scene, set_scene
from tests.browser.conftest import CHROMIUM, DESKTOP, FLAGS, PHONE, WIDE, staged
from tests.running import RunningServer
from tests.seeding import house_on
from widget_server.assets import ROOT
from widget_server.operators.setup_token import setup_token
from widget_server.settings import load_settings

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async ([rules, place]) => {
  const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  const { violations, passes } = await axe.run(place ? { include: [place] } : document, options);
  return { passes: passes.length, found: violations.map(({ id, help, nodes }) =>
    ({ rule: id, help, at: nodes.map(({ target, any }) => `${target.flat().join(" ")} ${any[0]?.message || ""}`) })) };
}"""
LOOKS = 3
SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"
IN_THE_DARK = ["color-contrast", "link-in-text-block"]
SIZES = {"desktop": WIDE["viewport"], "phone": PHONE["viewport"]}
LANGUAGES = {"ru": "ru-RU", "en": "en-GB"}


@dataclass(frozen=True)
class Finding:
    """What axe says of one view in one language, size and light; ``passed`` is how many rules it keeps."""

    view: str
    how: str
    passed: int
    violations: tuple[str, ...]


def survey(browser: Browser, place: Path, *, whole: bool = True) -> Iterator[Finding]:
    """Look at everything; in short, at one size in each language, the widget at the other."""
    for language in LANGUAGES:
        short = ("desktop", "phone") if language == "ru" else ("phone", "desktop")
        console, widget = (tuple(SIZES),) * 2 if whole else ((one,) for one in short)
        with staged(place / language, form_while_away=True) as stage:
            scene = set_scene(stage, place / language / "data", language)
            with _context(browser, language, **WIDE) as context:
                yield from _console(context.new_page(), scene, console)
                for size in widget:  # the console stays open: somebody takes calls
                    yield from _widget(browser, scene, size)
        yield from _setup(browser, place / f"setup-{language}", language, console)


def _context(browser: Browser, language: str, **options: Any) -> BrowserContext:
    how: dict[str, Any] = {"locale": LANGUAGES[language], "timezone_id": "Europe/Moscow", "reduced_motion": "reduce"}
    context = browser.new_context(**{**how, **options})
    context.set_default_timeout(10_000)
    return context


def _console(page: Page, scene: Scene, sizes: Iterable[str]) -> Iterator[Finding]:
    page.goto(f"{scene.stage.server.url}/console/login")
    yield from _all_sizes(page, sizes, "login", scene.language)
    scene.log_in(page)
    for name, path in CONSOLE.items():
        scene.show(page, path)
        yield from _all_sizes(page, sizes, name, scene.language)


def _all_sizes(page: Page, sizes: Iterable[str], name: str, language: str) -> Iterator[Finding]:
    for size in sizes:
        page.set_viewport_size(SIZES[size])
        yield from _both_lights(page, name, f"{language} {size}")
    page.set_viewport_size(SIZES["desktop"])


def _widget(browser: Browser, scene: Scene, size: str) -> Iterator[Finding]:
    options = PHONE if size == "phone" else {**WIDE, "user_agent": DESKTOP}
    scene.stage.shop.lang = scene.language
    for name, prepare in WIDGET.items():
        with _context(browser, scene.language, **options) as context:
            page = context.new_page()
            prepare(scene, page)
            yield from _both_lights(page, f"widget: {name}", f"{scene.language} {size}", "call-widget")


def _setup(browser: Browser, place: Path, language: str, sizes: Iterable[str]) -> Iterator[Finding]:
    place.mkdir()
    house_on(place / "data").storage.close()
    token = setup_token(load_settings({}, data_dir=str(place / "data")))
    server = RunningServer(place / "data").start()
    try:
        with _context(browser, language, **WIDE) as context:
            page = context.new_page()
            for name, step in SETUP.items():
                step(page, f"{server.url}/console/setup?token={token}")
                yield from _all_sizes(page, sizes, f"setup: {name}", language)
    finally:
        server.stop()


def _both_lights(page: Page, name: str, how: str, place: str = "") -> Iterator[Finding]:
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text() + ";0")
    for scheme, rules in (("light", None), ("dark", IN_THE_DARK)):
        page.emulate_media(color_scheme=scheme)
        said = _look(page, [rules, place])
        bad = tuple(f"{one['rule']} ({one['help']}): {' | '.join(one['at'][:4])}" for one in said["found"])
        yield Finding(name, f"{how} {scheme}", said["passes"], bad)
    page.emulate_media(color_scheme="light")


def _look(page: Page, what: list[Any]) -> Any:
    """Ask axe. A page that draws itself anew at that moment is half dark, half light: a complaint must come again."""
    for _ in range(LOOKS):
        page.evaluate(SETTLED)
        said = page.evaluate(RUN, what)
        if not said["found"]:
            break
    return said


def main() -> int:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as place:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        found = list(survey(browser, Path(place)))
        browser.close()
    rules, wrong = Counter[str](), Counter[str]()
    for one in found:
        rules[one.view] += one.passed
        wrong[one.view] += len(one.violations)
    print(f"{'view':34} {'rules passed':>12} {'violations':>10}")
    for view, count in rules.items():
        print(f"{view:34} {count:>12} {wrong[view]:>10}")
    for one in found:
        for violation in one.violations:
            print(f"{one.view}, {one.how}: {violation}")
    print(f"{len(found)} looks at {len(rules)} views: {wrong.total()} violations")
    return 1 if wrong.total() else 0


if __name__ == "__main__":
    sys.exit(main())
