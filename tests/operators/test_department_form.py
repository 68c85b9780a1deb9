"""The part of a site's settings about callbacks: who is called first, when again, the departments."""

from typing import Any

import pytest

from tests.operators.browser import Browser
from tests.seeding import ALWAYS
from widget_server.rooms import House
from widget_server.sites.draft import SiteDraft
from widget_server.sites.model import CallbackRules, Site
from widget_server.sites.site_form import fields_of


@pytest.fixture
def site(olga: Browser, house: House) -> Site:
    return house.sites.create_site(
        house.sites.find_account() or "", SiteDraft("Окна", hours=ALWAYS, origins=("https://okna.ru",))
    )


def save(olga: Browser, house: House, site: Site, **fields: Any) -> Site:
    known = fields_of(house.sites.get_site(site.id)).to_dict(flat=False)
    olga.post(f"/console/sites/{site.id}", **{**known, **fields})
    return house.sites.get_site(site.id)


def olga_id(house: House, site: Site) -> str:
    return str(house.operators.people_of([site.id])[0]["id"])


def department(house: House, site: Site, **fields: Any) -> dict[str, Any]:
    return {"departments": ["new1"], "dep_new1_ru": "Продажи", "dep_new1_people": [olga_id(house, site)], **fields}


def test_the_rules_of_calling_back(olga: Browser, house: House, site: Site) -> None:
    assert site.callback == CallbackRules("operator", (180, 600))
    saved = save(olga, house, site, callback_first="visitor", callback_retries="5, 15 60")
    assert saved.callback == CallbackRules("visitor", (300, 900, 3600))
    assert save(olga, house, site, callback_retries="").callback.retry_seconds == ()


@pytest.mark.parametrize("typed", ["0", "1.5", "-3", "241", "1 2 3 4 5 6", "скоро"])
def test_pauses_that_cannot_be_are_explained(olga: Browser, house: House, site: Site, typed: str) -> None:
    assert save(olga, house, site, callback_retries=typed).version == site.version
    assert "целые минуты от 1 до 240" in olga.page


def test_a_department_is_made_and_keeps_its_id(olga: Browser, house: House, site: Site) -> None:
    hours = {"dep_new1_own": "1", "dep_new1_days": ["0", "4"], "dep_new1_from": "10:00", "dep_new1_to": "16:30"}
    (made,) = save(olga, house, site, **department(house, site, **hours)).departments
    assert (made.name, made.operators) == ({"ru": "Продажи", "en": "Продажи"}, (olga_id(house, site),))
    assert made.hours == (((600, 990),), (), (), (), ((600, 990),), (), ())
    assert save(olga, house, site).departments == (made,)
    assert save(olga, house, site, departments=[]).departments == ()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"dep_new1_people": []}, "никого нет"),
        ({"dep_new1_ru": ""}, "Назовите отдел"),
        ({"dep_new1_own": "1", "dep_new1_from": "10:00", "dep_new1_to": "16:00"}, "закрыт всегда"),
        (
            {"dep_new1_own": "1", "dep_new1_days": ["1"], "dep_new1_from": "18:00", "dep_new1_to": "9:00"},
            "Часы не сходятся",
        ),
    ],
)
def test_what_is_wrong_with_a_department_is_said(
    olga: Browser, house: House, site: Site, fields: dict[str, Any], words: str
) -> None:
    assert save(olga, house, site, **department(house, site, **fields)).departments == ()
    assert words in olga.page


def test_a_row_that_was_left_empty_is_no_department(olga: Browser, house: House, site: Site) -> None:
    assert save(olga, house, site, departments=["new1"], callback_first="visitor").callback.first == "visitor"
