from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.cast import FakeClock
from tests.seeding import Cast, seed
from widget_server.rooms import House

LogIn = Callable[[str], FlaskClient]
WORDS = {
    f"variants.b.cta.{language}.{part}": f"{part} {language}"
    for language in ("ru", "en")
    for part in ("cta", "promise")
}
FORM = {
    "name": "Цена вместо звонка",
    "levers": ["cta"],
    "metric": "tap",
    "hoped_lift": "20",
    "planned_weeks": "2",
    "variants.a.name": "Как сейчас",
    "variants.b.name": "Цена",
    **WORDS,
}


@pytest.fixture
def owner(log_in: LogIn, cast: Cast) -> FlaskClient:
    return log_in("olga@demo.example")


def create(browser: FlaskClient, cast: Cast, then: str = "start", **changes: object) -> str:
    answer = browser.post("/console/experiments/new", data={**FORM, "site": cast.site.id, "then": then, **changes})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def test_an_operator_who_only_answers_is_turned_away(log_in: LogIn, cast: Cast) -> None:
    anna = log_in("anna@demo.example")
    for answer in (
        anna.get("/console/experiments"),
        anna.get("/console/experiments/new"),
        anna.post("/console/experiments/new", data=FORM),
        anna.post("/console/api/experiments/plan", json={}),
    ):
        assert answer.status_code == 403


def test_from_the_form_to_the_site_document_and_the_report(owner: FlaskClient, cast: Cast, house: House) -> None:
    page = create(owner, cast)
    (shown,) = house.documents.compose(house.sites.get_site(cast.site.id))["experiments"]
    assert shown["variants"][1]["settings"]["cta"]["ru"] == {"cta": "cta ru", "promise": "promise ru"}
    report = owner.get(page).get_data(as_text=True)
    assert "Кнопку пока никто не видел" in report
    assert f"?widget-variant={shown['key']}:b" in report
    assert owner.post(f"{page}/stop").status_code == 302
    assert "победителя нет" in owner.get(page).get_data(as_text=True)


def test_a_draft_is_edited_with_what_it_held_and_deleted(owner: FlaskClient, cast: Cast) -> None:
    page = create(owner, cast, "save", **{"variants.a.share": "80", "variants.b.share": "20", "baseline": "1,5"})
    form = owner.get(f"{page}/edit").get_data(as_text=True)
    for value in ("Цена вместо звонка", "promise en", "80", "1.5"):
        assert f'value="{value}"' in form
    assert "Ещё не запущен" in owner.get(page).get_data(as_text=True)
    owner.post(f"{page}/delete")
    assert owner.get(page).status_code == 404


def test_a_start_that_fails_shows_the_form_with_what_to_mend(owner: FlaskClient, cast: Cast, house: House) -> None:
    broken = {**FORM, "site": cast.site.id, "then": "start", "variants.b.cta.en.cta": ""}
    answer = owner.post("/console/experiments/new", data=broken)
    assert answer.status_code == 400
    assert "Вариант «Цена»" in answer.get_data(as_text=True)
    assert house.trials.running(cast.site.id) == []
    create(owner, cast)
    answer = owner.post("/console/experiments/new", data={**FORM, "site": cast.site.id, "then": "start"})
    assert answer.status_code == 409
    assert "тест «Цена вместо звонка»" in answer.get_data(as_text=True)


WRONG: tuple[dict[str, object], ...] = (
    {"name": ""},
    {"name": "x" * 200},
    {"levers": []},
    {"metric": "x"},
    {"hoped_lift": "много"},
    {"hoped_lift": "0"},
    {"planned_weeks": "1.5"},
    {"coverage": "0"},
    {"baseline": "100"},
    {"variants.b.share": "7"},
)


def test_wrong_fields_are_named_and_never_a_500(owner: FlaskClient, cast: Cast) -> None:
    for changes in WRONG:
        answer = owner.post("/console/experiments/new", data={**FORM, "site": cast.site.id, **changes})
        assert answer.status_code == 400, changes


def test_a_strangers_experiment_is_not_there(owner: FlaskClient, cast: Cast, log_in: LogIn, house: House) -> None:
    page = create(owner, cast)
    seed(house, key="doors", name="Двери", origins=("https://doors.example",))
    stranger = log_in("olga@doors.example")
    assert stranger.get(page).status_code == 404
    assert stranger.get(f"{page}/edit").status_code == 404
    for act in ("start", "stop", "delete", "edit"):
        assert stranger.post(f"{page}/{act}", data=FORM).status_code == 404
    assert stranger.post("/console/experiments/new", data={**FORM, "site": cast.site.id}).status_code == 404
    assert stranger.post("/console/api/experiments/plan", json={"site": cast.site.id}).status_code == 404


def test_the_plan_is_said_while_the_form_is_filled_in(owner: FlaskClient, cast: Cast) -> None:
    body = {**FORM, "site": cast.site.id, "name": ""}
    asked = owner.post("/console/api/experiments/plan", json=body).get_json()
    assert asked["missing"] is True
    small = owner.post("/console/api/experiments/plan", json=body | {"daily_visitors": "50", "baseline": "1"})
    assert small.get_json()["kind"] == "warning"
    assert "место кнопки" in " ".join(small.get_json()["more"])
    busy = owner.post("/console/api/experiments/plan", json=body | {"daily_visitors": "9000", "baseline": "2"})
    assert (busy.get_json()["kind"], busy.get_json()["advised_weeks"]) == ("success", 2)


def test_a_half_written_plan_is_bad_input(owner: FlaskClient, cast: Cast) -> None:
    for body in ({}, {"hoped_lift": [1]}, {"variants.a.name": 3}, {"levers": "cta"}):
        answer = owner.post("/console/api/experiments/plan", json={"site": cast.site.id, **body})
        assert answer.status_code == 400, body


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_page_has_words_in_both_languages(
    owner: FlaskClient, cast: Cast, house: House, clock: FakeClock, lang: str
) -> None:
    if lang == "en":
        owner.post("/console/me/language", data={"lang": "en"})
    page = create(owner, cast)
    create(owner, cast, "save")
    clock.at += timedelta(days=15)
    house.trials.finish_due()
    for address in ("/console/experiments", "/console/experiments/new", page):
        assert owner.get(address).status_code == 200
