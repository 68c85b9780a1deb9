"""The owner's pages of sites; they stand here because they need somebody logged in."""

import json
import re

import pytest

from tests.cast import FakeClock
from tests.operators.browser import Browser
from tests.seeding import PASSWORD
from widget_server.operators.model import OperatorDraft
from widget_server.rooms import House
from widget_server.sites.draft import SiteDraft
from widget_server.sites.model import Site
from widget_server.sites.site_form import fields_of

SITE = {
    "name": "Окна Плюс", "origins": "okna.ru\nlocalhost:8000", "country": "RU", "timezone": "Europe/Samara",
    "languages": ["ru", "en"], "language": "en", "number": ["88005553535", "+7 495 1-234-567", ""],
    "number_text": ["8 (800) 555-35-35", "", ""], "day_0": "1", "day_0_from0": "09:00", "day_0_to0": "13:00",
    "day_0_from1": "14:00", "day_0_to1": "00:00", "day_6": "1", "day_6_from0": "10:00", "day_6_to0": "16:30",
}  # fmt: skip


def create(olga: Browser, house: House, **fields: object) -> Site:
    answer = olga.post("/console/sites/new", **{**SITE, **fields})
    assert answer.status_code == 302, re.findall(r"field__error[^>]*>.*?</svg>([^<]+)", olga.page)
    return house.sites.get_site(answer.location.split("/")[3])


def test_form_makes_the_site(olga: Browser, house: House) -> None:
    site = create(olga, house)
    assert site.origins == ("https://okna.ru", "https://www.okna.ru", "http://localhost:8000")
    assert site.languages == ("en", "ru")
    assert [number.text for number in site.numbers] == ["8 (800) 555-35-35", "+7 495 1-234-567"]
    assert site.hours == (((540, 780), (840, 1440)), (), (), (), (), (), ((600, 990),))


def test_settings_page_saves_what_it_shows(olga: Browser, house: House) -> None:
    site = create(olga, house)
    before = house.sites.get_site(site.id)
    assert olga.get(f"/console/sites/{site.id}").status_code == 200
    answer = olga.post(f"/console/sites/{site.id}", **fields_of(before).to_dict(flat=False))
    assert answer.status_code == 302
    after = house.sites.get_site(site.id)
    assert after.version == before.version + 1
    for field in ("name", "origins", "hours", "numbers", "settings", "texts", "consent", "channels", "languages"):
        assert getattr(after, field) == getattr(before, field), field


def test_settings_page_changes_the_widget(olga: Browser, house: House) -> None:
    site = create(olga, house)
    fields = fields_of(site).to_dict(flat=False) | {
        "channels": ["chat", "callback"], "channel": "chat", "placement": "bottom-bar", "accent": "#AA0000",
        "offset_x": "0", "offset_y": "80", "holidays": "31.12.2026, 2027-01-01", "text_chat_ru_cta": "Спросить мастера",
        "text_chat_ru_promise": "", "consent_ru_url": "https://okna.ru/privacy",
    }  # fmt: skip
    assert olga.post(f"/console/sites/{site.id}", **fields).status_code == 302
    now = house.sites.get_site(site.id)
    assert (now.channels, now.settings["channel"], now.settings["placement"]) == (
        ("callback", "chat"),
        "chat",
        "bottom-bar",
    )
    assert (now.settings["accent"], now.settings["offset"]) == ("#aa0000", [0, 80])
    assert now.holidays == ("2026-12-31", "2027-01-01")
    assert now.texts["chat"]["ru"] == {"cta": "Спросить мастера", "promise": "Ответим здесь, в чате"}
    assert now.consent["version"] != site.consent["version"]


def test_number_keeps_its_id_when_it_moves(olga: Browser, house: House) -> None:
    site = create(olga, house)
    first, second = site.numbers
    fields = fields_of(site).to_dict(flat=False)
    fields |= {"number": fields["number"][::-1], "number_text": fields["number_text"][::-1]}
    olga.post(f"/console/sites/{site.id}", **fields)
    assert [number.id for number in house.sites.get_site(site.id).numbers] == [second.id, first.id]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "Заполните поле «Название»"), ({"name": "я" * 81}, "слишком длинное"),
        ({"origins": ""}, "Заполните поле «Домены»"), ({"origins": "*"}, "не похоже на домен"),
        ({"origins": "окна"}, "«окна» не похоже на домен"), ({"country": "XX"}, "Выберите страну"),
        ({"timezone": "Mars"}, "Выберите часовой пояс"), ({"languages": []}, "Выберите один из"),
        ({"number": ["123"]}, "Это не полный номер"), ({"day_0_to0": "08:00"}, "Часы не сходятся"),
        ({"day_0_from0": "9 утра"}, "Часы не сходятся"), ({"day_0_from1": "12:00"}, "Часы не сходятся"),
        ({"day_3": "1"}, "Часы не сходятся"),
    ],
)  # fmt: skip
def test_mistake_is_said_at_its_field_and_the_rest_is_kept(
    olga: Browser, house: House, fields: dict[str, object], words: str
) -> None:
    assert olga.post("/console/sites/new", **{**SITE, **fields}).status_code == 400
    assert words in olga.page
    assert "8 (800) 555-35-35" in olga.page or "number" in fields
    assert house.sites.all_sites() == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"holidays": "32.01.2027"}, "не похоже на дату"), ({"channels": []}, "Выберите один из"),
        ({"accent": "red"}, "Цвет не распознан"), ({"offset_x": "-4"}, "Отступ: целое число"),
        ({"offset_y": "999"}, "Отступ: целое число"), ({"placement": "middle"}, "Выберите один из"),
        ({"text_chat_ru_cta": "я" * 41}, "Поле «Призыв» слишком длинное"),
        ({"consent_en_url": "javascript:alert(1)"}, "Нужен полный адрес"),
        ({"consent_en_url": "//x"}, "Нужен полный адрес"),
    ],
)  # fmt: skip
def test_bad_widget_settings_are_refused(olga: Browser, house: House, fields: dict[str, object], words: str) -> None:
    site = create(olga, house)
    assert olga.post(f"/console/sites/{site.id}", **fields_of(site).to_dict(flat=False) | fields).status_code == 400
    assert words in olga.page
    assert house.sites.get_site(site.id).version == 1


def test_hostile_words_are_shown_as_words(olga: Browser, house: House) -> None:
    site = create(olga, house, name="<script>alert(1)</script>{{7*7}}")
    for address in ("/console/sites", f"/console/sites/{site.id}", f"/console/sites/{site.id}/tag"):
        olga.get(address)
        assert "<script>alert(1)" not in olga.page
        assert "{{7*7}}" in olga.page


def test_tag_is_seen_alive(olga: Browser, house: House, clock: FakeClock) -> None:
    site = create(olga, house)
    seen = f"/console/api/sites/{site.id}/seen"
    assert json.loads(olga.get(seen).data) == {"at": None, "url": None, "foreign": None}
    house.sites.note_seen(site.id, "http://localhost/demo/preview")
    assert json.loads(olga.get(seen).data)["at"] is None
    house.sites.note_seen(site.id, "https://www.okna.ru/price?utm_source=x")
    told = json.loads(olga.get(seen).data)
    assert (told["at"], told["url"]) == ("2026-11-23T09:00:00.000Z", "https://www.okna.ru/price")


def test_number_being_typed_is_offered_in_forms(olga: Browser) -> None:
    answer = json.loads(olga.get("/console/api/numbers?country=RU&number=8 495 7-77-13-13&text=").data)
    assert answer["e164"] == "+74957771313"
    why = ["запомнить 3 цифры из 7", "777: одна цифра", "13-13 повторяется"]
    assert {"text": "8 495 777-13-13", "kind": "pretty", "why": why} in answer["forms"]
    hides = ["запомнить 5 цифр из 7", "13-13 повторяется", "эта группировка прячет 777"]
    assert {"text": "8 495 7-77-13-13", "kind": "pretty", "why": hides} in answer["forms"]
    for bad in ("country=XX&number=1", "country=RU&number=12", ""):
        assert olga.get(f"/console/api/numbers?{bad}").status_code == 400


def test_site_of_another_account_is_not_there(olga: Browser, house: House) -> None:
    other = house.operators.open_account("Чужие", OperatorDraft("Ева", "eve@x.example", PASSWORD, "owner"), first=False)
    foreign = house.sites.create_site(other.account_id, SiteDraft("Чужой"))
    for address in (f"/console/sites/{foreign.id}", f"/console/sites/{foreign.id}/tag",
                    f"/console/setup/{foreign.id}/done", f"/console/api/sites/{foreign.id}/seen"):  # fmt: skip
        assert olga.get(address).status_code == 404
        assert "Чужой" not in olga.page
    assert olga.post(f"/console/sites/{foreign.id}", **SITE).status_code == 404


def test_list_shows_sites_and_whether_they_are_open(olga: Browser, house: House) -> None:
    olga.get("/console/sites")
    assert "Сайтов пока нет" in olga.page
    create(olga, house, origins="окна.рф")
    olga.get("/console/sites")
    assert "окна.рф" in olga.page
    assert "ещё не видели" in olga.page


def test_the_pages_own_analytics_is_told_only_if_the_owner_says_so(olga: Browser, house: House) -> None:
    site = create(olga, house)
    assert house.documents.compose(site)["analytics"] is None
    fields = {**fields_of(site).to_dict(flat=False), "analytics_metrika": "12345678", "analytics_ga4": "1"}
    assert olga.post(f"/console/sites/{site.id}", **fields).status_code == 302
    said = house.documents.compose(house.sites.get_site(site.id))
    assert said["analytics"] == {"metrika": 12345678, "ga4": True, "data_layer": False, "clicks": "off"}
    assert said["extras"] is True
    refused = olga.post(f"/console/sites/{site.id}", **fields | {"analytics_metrika": "UA-1"})
    assert refused.status_code == 400
    assert "состоит только из цифр" in olga.page
