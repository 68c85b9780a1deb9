"""Takes the pictures of docs/screenshots: every main screen, phone and desktop, Russian and English, light and dark.

python -m tests.browser.screenshots [folder]
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, PHONE, WIDE
from tests.browser.scenes import write_finished_experiment
from tests.running import RunningServer
from tests.seeding import PASSWORD, Cast, house_on, seed

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
        for size in SIZES:
            _take_size(browser, server.url, cast, experiment.id, language, size, folder)
        _take_size(browser, server.url, cast, experiment.id, language, "desktop", folder, "dark")
    finally:
        server.stop()


def _take_size(
    browser: Browser,
    url: str,
    cast: Cast,
    experiment: str,
    language: str,
    size: str,
    folder: Path,
    scheme: str = "light",
) -> None:
    def shoot(page: Page, name: str) -> None:
        page.wait_for_timeout(900)
        page.screenshot(path=folder / f"{name}-{size}-{language}{'-dark' if scheme == 'dark' else ''}.png")

    with _page(browser, size, language, scheme) as console, _page(browser, size, language, scheme) as guest:
        _log_in(console, url)
        guest.goto(f"{url}/demo/{cast.site.key}?lang={language}&utm_source=yandex&utm_campaign=okna")
        guest.locator(".pill").wait_for()
        shoot(guest, "launcher")
        guest.evaluate("CallWidget.open('chat')")
        composer = guest.get_by_role("dialog").get_by_role("textbox")
        question, answer, more = TALK[language]
        composer.fill(question)
        composer.press("Control+Enter")
        guest.get_by_role("dialog").get_by_role("button", name={"ru": "Отправить", "en": "Send"}[language]).click()
        console.get_by_role("list").get_by_role("button").first.click()
        reply = console.get_by_role("textbox", name={"ru": "Сообщение", "en": "Message"}[language])
        reply.fill(answer)
        reply.press("Enter")
        console.get_by_role("button", name={"ru": "Отправить", "en": "Send"}[language], exact=True).click(force=True)
        guest.get_by_role("log").get_by_text(answer).wait_for()
        composer.fill(more)
        guest.get_by_role("dialog").get_by_role("button", name={"ru": "Отправить", "en": "Send"}[language]).click()
        console.get_by_role("log").get_by_text(more).wait_for()
        shoot(guest, "chat")
        shoot(console, "inbox")
        guest.evaluate("CallWidget.close()")
        guest.wait_for_timeout(400)
        guest.evaluate("CallWidget.open('callback')")
        phone = guest.get_by_role("dialog").get_by_role("textbox")
        phone.press_sequentially("9123456789")
        guest.get_by_role("checkbox").check()
        shoot(guest, "callback-form")
        guest.get_by_role("button", name={"ru": "Перезвоните мне", "en": "Call me back"}[language]).first.click()
        guest.wait_for_timeout(2500)
        shoot(guest, "callback-countdown")
        shoot(console, "inbox-ringing")
        for page, name in (
            ("experiments", "experiments"),
            (f"experiments/{experiment}", "report"),
            ("experiments/new", "experiment-new"),
            (f"sites/{cast.site.id}", "site"),
            ("calls", "calls"),
        ):
            console.goto(f"{url}/console/{page}")
            shoot(console, name)
        guest.get_by_role("button", name={"ru": "Отменить звонок", "en": "Cancel the call"}[language]).click()


@contextmanager
def _page(browser: Browser, size: str, language: str, scheme: str) -> Iterator[Page]:
    locale = {"ru": "ru-RU", "en": "en-GB"}[language]
    context = browser.new_context(locale=locale, timezone_id="Europe/Moscow", color_scheme=scheme, **SIZES[size])
    yield context.new_page()
    context.close()


def _log_in(page: Page, url: str) -> None:
    page.goto(f"{url}/console/login")
    page.locator("input[name=email]").fill("olga@demo.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.locator("[data-takes-calls]").wait_for(state="attached")


if __name__ == "__main__":
    main()
