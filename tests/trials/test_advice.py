from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.seeding import Cast
from tests.trials.test_console import FORM
from widget_server.trials.cta_advice import advise
from widget_server.trials.cta_words import load_library

LogIn = Callable[[str], FlaskClient]
PHRASES = load_library().phrases


@pytest.mark.parametrize(
    ("language", "cta", "promise"),
    [
        ("ru", "Узнать цену за минуту", "Ответит инженер"),
        ("ru", "Подобрать тихое окно", "Мастер подскажет бесплатно"),
        ("ru", "Перезвоним за 20 секунд", "Бесплатно для вас"),
        ("en", "Get a price in a minute", "An engineer answers"),
        ("en", "Free advice on noise", "We call you, no pressure"),
    ],
)
def test_good_words_are_left_alone(language: str, cta: str, promise: str) -> None:
    assert advise(cta, promise, PHRASES[language]) == {}


@pytest.mark.parametrize(
    ("language", "cta", "promise", "field", "note"),
    [
        ("ru", "Позвоните нам!", "Ответим за минуту", "cta", "template"),
        ("ru", "  СВЯЖИТЕСЬ  с нами ", "", "cta", "template"),
        ("ru", "Наши окна", "Мы ответим вам", "cta", "no_benefit"),
        ("ru", "Узнать цену", "Окна и двери", "promise", "no_after"),
        ("ru", "Рассчитать [что]", "Пришлём цену", "cta", "placeholder"),
        ("ru", "Узнать цену окна с установкой и доставкой", "Ответит мастер", "cta", "two_lines"),
        ("en", "Contact us", "", "cta", "template"),
        ("en", "Our windows", "We answer", "cta", "no_benefit"),
        ("en", "Get a price", "Windows and doors", "promise", "no_after"),
        ("en", "Estimate [what]", "We send the price", "cta", "placeholder"),
        ("en", "Get a price", "An engineer answers every question that you may have", "promise", "two_lines"),
    ],
)
def test_poor_words_are_pointed_out(language: str, cta: str, promise: str, field: str, note: str) -> None:
    assert note in advise(cta, promise, PHRASES[language])[field]


def test_words_that_are_not_there_yet_are_not_judged() -> None:
    assert advise(" ", "", PHRASES["ru"]) == {}


def test_every_pattern_is_good_but_for_what_is_filled_in() -> None:
    for pattern in load_library().patterns:
        for language, said in pattern.words.items():
            notes = advise(said["cta"], said["promise"], PHRASES[language])
            assert {note for field in notes.values() for note in field} <= {"placeholder", "two_lines"}, said


def test_an_installation_has_lists_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "cta.toml"
    own.write_text('[ru]\ntemplates = ["узнать цену за минуту"]\n')
    library = load_library(str(own))
    assert "template" in advise("Узнать цену за минуту", "", library.phrases["ru"])["cta"]
    assert library.phrases["ru"].after == PHRASES["ru"].after


def test_the_form_is_told_by_field(log_in: LogIn, cast: Cast) -> None:
    owner = log_in("olga@demo.example")
    number = next(one for one in cast.site.numbers if one.text.startswith("8 495 123"))
    said = {**FORM, "site": cast.site.id, "variants.b.cta.ru.cta": "Звонок", "variants.b.number": number.id}
    notes = owner.post("/console/api/experiments/advice", json=said).get_json()["notes"]
    assert "на каждом втором сайте" in notes["variants.b.cta.ru.cta"][0]
    assert "variants.b.number" not in notes
    assert owner.post("/console/api/experiments/advice", json={"site": "x"}).status_code == 404


def test_a_variant_with_brackets_cannot_be_started(log_in: LogIn, cast: Cast) -> None:
    said = {**FORM, "site": cast.site.id, "then": "start", "variants.b.cta.ru.cta": "Рассчитать [что]"}
    answer = log_in("olga@demo.example").post("/console/experiments/new", data=said)
    assert answer.status_code == 400
    assert "в скобках" in answer.get_data(as_text=True)
