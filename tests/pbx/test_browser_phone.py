"""An operator's browser is their telephone: a real Chromium with a microphone that beeps, a real Asterisk."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, WIDE
from tests.pbx.conftest import eventually
from tests.pbx.legs import DECLINES, SILENT, Behaviour, Leg
from tests.pbx.running import Phones
from tests.pbx.server import Asterisk
from tests.pbx.shop import Shop
from tests.seeding import PASSWORD
from widget_server.edge.identity import OperatorIdentity
from widget_server.operators.model import OperatorDraft
from widget_server.rooms import House

MEDIA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
READY = "Телефон готов"
ANSWER = re.compile("^Ответить")


@dataclass
class Desk:
    """One site; ``op0-0`` has a SIP phone, Anna the console."""

    pbx: Asterisk
    phones: Phones
    shop: Shop
    seat: Behaviour = SILENT

    def dialled(self, number: str) -> list[Leg]:
        return self.phones.read(lambda: [leg for leg in self.phones.carrier.legs if leg.called == number])

    def over(self) -> bool:
        return self.shop.left_behind() == ""


def add_anna(house: House, owner: OperatorIdentity) -> None:
    draft = OperatorDraft("Анна", "anna@shop.example", PASSWORD, "operator", "ru", owner.site_ids)
    house.operators.create_operator(owner.account_id, draft)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    made: list[Desk] = []
    with Asterisk(("op0-0",)) as pbx, Phones(pbx, {"op0-0": lambda leg: made[0].seat}) as phones:
        webrtc = {"ASTERISK_WEBRTC": f"ws://127.0.0.1:{pbx.http_port}/ws"}
        with Shop(pbx, 1, 1, webrtc, prepare=add_anna) as shop:
            made.append(Desk(pbx, phones, shop))
            yield made[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *MEDIA])
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser, desk: Desk) -> Iterator[BrowserContext]:
    desk.seat = SILENT
    opened = browser.new_context(**WIDE)
    yield opened
    opened.close()
    eventually(desk.over, 10)


@pytest.fixture
def anna(context: BrowserContext, desk: Desk) -> BrowserContext:
    context.grant_permissions(["microphone"])
    expect(log_in(context, desk).get_by_text(READY)).to_be_visible()
    return context


def log_in(context: BrowserContext, desk: Desk) -> Page:
    page = context.new_page()
    page.goto(f"{desk.shop.server.url}/console/login")
    page.locator("[name=email]").fill("anna@shop.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").last.click()
    return page


def packets(page: Page) -> int:
    return int(page.evaluate(f"async () => (await import('{address_of_line(page)}')).soundLevels().packets"))


def address_of_line(page: Page) -> str:
    """Return where the page has its module from; another address would be another module."""
    found = page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    return str(next(name for name in found if "/console/phone/line.js" in name))


def test_a_browser_rings_is_answered_and_talks(anna: BrowserContext, desk: Desk) -> None:
    page = anna.pages[0]
    visitor, callback = desk.shop.ask("+79123456755")
    page.get_by_role("button", name=ANSWER).click()
    expect(page.get_by_text("Вы на связи")).to_be_visible()
    eventually(lambda: packets(page) > 50)
    before = packets(page)
    eventually(lambda: packets(page) > before)
    page.get_by_role("button", name="Завершить").click()
    assert visitor.wait_for_end(callback, 10)[0] == "completed"
    eventually(desk.over)
    leg = desk.dialled("+79123456755")[0]
    assert (leg.hung_up_by, sum(leg.heard.values()) > 50) == ("pbx", True)
    expect(page.get_by_role("button", name="Завершить")).to_have_count(0)


def test_it_stops_ringing_when_a_colleague_answers(anna: BrowserContext, desk: Desk) -> None:
    page = anna.pages[0]
    desk.seat = Behaviour(2, hang_up_after=2)
    desk.shop.ask("+79173456755")
    expect(page.get_by_role("button", name=ANSWER)).to_be_visible()
    expect(page.get_by_text("звонок принят")).to_be_visible()
    expect(page.get_by_role("button", name=ANSWER)).to_have_count(0)


def test_a_call_is_declined_in_the_browser(anna: BrowserContext, desk: Desk) -> None:
    page = anna.pages[0]
    desk.seat = Behaviour(3, hang_up_after=1)
    visitor, callback = desk.shop.ask("+79183456755")
    page.get_by_role("button", name="Не могу ответить").click()
    expect(page.get_by_role("button", name=ANSWER)).to_have_count(0)
    assert visitor.wait_for_end(callback, 20)[0] == "completed"


def test_one_tab_is_the_telephone_and_the_next_takes_over(anna: BrowserContext, desk: Desk) -> None:
    first, second = anna.pages[0], anna.new_page()
    second.goto(f"{desk.shop.server.url}/console/calls")
    expect(second.get_by_text(READY)).to_be_visible()
    visitor, callback = desk.shop.ask("+79193456755")
    second.get_by_role("button", name=ANSWER).click()  # the first tab has the sound
    expect(second.get_by_text("Вы на связи")).to_be_visible()
    eventually(lambda: packets(first) > 50)
    second.get_by_role("button", name="Завершить").click()
    assert visitor.wait_for_end(callback, 10)[0] == "completed"
    first.close()
    expect(second.get_by_text("Подключаем телефон")).to_have_count(0)
    expect(second.get_by_text(READY)).to_be_visible()
    _, callback = desk.shop.ask("+79113456755")
    second.get_by_role("button", name=ANSWER).click()
    eventually(lambda: packets(second) > 50)
    second.get_by_role("button", name="Завершить").click()


# What a browser says that was not asked yet; the one of the tests allows everything or nothing.
UNDECIDED = """navigator.permissions.query = async () => Object.assign(new EventTarget(), {state: "prompt"})"""


def test_the_microphone_is_explained_before_the_browser_asks(context: BrowserContext, desk: Desk) -> None:
    context.add_init_script(UNDECIDED)
    page = log_in(context, desk)
    expect(page.get_by_text("Нужен микрофон")).to_be_visible()
    visitor, callback = desk.shop.ask("+79143456755")
    page.get_by_role("button", name=ANSWER).click()
    expect(page.get_by_role("dialog")).to_contain_text("собеседник должен вас слышать")
    page.get_by_role("button", name="Разрешить микрофон").click()
    expect(page.get_by_text("Вы на связи")).to_be_visible()
    page.get_by_role("button", name="Завершить").click()
    assert visitor.wait_for_end(callback, 10)[0] == "completed"


def test_without_a_microphone_nothing_rings_here_and_words_say_why(context: BrowserContext, desk: Desk) -> None:
    context.grant_permissions([])
    desk.seat = DECLINES
    page = log_in(context, desk)
    page.get_by_role("button", name="Нет микрофона").click()
    expect(page.get_by_role("dialog")).to_contain_text("разрешите микрофон")
    page.get_by_role("button", name="Закрыть").click()
    visitor, callback = desk.shop.ask("+79153456755")
    assert visitor.wait_for_end(callback, 30)[0] == "missed"
    context.grant_permissions(["microphone"])
    expect(page.get_by_text(READY)).to_be_visible()


def test_a_restart_of_asterisk_does_not_lose_the_phone(anna: BrowserContext, desk: Desk) -> None:
    page = anna.pages[0]
    desk.pbx.__exit__(None, None, None)
    expect(page.get_by_text("Телефон не подключён")).to_be_visible()
    desk.pbx.__enter__()
    expect(page.get_by_text(READY)).to_be_visible(timeout=40_000)
    desk.phones.run(desk.phones.operators["op0-0"].register())
