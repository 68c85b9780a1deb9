"""The right number in the page's own elements: put in once, without a shift, and the page's own when we are down."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE, WIDE, Shop, Watched
from tests.browser.scenes import owner_of, reported
from tests.browser.test_host_page import WATCH_SHIFTS, wait_for_launcher
from tests.browser.test_whole_way import eventually
from tests.running import RunningServer
from tests.seeding import Cast
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.tracking.model import NumberDraft, Source, TrackedNumber
from widget_server.trials.model import Draft, Experiment, Variant

Visit = Callable[..., Watched]
OWN, OWN_TEL = "8 495 720-38-15", "+74957203815"
PAGE = f"""<header><a id="head" href="tel:{OWN_TEL}" data-widget-number aria-label="Позвонить {OWN}">{OWN}</a></header>
<p id="words">Звоните: <span data-widget-number>{OWN}</span>, ответим сразу. Цена 1 200 000 ₽</p>
<p><a id="around" href="tel:{OWN_TEL}"><b data-widget-number>{OWN}</b></a> <a id="icon" href="tel:{OWN_TEL}"
data-widget-number>Позвонить</a> <span id="form" data-widget-number="+7 (###) ###-##-##">{OWN}</span>
<span id="pieces" data-widget-number>8 <i>495</i> 720-38-15</span> <span id="empty" data-widget-number></span></p>
<footer><a id="plain" href="tel:{OWN_TEL}">{OWN}</a></footer>"""
SAME_LENGTH = f"""<header><a id="head" href="tel:{OWN_TEL}" data-widget-number>{OWN}</a></header>
<p>Звоните: <span data-widget-number>{OWN}</span>, ответим сразу</p>"""
TEXTS = (
    """() => Object.fromEntries([...document.querySelectorAll("[id]")].map((node) => [node.id, node.textContent]))"""
)
COUNT_CHANGES = """
window.changes = [];
addEventListener("DOMContentLoaded", () => new MutationObserver((list) => window.changes.push(
  ...list.map((one) => one.target.textContent))).observe(document.getElementById("head"), {subtree: true,
  characterData: true, childList: true}));
"""


@pytest.fixture
def numbered(shop: Shop) -> Shop:
    """The shop with a number in every way in which pages write one."""
    plain = shop.page()
    shop.page = lambda: plain.replace("<h1>", PAGE + "<h1>")  # type: ignore[method-assign]
    return shop


@pytest.fixture
def same_length(shop: Shop) -> Shop:
    """The shop with numbers as long as those that are put in."""
    plain = shop.page()
    shop.page = lambda: plain.replace("<h1>", SAME_LENGTH + "<h1>")  # type: ignore[method-assign]
    return shop


def own(house: House, cast: Cast, use: str, e164: str, text: str, source: Source | None = None) -> TrackedNumber:
    return house.tracking.numbers.add(cast.site.id, NumberDraft(e164, text, use, source))  # type: ignore[arg-type]


def expect_number(page: Page, text: str, tel: str) -> None:
    """Wait until the page shows a number everywhere it is marked, and dials it there."""
    expect(page.locator("#head")).to_have_text(text)
    said = page.evaluate(TEXTS)
    assert said["words"] == f"Звоните: {text}, ответим сразу. Цена 1 200 000 ₽"
    assert (said["around"], said["icon"], said["pieces"], said["empty"]) == (text, "Позвонить", text, text)
    assert said["form"] == f"+7 ({text[2:5]}) {text[6:]}"
    assert (said["plain"], page.locator("#plain").get_attribute("href")) == (OWN, f"tel:{OWN_TEL}")
    assert page.locator("#head").get_attribute("aria-label") == f"Позвонить {text}"
    for link in ("#head", "#around", "#icon"):
        assert page.locator(link).get_attribute("href") == f"tel:{tel}"


def test_a_channels_number_stands_in_every_marked_place(
    numbered: Shop, visitor: Visit, house: House, cast: Cast
) -> None:
    own(house, cast, "channel", "+74951110003", "8 495 111-00-03", Source(utm_source=("yandex",)))
    guest = visitor(numbered.url + "?utm_source=Yandex&utm_medium=cpc")
    expect_number(guest.page, "8 495 111-00-03", "+74951110003")
    guest.page.goto(numbered.url + "next")  # the source is remembered for a day
    expect_number(guest.page, "8 495 111-00-03", "+74951110003")
    assert guest.complaints == []


@pytest.mark.parametrize("options", [PHONE, WIDE], ids=["phone", "desktop"])
@pytest.mark.parametrize("use", ["channel", "pool"])
def test_a_number_is_put_in_once_and_shifts_nothing(
    same_length: Shop, new_context: Callable[..., BrowserContext], house: House, cast: Cast, options: Any, use: str
) -> None:
    own(house, cast, use, "+74951110003", "8 495 111-00-03", Source(direct=True) if use == "channel" else None)
    page = new_context(**options).new_page()
    page.add_init_script(WATCH_SHIFTS)
    page.add_init_script(COUNT_CHANGES)
    for _ in range(2):  # the first page, and one that finds all remembered
        page.goto(same_length.url)
        expect(page.locator("#head")).to_have_text("8 495 111-00-03")
        wait_for_launcher(page)
        page.wait_for_timeout(500)
        assert page.evaluate("window.shifts") == 0
        assert page.evaluate("window.changes.length") <= 1  # none where it was put in before the page was parsed


def test_everybody_else_sees_the_sites_number(numbered: Shop, visitor: Visit, house: House, cast: Cast) -> None:
    own(house, cast, "channel", "+74951110003", "8 495 111-00-03", Source(utm_source=("yandex",)))
    guest = visitor(numbered.url)
    expect(guest.page.locator("#head")).to_have_text("8 800 555-35-35")
    expect(guest.page.locator("a.pill")).to_have_attribute("href", "tel:+78005553535")
    assert guest.complaints == []


def test_a_visitors_own_number_is_asked_for_once_and_remembered(
    numbered: Shop, visitor: Visit, house: House, cast: Cast
) -> None:
    own(house, cast, "pool", "+74951110004", "8 495 111-00-04")
    guest = visitor(numbered.url)
    expect_number(guest.page, "8 495 111-00-04", "+74951110004")
    expect(guest.page.locator("a.pill")).to_have_attribute("href", "tel:+74951110004")  # the launcher's too
    guest.page.reload()
    expect_number(guest.page, "8 495 111-00-04", "+74951110004")
    guest.page.wait_for_timeout(300)
    assert len([url for url in guest.requests if "/w/v1/number" in url]) == 1
    assert guest.complaints == []


def test_an_exhausted_pool_leaves_the_sites_number(numbered: Shop, visitor: Visit, house: House, cast: Cast) -> None:
    own(house, cast, "pool", "+74951110004", "8 495 111-00-04")
    house.tracking.pool.hold(cast.site.id, new_id(), {})
    guest = visitor(numbered.url)
    expect(guest.page.locator("#head")).to_have_text("8 800 555-35-35")
    assert house.tracking.pool.figures(cast.site.id).exhausted == 1
    assert guest.complaints == []


def test_elements_that_come_later_get_their_number(numbered: Shop, visitor: Visit, house: House, cast: Cast) -> None:
    page = visitor(numbered.url).page
    expect(page.locator("#head")).to_have_text("8 800 555-35-35")
    page.evaluate(
        f"""() => {{ const node = document.createElement("a"); node.id = "late"; node.href = "tel:{OWN_TEL}";
        node.textContent = "{OWN}"; node.dataset.widgetNumber = ""; document.body.prepend(node);
        document.getElementById("plain").dataset.widgetNumber = "{cast.site.numbers[1].id}"; }}"""
    )
    expect(page.locator("#late")).to_have_text("8 800 555-35-35")
    expect(page.locator("#plain")).to_have_attribute("href", "tel:+74951234567")


def test_without_the_server_the_pages_own_number_stays_and_dials(
    numbered: Shop, visitor: Visit, server: RunningServer
) -> None:
    server.kill()
    page = visitor(numbered.url).page
    page.wait_for_timeout(1500)
    assert page.locator("#head").text_content() == OWN
    assert page.locator("#head").get_attribute("href") == f"tel:{OWN_TEL}"
    server.start()


def test_destroy_puts_the_pages_own_numbers_back(numbered: Shop, visitor: Visit) -> None:
    page = visitor(numbered.url).page
    expect(page.locator("#head")).to_have_text("8 800 555-35-35")
    page.evaluate("CallWidget.destroy()")
    assert page.evaluate(TEXTS) == {
        "head": OWN,
        "words": f"Звоните: {OWN}, ответим сразу. Цена 1 200 000 ₽",
        "around": OWN,
        "icon": "Позвонить",
        "form": OWN,
        "pieces": OWN,
        "empty": "",
        "plain": OWN,
    }
    assert page.locator("#pieces i").text_content() == "495"
    assert page.locator("#head").get_attribute("href") == f"tel:{OWN_TEL}"


@pytest.fixture
def experiment(house: House, cast: Cast) -> Experiment:
    """A running test of two numbers with a line each."""
    lines = [own(house, cast, "variant", f"+7495111000{n}", f"8 495 111-00-0{n}") for n in (1, 2)]
    variants = tuple(Variant(key, key.upper(), 0.5, {"number": one.id}) for key, one in zip("ab", lines, strict=True))
    draft = Draft("Номера", "answered_call", ("number",), variants, 0.2, 14, baseline=0.02, daily_visitors=500)
    owner = owner_of(house, cast)
    return house.trials.start(owner, house.trials.create_draft(owner, cast.site.id, draft).id)


def test_a_call_to_a_variants_number_rings_the_console_and_counts_for_it(
    numbered: Shop, visitor: Visit, operator: Visit, house: House, cast: Cast, experiment: Experiment
) -> None:
    anna, olga = operator("anna").page, operator("olga").page
    guest = visitor(numbered.url)
    expect(guest.page.locator("#head")).not_to_have_text(OWN)
    shown = guest.page.locator("#head").inner_text()
    mine = "a" if shown.endswith("1") else "b"
    eventually(lambda: reported(house, cast, experiment, "answered_call")[mine], (1, 0), guest.page)
    guest.page.evaluate("addEventListener('click', (event) => event.preventDefault())")
    guest.page.locator("#head").tap()
    eventually(lambda: reported(house, cast, experiment, "tap")[mine], (1, 1), guest.page)
    olga.goto(olga.url.split("/console")[0] + "/console/numbers")
    olga.get_by_role("row", name=shown).get_by_role("button").click()  # the telephony is simulated: play a call
    expect(anna.get_by_text("Входящий звонок").first).to_be_visible()
    expect(anna.get_by_text(f"на {shown}").first).to_be_visible()
    anna.get_by_role("button", name="Ответить").first.click()
    expect(anna.get_by_text("Вы на связи").first).to_be_visible()
    eventually(lambda: reported(house, cast, experiment, "connected_call")[mine], (1, 1), guest.page)
    eventually(lambda: reported(house, cast, experiment, "answered_call")[mine], (1, 1), guest.page)
    other = "b" if mine == "a" else "a"
    assert reported(house, cast, experiment, "answered_call")[other] == (0, 0)
    anna.get_by_role("button", name="Завершить").first.click()
    (call,) = house.tracking.figures.list_calls([cast.site.id], 1, 9)
    assert call.inbound.match == "tapped"
    assert guest.complaints == []
