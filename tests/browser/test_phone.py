"""The widget on a phone: keyboard, thumbs, large text, calm, and pages that run from right to left."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE, Stage

CHANNELS = ["more", "callback", "later", "chat"]
INSIDE = "[...document.querySelector('call-widget').shadowRoot.querySelectorAll('.panel *')]"
KEYBOARD = """([height, top]) => {
  Object.defineProperty(visualViewport, "height", { get: () => height, configurable: true });
  Object.defineProperty(visualViewport, "offsetTop", { get: () => top, configurable: true });
  visualViewport.dispatchEvent(new Event("resize"));
}"""
SMALL_TARGETS = f"""() => {INSIDE}
  .filter((one) => one.matches("a[href], button, label, select, textarea, input:not(.box)"))
  .filter((one) => one.checkVisibility() && !one.closest(".hidden, .body, label.label"))
  .map((one) => [one.className, one.getBoundingClientRect()]).filter(([, box]) => box.height < 48 || box.width < 48)
  .map(([name, box]) => `${{name}} ${{Math.round(box.width)}} x ${{Math.round(box.height)}}`)"""
SMALL_LETTERS = """(css) => [document, document.querySelector("call-widget")?.shadowRoot].filter(Boolean)
  .flatMap((root) => [...root.querySelectorAll(css)]).filter((one) => parseFloat(getComputedStyle(one).fontSize) < 16)
  .map((one) => one.outerHTML.slice(0, 120))"""
FIELDS = "input:not([type=checkbox], [type=radio], [type=hidden], [type=submit], [type=color]), select, textarea"
# Text twice as large, as a phone's setting makes it; then whatever is cut off or runs out of its box.
ENLARGE = f"""() => {{
  const all = {INSIDE};
  const sizes = all.map((one) => parseFloat(getComputedStyle(one).fontSize));
  all.forEach((one, i) => one.style?.setProperty("font-size", 2 * sizes[i] + "px", "important"));
}}"""
CUT_OFF = f"""() => {INSIDE}.filter((one) => one.checkVisibility() && !one.closest(".hidden, svg, .mark"))
  .filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1)
  .map((one) => `${{one.className}} ${{one.scrollWidth}} > ${{one.clientWidth}}`)"""


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext], stage: Stage) -> Iterator[Callable[..., Page]]:
    def visit(channel: str, **options: Any) -> Page:
        stage.house.operators.sign_of_life(stage.cast.anna.id)
        page = stage.visit(new_context(**PHONE, **options)).page
        expect(page.locator(".pill")).to_be_visible()
        page.evaluate(f"CallWidget.open('{channel}')")
        expect(page.get_by_role("dialog")).to_be_visible()
        return page

    yield visit
    stage.shop.page = type(stage.shop).page.__get__(stage.shop)  # type: ignore[method-assign]


def box_of(page: Page, css: str) -> dict[str, float]:
    found = page.locator(css).bounding_box()
    assert found is not None
    return dict(found)


def test_the_sheet_is_what_can_be_seen_above_the_keyboard(phone: Callable[..., Page]) -> None:
    page = phone("chat")
    page.get_by_role("textbox", name="Сообщение").tap()
    page.evaluate(KEYBOARD, [420, 80])
    assert box_of(page, ".panel") == {"x": 0, "y": 80, "width": 390, "height": 420}
    field = box_of(page, ".message")
    assert field["y"] + field["height"] <= 500
    page.evaluate(KEYBOARD, [844, 0])
    assert box_of(page, ".panel")["height"] == 844


def test_the_page_behind_does_not_scroll_and_is_given_back(phone: Callable[..., Page]) -> None:
    page = phone("chat")
    page.mouse.wheel(0, 500)
    page.wait_for_timeout(200)
    assert page.evaluate("scrollY") == 0
    for close in ("CallWidget.close()", "history.back()"):
        page.evaluate(close)
        expect(page.get_by_role("dialog")).to_be_hidden()
        assert page.evaluate("[document.body, document.documentElement].map((one) => one.getAttribute('style'))") == [
            None,
            None,
        ]
        page.evaluate("scrollTo(0, 200)")
        assert page.evaluate("scrollY") == 200
        page.evaluate("scrollTo(0, 0)")
        page.evaluate("CallWidget.open('chat')")
        expect(page.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize("channel", CHANNELS)
def test_thumbs_and_eyes(phone: Callable[..., Page], channel: str) -> None:
    page = phone(channel)
    page.wait_for_timeout(250)
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate(SMALL_LETTERS, FIELDS) == []  # iOS zooms into a field with smaller letters
    page.evaluate(ENLARGE)
    assert page.evaluate(CUT_OFF) == []


def test_the_console_does_not_make_phones_zoom(new_context: Callable[..., BrowserContext], stage: Stage) -> None:
    page = new_context(**PHONE).new_page()
    stage.log_in(page, "olga")
    for path in ("", "calls", f"sites/{stage.cast.site.id}", "numbers", "operators/new", "alerts/new/webhook"):
        page.goto(f"{stage.server.url}/console/{path}")
        assert page.evaluate(SMALL_LETTERS, FIELDS) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_nothing_moves_where_people_asked_for_calm(phone: Callable[..., Page]) -> None:
    page = phone("chat", reduced_motion="reduce")
    moving = f"""() => {INSIDE}.filter((one) => {{ const now = getComputedStyle(one);
      return (now.animationName !== "none" && now.animationDuration !== "0s")
        || now.transitionDuration.split(",").some((one) => parseFloat(one) > 0.01); }}).map((one) => one.className)"""
    assert page.evaluate(moving) == []


def test_on_a_page_from_right_to_left_our_words_stay_readable(phone: Callable[..., Page], stage: Stage) -> None:
    plain = stage.shop.page()
    stage.shop.page = lambda: plain.replace("<html", '<html dir="rtl"')  # type: ignore[method-assign]
    page = phone("chat")
    page.get_by_role("textbox", name="Сообщение").fill("שלום, 1 + 2 = 3?")
    page.get_by_role("button", name="Отправить").tap()
    expect(page.locator(".own .body")).to_have_css("direction", "rtl")
    expect(page.locator(".title")).to_have_css("direction", "ltr")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_mirrored_it_is_whole(phone: Callable[..., Page]) -> None:
    """No language of ours runs from right to left yet; the layout is ready for one that does."""
    page = phone("more")
    page.evaluate("document.querySelector('call-widget').shadowRoot.querySelector('.cw').style.direction = 'rtl'")
    row, disc, chevron = (box_of(page, f".row:first-child {css}") for css in ("", ".disc", ".chevron"))
    assert chevron["x"] < row["x"] + row["width"] / 2 < disc["x"]
    assert page.evaluate(CUT_OFF) == []
