"""Callbacks on both screens: after hours, another attempt, departments, the visitor first."""

from collections.abc import Callable
from datetime import datetime, timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import update

from tests.browser.conftest import PHONE, Shop, Watched
from tests.seeding import ALWAYS, Cast
from widget_server.callbacks.store import callbacks
from widget_server.jobs.store import jobs
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.sites.model import CallbackRules, Department, Hours

Visit = Callable[..., Watched]
URALS = {**PHONE, "timezone_id": "Asia/Yekaterinburg"}


def open_in(now: datetime, hours: int) -> Hours:
    """Return hours that are closed now and open that many hours later, every day."""
    start = (now + timedelta(hours=hours)).hour * 60
    return (((start, min(start + 120, 1440)),),) * 7


def order(page: Page, digits: str, button: str) -> None:
    page.get_by_role("textbox", name="Ваш телефон").press_sequentially(digits)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name=button).tap()


def let_its_time_come(house: House, phone: str) -> None:
    """Move what is booked to this very moment: a test cannot wait for hours."""
    now = house.clock.now()
    with house.storage.begin() as tx:
        tx.execute(update(callbacks).where(callbacks.c.phone == phone).values(due_at=now))
        tx.execute(update(jobs).where(jobs.c.kind == "callback.ring", jobs.c.state == "queued").values(run_at=now))


def test_after_hours_the_number_leads_and_a_booked_call_comes_at_its_time(
    shop: Shop, visitor: Visit, operator: Visit, house: House, cast: Cast
) -> None:
    now = house.clock.now().astimezone(cast.site.zone)
    house.sites.update_site(cast.site.id, {"hours": open_in(now, 2)})
    guest = visitor(shop.url, **URALS)
    page = guest.page
    expect(page.locator("a.pill")).to_have_attribute("href", "tel:+78005553535")
    page.evaluate("CallWidget.open('more')")
    expect(page.get_by_role("heading", name="Позвоните нам")).to_be_visible()
    expect(page.locator(".rows .row").first).to_contain_text("Перезвонить позже")
    expect(page.get_by_role("dialog")).to_contain_text("(Екатеринбург)")
    page.get_by_role("button", name="Перезвонить позже").tap()
    expect(page.get_by_role("dialog")).to_contain_text("Время ваше (Екатеринбург), у нас другой часовой пояс: Москва")
    order(page, "9123456789", "Заказать звонок")
    expect(page.get_by_role("status")).to_contain_text("Позвоним")
    expect(page.get_by_role("status")).to_contain_text("+7 912 345-67-89")
    anna = operator("anna").page
    expect(anna.get_by_text("у посетителя").first).to_be_visible()
    let_its_time_come(house, "+79123456789")
    anna.get_by_role("button", name="Ответить").first.click()
    expect(page.get_by_text("Соединили").first).to_be_visible()
    assert guest.complaints == []


def test_a_busy_visitor_is_told_of_the_next_attempt_and_may_have_it_now(
    shop: Shop, visitor: Visit, operator: Visit, house: House, cast: Cast
) -> None:
    anna = operator("anna").page
    page = visitor(shop.url).page
    page.locator("button.pill").tap()
    order(page, "9123456700", "Перезвоните мне")
    anna.get_by_role("button", name="Ответить").first.click()
    expect(page.get_by_text("Не дозвонились, попробуем ещё раз в").first).to_be_visible()
    expect(anna.get_by_text("Повторим сами").first).to_be_visible()
    page.get_by_role("button", name="Позвоните сейчас").tap()
    anna.get_by_role("button", name="Не могу ответить").first.click()
    expect(page.get_by_text("Никто из операторов не успел ответить").first).to_be_visible()
    expect(page.locator(".below .row").first).to_have_attribute("href", "tel:+78005553535")
    anna.get_by_role("button", name="Готово").first.click()
    expect(anna.get_by_text("Никто не ответил")).to_have_count(0)
    anna.get_by_role("button", name="Вернуть").click()
    expect(anna.get_by_text("Никто не ответил").first).to_be_visible()


def test_a_department_answers_whom_it_called_first(
    shop: Shop, visitor: Visit, operator: Visit, house: House, cast: Cast
) -> None:
    people = {"Продажи": cast.anna.id, "Ремонт": cast.boris.id}
    departments = tuple(Department(new_id(), {"ru": name, "en": name}, (who,)) for name, who in people.items())
    rules = {"departments": departments, "callback": CallbackRules("visitor"), "hours": ALWAYS}
    house.sites.update_site(cast.site.id, rules)
    anna = operator("anna").page
    page = visitor(shop.url).page
    page.locator("button.pill").tap()
    expect(page.get_by_role("button", name="Ремонт")).to_contain_text("Сейчас не отвечает")
    page.get_by_role("button", name="Продажи").tap()
    order(page, "9123456780", "Перезвоните мне")
    expect(page.get_by_text("Вы на линии, зовём оператора").first).to_be_visible()
    expect(anna.get_by_text("Посетитель ждёт на линии").first).to_be_visible()
    anna.get_by_role("button", name="Ответить").first.click()
    expect(page.get_by_text("Соединили").first).to_be_visible()
    expect(anna.get_by_text("Вы на связи").first).to_be_visible()
