"""Takes the pictures of docs/screenshots: every main screen, phone and desktop, Russian and English, light and dark.

python -m tests.browser.screenshots [folder]
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, PHONE, WIDE
from tests.browser.scenes import write_finished_experiment
from tests.running import RunningServer
from tests.seeding import PASSWORD, house_on, seed

SIZES = {"phone": PHONE, "desktop": WIDE}
TALK = {
    "ru": (
        "Добрый день! Сколько стоит окно в спальню, 1,4 × 1,5?",
        "Здравствуйте! С монтажом и откосами 27 800 ₽.",
        "А когда сможете замерить?",
    ),
    "en": (
        "Hello! How much is a bedroom window, 1.4 × 1.5 m?",
        "Hello! 27,800 ₽ with fitting and slopes.",
        "When could you come to measure?",
    ),
}
CTA = {
    "ru": {"cta": "Узнать цену за минуту", "promise": "Ответит мастер, не менеджер"},
    "en": {"cta": "Get a price in a minute", "promise": "A craftsman answers, not a clerk"},
}


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for language in ("ru", "en"):
            with tempfile.TemporaryDirectory() as data:
                _take_all(browser, Path(data) / "data", language, folder)
        browser.close()


def _take_all(browser: Browser, data: Path, language: str, folder: Path) -> None:
    house = house_on(data)
    cast = seed(house)
    for person in (cast.owner, cast.anna, cast.boris):
        house.operators.set_language(person, language)
    experiment = write_finished_experiment(data, cast, CTA)
    house.storage.close()
    server = RunningServer(data).start()
    try:
        cameras = [Camera(folder, server.url, size, language) for size in SIZES]
        for camera in (*cameras, replace(cameras[-1], scheme="dark")):
            _take_size(browser, camera, cast.site.id, experiment.id)
    finally:
        server.stop()


@dataclass(frozen=True)
class Camera:
    """Where pictures go and in which words and light they are taken."""

    folder: Path
    url: str
    size: str
    language: str
    scheme: str = "light"

    def shoot(self, page: Page, name: str) -> None:
        page.wait_for_timeout(900)
        dark = "-dark" if self.scheme == "dark" else ""
        page.screenshot(path=self.folder / f"{name}-{self.size}-{self.language}{dark}.png")

    def say(self, ru: str, en: str) -> str:
        return ru if self.language == "ru" else en


def _take_size(browser: Browser, camera: Camera, site: str, experiment: str) -> None:
    with _page(browser, camera) as console, _page(browser, camera) as guest:
        _log_in(console, camera.url)
        tags = f"lang={camera.language}&utm_source=yandex&utm_campaign=okna"
        guest.goto(f"{camera.url}/demo/demo?{tags}")
        guest.locator(".pill").wait_for()
        camera.shoot(guest, "launcher")
        _talk(camera, guest, console)
        _call_back(camera, guest, console)
        for page, name in (
            ("experiments", "experiments"),
            (f"experiments/{experiment}", "report"),
            ("experiments/new", "experiment-new"),
            (f"sites/{site}", "site"),
            ("calls", "calls"),
        ):
            console.goto(f"{camera.url}/console/{page}")
            camera.shoot(console, name)


def _talk(camera: Camera, guest: Page, console: Page) -> None:
    question, answer, more = TALK[camera.language]
    guest.evaluate("CallWidget.open('chat')")
    panel = guest.get_by_role("dialog")
    _send(camera, panel, question)
    queue = console.get_by_role("list", name=camera.say("Разговоры", "Conversations"))
    queue.get_by_role("button").filter(has_text=question[:20]).click()
    _send(camera, console.get_by_role("main"), answer)
    guest.get_by_role("log").get_by_text(answer).wait_for()
    _send(camera, panel, more)
    console.get_by_role("log").get_by_text(more).wait_for()
    camera.shoot(guest, "chat")
    camera.shoot(console, "inbox")
    guest.evaluate("CallWidget.close()")
    guest.wait_for_timeout(400)


def _send(camera: Camera, where: Locator, words: str) -> None:
    where.get_by_role("textbox", name=camera.say("Сообщение", "Message")).fill(words)
    where.get_by_role("button", name=camera.say("Отправить", "Send"), exact=True).click()


def _call_back(camera: Camera, guest: Page, console: Page) -> None:
    guest.evaluate("CallWidget.open('callback')")
    guest.get_by_role("textbox", name=camera.say("Ваш телефон", "Your phone")).press_sequentially("9123456789")
    guest.get_by_role("checkbox").check()
    camera.shoot(guest, "callback-form")
    guest.get_by_role("button", name=camera.say("Перезвоните мне", "Call me back")).first.click()
    guest.wait_for_timeout(2500)
    camera.shoot(guest, "callback-countdown")
    camera.shoot(console, "inbox-ringing")
    guest.get_by_role("button", name=camera.say("Отменить звонок", "Cancel the call")).click()
    guest.wait_for_timeout(1000)


@contextmanager
def _page(browser: Browser, camera: Camera) -> Iterator[Page]:
    options = {**SIZES[camera.size], "locale": camera.say("ru-RU", "en-GB"), "color_scheme": camera.scheme}
    context = browser.new_context(timezone_id="Europe/Moscow", **options)
    yield context.new_page()
    context.close()


def _log_in(page: Page, url: str) -> None:
    page.goto(f"{url}/console/login")
    page.locator("input[name=email]").fill("olga@demo.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.locator("[data-takes-calls]").wait_for(state="attached")
    page.wait_for_timeout(1500)  # until the socket is open and the visitors' pages hear that somebody is there


if __name__ == "__main__":
    main()
