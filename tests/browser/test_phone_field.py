"""The number's field in a real browser: what it loads and when, what it says, and the work done in a rush."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Shop, Watched
from tests.seeding import Cast
from widget_server.callbacks.model import Draft
from widget_server.edge.identity import VisitorIdentity
from widget_server.kernel.ids import new_id
from widget_server.rooms import House

Visit = Callable[..., Watched]


@pytest.fixture
def form(shop: Shop, visitor: Visit, house: House, cast: Cast) -> Watched:
    """A phone with the form for a call open, the number not touched yet."""
    house.operators.sign_of_life(cast.anna.id)
    guest = visitor(shop.url)
    guest.page.locator(".pill").tap()
    expect(guest.page.get_by_role("textbox", name="Ваш телефон")).to_be_visible()
    return guest


def type_number(page: Page, digits: str) -> str:
    field = page.get_by_role("textbox", name="Ваш телефон")
    field.fill("")
    field.press_sequentially(digits)
    return field.input_value()


def send(page: Page) -> None:
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Перезвоните мне").tap()


def test_it_learns_about_numbers_on_focus_and_never_before(form: Watched) -> None:
    def loaded() -> list[str]:
        return [url.rpartition("/")[2] for url in form.requests if "/callback-" in url]

    assert loaded() == []
    with form.page.expect_response("**/callback-*-7.js"):
        form.page.get_by_role("textbox", name="Ваш телефон").tap()
    assert [name.count("-") for name in loaded()] == [1, 2]
    assert type_number(form.page, "89161234567") == "8 (916) 123-45-67"
    with form.page.expect_response("**/callback-*-375.js"):
        type_number(form.page, "+375291234567")
    expect(form.page.get_by_role("textbox", name="Ваш телефон")).to_have_value("+375 29 123 45 67")
    send(form.page)
    expect(form.page.get_by_text("Перезваниваем только на номера этих стран: Россия")).to_be_visible()
    type_number(form.page, "88005553535")
    send(form.page)
    expect(form.page.get_by_text("На такие номера не перезваниваем")).to_be_visible()
    assert form.complaints == []


def test_it_does_without(form: Watched) -> None:
    form.page.route("**/callback-*", lambda route: route.abort())
    assert type_number(form.page, "9123456789") == "912 345-67-89"
    send(form.page)
    expect(form.page.get_by_text("Звоним операторам").first).to_be_visible()


def test_work_that_is_asked_for_is_done_without_a_word(form: Watched, house: House, cast: Cast) -> None:
    for n in range(2):  # neighbours of the number that follows
        draft = Draft(new_id(), f"+7912345678{n}", cast.site.consent["version"], True, None)
        house.callbacks.request_callback(VisitorIdentity(cast.site.id, new_id(), "ru"), draft, f"10.{n}.0.1")
    answers: list[int] = []
    form.page.on("response", lambda answer: answers.append(answer.status) if "/callbacks?" in answer.url else None)
    type_number(form.page, "9123456789")
    send(form.page)
    expect(form.page.get_by_text("Звоним операторам").first).to_be_visible()
    assert answers == [429, 200]
