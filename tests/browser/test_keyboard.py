"""A whole conversation without a mouse, on both sides, and what a screen reader is told of it."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import WIDE, Stage
from tests.seeding import PASSWORD

ACTIVE = """() => { let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  return one; }"""


def at(page: Page, css: str) -> bool:
    """Is the focus on such an element?"""
    return bool(page.evaluate(f"(css) => ({ACTIVE})().matches(css)", css))


def tab_to(page: Page, css: str, key: str = "Tab") -> None:
    for _ in range(60):
        if at(page, css):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} never reaches {css}")


def log_in(page: Page, url: str) -> None:
    page.goto(f"{url}/console/login")
    tab_to(page, "[name=email]")
    page.keyboard.type("anna@demo.example")
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("[data-list]")).to_be_attached()


def test_a_conversation_by_keys_alone(new_context: Callable[..., BrowserContext], stage: Stage) -> None:
    anna = new_context(**WIDE).new_page()
    log_in(anna, stage.server.url)
    stage.house.operators.sign_of_life(stage.cast.anna.id)
    guest = stage.visit(new_context(**WIDE))
    write_as_visitor(guest.page)
    answer_as_operator(anna)
    page = guest.page
    log = page.get_by_role("log", name="Сообщения")
    expect(log.get_by_text("27 800 ₽")).to_be_visible()
    expect(log).to_have_attribute("aria-live", "polite")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert at(page, ".pill")
    page.keyboard.press("Enter")
    reach_chat(page)
    expect(log.get_by_text("27 800 ₽")).to_be_visible()
    close_and_reopen(anna)
    assert guest.complaints == []


def write_as_visitor(page: Page) -> None:
    expect(page.locator(".pill")).to_be_visible()
    page.wait_for_timeout(300)
    tab_to(page, ".pill")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_have_accessible_name("Окна Плюс")
    reach_chat(page)
    page.keyboard.type("Сколько стоит окно?")
    page.keyboard.press("Enter")
    expect(page.locator(".own:not(.unsent) .body")).to_have_text("Сколько стоит окно?")
    for _ in range(12):  # the focus stays inside
        page.keyboard.press("Tab")
        assert page.evaluate(
            "!!document.querySelector('call-widget').shadowRoot.activeElement?.closest('[role=dialog]')"
        )
    tab_to(page, "textarea")


def reach_chat(page: Page) -> None:
    for _ in range(12):
        if page.evaluate(f"/чат|разговор/.test(({ACTIVE})().textContent)"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    assert at(page, "textarea")


def answer_as_operator(page: Page) -> None:
    expect(page.locator("[data-list] .item")).to_have_count(1)
    page.keyboard.press("j")
    assert at(page, ".item")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log").get_by_text("Сколько стоит окно?")).to_be_visible()
    assert at(page, ".composer textarea")
    page.keyboard.type("27 800 ₽")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert at(page, ".item")


def close_and_reopen(page: Page) -> None:
    page.keyboard.press("Enter")
    expect(page.get_by_role("log").get_by_text("27 800 ₽")).to_be_visible()
    tab_to(page, "[data-close]", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-list] .item")).to_have_count(0)
    assert at(page, "[data-queue=open]")  # never lost on the page's body
    tab_to(page, "[data-queue=closed]")
    page.keyboard.press("Enter")
    expect(page.locator("[data-list] .item")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    tab_to(page, "[data-close]", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-close]")).to_have_text("Закрыть")
    tab_to(page, "[data-queue=open]", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-list] .item")).to_have_count(1)
