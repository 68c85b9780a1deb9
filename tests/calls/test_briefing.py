"""What the operator who answers hears."""

from typing import Any

import pytest

from tests.callbacks.desk import Desk, settings_for_tests
from tests.cast import FakeClock
from widget_server.calls.briefing import Briefing
from widget_server.calls.store import get_call
from widget_server.sites.model import Department, Site
from widget_server.storage import Storage

SALES = "sales" + "a" * 21
RUNNING = [{"key": "cta", "variants": [{"key": "b", "settings": {"cta": {"ru": {"cta": "Узнать цену"}}}}]}]


@pytest.fixture
def desk(storage: Storage, clock: FakeClock) -> Desk:
    return Desk(storage, clock, settings_for_tests())


def whisper(desk: Desk, shop: Site, profile: dict[str, Any], **asked: Any) -> str:
    callback = desk.ask(shop, **asked)
    desk.work()
    briefing = Briefing(desk.sites, lambda *_: profile, lambda *_: None, lambda _: RUNNING)
    with desk.storage.read() as tx:
        call = get_call(tx, desk.now(callback).call_id or "")
    return briefing.whisper(call)[0]


def test_site_page_and_what_was_tapped(desk: Desk) -> None:
    shop = desk.open_shop()
    desk.seat(shop, "Анна")
    profile = {"title": "Окна в спальню", "variants": {"cta": "b"}}
    said = "Звонок с сайта Окна Плюс. Страница: Окна в спальню. Нажали на «Узнать цену»."
    assert whisper(desk, shop, profile) == said


def test_department_and_name_where_they_are_known(desk: Desk) -> None:
    shop = desk.open_shop()
    anna = desk.seat(shop, "Анна")
    sales = Department(SALES, {"ru": "Продажи", "en": "Sales"}, (anna.id,))
    desk.sites.update_site(shop.id, {"departments": (sales,)})
    said = "Звонок с сайта Окна Плюс. Отдел: Продажи. Имя: Пётр."
    assert whisper(desk, shop, {"name": "Пётр", "variants": {"cta": "a"}}) == said


def test_in_the_language_of_the_site(desk: Desk) -> None:
    shop = desk.open_shop(languages=("en",))
    desk.seat(shop, "Ann")
    assert (
        whisper(desk, shop, {"title": "Windows " * 20})
        == "A call from Окна Плюс. Page: " + ("Windows " * 20)[:60] + "."
    )
