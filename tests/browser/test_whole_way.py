"""The main job, end to end, on a phone: a shop of another origin under a strict policy, two operators, a report."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.conftest import Shop, Watched
from tests.browser.scenes import reported, start_cta_experiment
from tests.running import RunningServer
from tests.seeding import Cast
from widget_server.rooms import House
from widget_server.trials.model import Experiment
from widget_server.trials.store import exposures

Visit = Callable[..., Watched]
VARIANTS = {"a": "Перезвонить вам?", "b": "Узнать цену по телефону"}


@pytest.fixture
def experiment(house: House, cast: Cast) -> Experiment:
    """A running experiment of two calls to action."""
    return start_cta_experiment(house, cast, VARIANTS["b"])


def launcher(page: Page) -> str:
    """Wait for the launcher; return the words on it."""
    button = page.locator("button.pill, a.pill")
    expect(button).to_be_visible()
    return button.locator(".cta").inner_text()


def variant_of(page: Page) -> str:
    words = launcher(page)
    return next(key for key, cta in VARIANTS.items() if cta == words)


def eventually(look: Callable[[], object], wanted: object, page: Page, seconds: float = 15) -> None:
    for _ in range(int(seconds * 5)):
        if look() == wanted:
            return
        page.wait_for_timeout(200)
    assert look() == wanted


def test_chat_reaches_an_operator_and_the_answer_comes_back(shop: Shop, visitor: Visit, operator: Visit) -> None:
    anna = operator("anna").page
    guest = visitor(shop.url)
    launcher(guest.page)
    guest.page.locator(".pill").tap()
    guest.page.get_by_role("button", name="Написать в чат").tap()
    guest.page.get_by_role("textbox", name="Сообщение").fill("Сколько стоит окно 1,4 × 1,5?")
    guest.page.get_by_role("button", name="Отправить").tap()
    anna.get_by_role("list", name="Разговоры").get_by_role("button").first.click()
    log = anna.get_by_role("log", name="Сообщения")
    expect(log.get_by_text("Сколько стоит окно 1,4 × 1,5?")).to_be_visible()
    anna.get_by_role("textbox", name="Сообщение").fill("27 800 ₽ с монтажом")
    anna.get_by_role("button", name="Отправить", exact=True).click()
    expect(guest.page.get_by_role("log").get_by_text("27 800 ₽ с монтажом")).to_be_visible()
    assert guest.complaints == []


def test_chat_survives_a_killed_server(shop: Shop, visitor: Visit, operator: Visit, server: RunningServer) -> None:
    anna = operator("anna").page
    guest = visitor(shop.url).page
    launcher(guest)
    guest.locator(".pill").tap()
    guest.get_by_role("button", name="Написать в чат").tap()

    def say(page: Page, words: str) -> None:
        page.get_by_role("textbox", name="Сообщение").fill(words)
        page.get_by_role("button", name="Отправить", exact=True).click()

    say(guest, "guest 1")
    anna.get_by_role("list", name="Разговоры").get_by_role("button").first.click()
    expect(anna.get_by_role("log").get_by_text("guest 1")).to_be_visible()
    said = ["guest 1"]
    for round_ in range(2, 5):
        server.kill()
        say(guest, f"guest {round_}")
        say(anna, f"anna {round_}")
        server.start()
        for page in (guest, anna):
            for words in (f"guest {round_}", f"anna {round_}"):
                expect(page.get_by_role("log").get_by_text(words)).to_be_visible(timeout=30_000)
        said += [f"guest {round_}", f"anna {round_}"]
    for page in (guest, anna):
        log = page.get_by_role("log")
        for words in said:
            expect(log.get_by_text(words, exact=True)).to_have_count(1)
    assert log_of(guest, said) == log_of(anna, said)


def log_of(page: Page, said: list[str]) -> list[str]:
    """The messages in the order in which the page shows them."""
    text = page.get_by_role("log").inner_text()
    return sorted(said, key=text.index)


def test_callback_rings_two_operators_and_counts_for_its_variant(
    shop: Shop, visitor: Visit, operator: Visit, house: House, cast: Cast, experiment: Experiment
) -> None:
    anna, boris = operator("anna").page, operator("boris").page
    guest = visitor(shop.url)
    mine = variant_of(guest.page)
    eventually(lambda: reported(house, cast, experiment, "answered_call")[mine][0], 1, guest.page)
    guest.page.locator(".pill").tap()
    guest.page.get_by_role("textbox", name="Ваш телефон").press_sequentially("9123456789")
    guest.page.get_by_role("checkbox").check()
    guest.page.get_by_role("button", name="Перезвоните мне").tap()
    expect(guest.page.get_by_text("Звоним операторам").first).to_be_visible()
    for page in (anna, boris):
        expect(page.get_by_role("button", name="Ответить").first).to_be_visible()
    boris.get_by_role("button", name="Ответить").first.click()
    expect(anna.get_by_text("Борис: звонок принят").first).to_be_visible()
    expect(guest.page.get_by_text("Соединили").first).to_be_visible()
    expect(boris.get_by_text("Вы на связи").first).to_be_visible()
    eventually(lambda: reported(house, cast, experiment, "connected_call")[mine], (1, 1), guest.page)
    eventually(lambda: reported(house, cast, experiment, "answered_call")[mine], (1, 1), guest.page)
    boris.get_by_role("button", name="Завершить").first.click()
    expect(guest.page.get_by_text("Спасибо за разговор").first).to_be_visible()
    boris.goto(boris.url.split("/console")[0] + "/console/calls")
    line = boris.get_by_role("row").filter(has_text="8 (912) 345-67-89")
    expect(line).to_contain_text("Поговорили")
    expect(line).to_contain_text("Борис")
    other = "b" if mine == "a" else "a"
    assert reported(house, cast, experiment, "answered_call")[other] == (0, 0)
    assert guest.complaints == []


def test_a_tap_on_the_number_is_counted_once(
    shop: Shop, visitor: Visit, house: House, cast: Cast, experiment: Experiment
) -> None:
    guest = visitor(
        shop.url
    )  # nobody is online: the number leads, and the experiment on the callback's words does not apply
    link = guest.page.locator("a.pill")
    expect(link).to_be_visible()
    assert link.get_attribute("href") == "tel:+78005553535"
    guest.page.evaluate("addEventListener('click', (event) => event.preventDefault())")
    link.tap()
    now = house.clock.now()
    look = lambda: house.beacon.counts([cast.site.id], now - timedelta(hours=1), house.clock.now()).get("tap", 0)  # noqa: E731
    eventually(look, 1, guest.page)
    guest.page.reload()
    guest.page.wait_for_timeout(1500)
    assert look() == 1
    with house.storage.read() as tx:
        assert tx.execute(select(exposures)).all() == []
