"""What the chat has beside words, on a phone and in the console: one server, each test with visitors of its own."""

import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.conftest import Shop, Watched
from tests.running import RunningServer
from tests.seeding import Cast, house_on, seed
from widget_server.rooms import House
from widget_server.visitors.store import visitors

Visit = Callable[..., Watched]
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("extras")


@pytest.fixture(scope="module")
def house(folder: Path) -> Iterator[House]:
    made = house_on(folder / "data")
    yield made
    made.storage.close()


@pytest.fixture(scope="module")
def cast(house: House) -> Cast:
    return seed(house)


@pytest.fixture(scope="module")
def server(house: House, cast: Cast, folder: Path) -> Iterator[RunningServer]:
    running = RunningServer(folder / "data").start()
    yield running
    running.stop()


@pytest.fixture
def asks(house: House, cast: Cast, server: RunningServer) -> Iterator[None]:
    """The site wants an e-mail before the first message; the server hears of it within seconds."""
    ask = {**cast.site.chat.ask, "email": "required"}
    house.sites.update_site(cast.site.id, {"chat": replace(cast.site.chat, ask=ask)})
    for _ in range(100):
        with urllib.request.urlopen(f"{server.url}/w/v1/site/demo") as document:
            if b'"email":"required"' in document.read():
                break
        time.sleep(0.1)
    yield
    house.sites.update_site(cast.site.id, {"chat": cast.site.chat})


def chat(watched: Watched) -> Page:
    page = watched.page
    page.locator(".pill").wait_for()
    page.evaluate("CallWidget.open('chat')")
    return page


def say(page: Page, words: str) -> None:
    page.get_by_role("textbox", name="Сообщение").fill(words)
    page.get_by_role("button", name="Отправить", exact=True).click()


def opened(console: Page, words: str) -> Page:
    console.get_by_role("list", name="Разговоры").get_by_text(words).first.click()
    expect(console.get_by_role("log")).to_contain_text(words)
    return console


def test_while_nobody_is_there_a_message_is_left_with_a_way_to_answer(shop: Shop, visitor: Visit, house: House) -> None:
    page = chat(visitor(shop.url))
    form = page.locator("form.ask")
    expect(form).to_contain_text("Сейчас никого нет на связи")
    form.get_by_label("Сообщение").fill("перезвоните завтра")
    form.get_by_role("button", name="Отправить").tap()
    expect(form.get_by_text("Оставьте e-mail или телефон")).to_be_visible()
    form.get_by_label("Телефон").fill("8 912 345-67-89")
    form.get_by_role("button", name="Отправить").tap()
    expect(page.get_by_role("log").get_by_text("Отправлено", exact=True)).to_have_count(2)
    with house.storage.read() as tx:
        assert tx.execute(select(visitors.c.phone)).scalars().all() == ["+79123456789"]


def test_files_go_both_ways(shop: Shop, visitor: Visit, operator: Visit, folder: Path, server: RunningServer) -> None:
    photo, offer, fake = folder / "balcony.jpg", folder / "offer.pdf", folder / "fake.png"
    Image.new("RGB", (800, 600), "teal").save(photo)
    offer.write_bytes(PDF)
    fake.write_bytes(b"<html>")
    anna, guest = operator("anna").page, visitor(shop.url)
    page = chat(guest)
    say(page, "с фото")
    opened(anna, "с фото")
    page.get_by_role("button", name="Файлы и другое").tap()
    page.locator(".picker").set_input_files([photo, fake])
    expect(page.locator(".shot")).to_have_js_property("complete", True)
    expect(page.get_by_text("Принимаем фотографии")).to_be_visible()
    expect(anna.locator("img.shot")).to_have_js_property("naturalWidth", 640)
    anna.locator("[data-files]").set_input_files(offer)
    with page.expect_response(lambda answer: answer.url.split("?")[0].endswith("/link")) as told:
        page.get_by_role("log").get_by_text("offer.pdf").tap()
    assert page.request.get(server.url + told.value.json()["whole"]).body() == PDF
    assert [one for one in guest.complaints if "400" not in one] == []


def test_a_talk_is_ended_and_rated(shop: Shop, visitor: Visit, operator: Visit) -> None:
    anna, guest = operator("anna").page, visitor(shop.url)
    page = chat(guest)
    say(page, "вопрос на оценку")
    opened(anna, "вопрос на оценку")
    anna.get_by_role("textbox", name="Сообщение").fill("ответ")
    anna.get_by_role("button", name="Отправить", exact=True).click()
    expect(page.get_by_role("log")).to_contain_text("ответ")
    page.get_by_role("button", name="Файлы и другое").tap()
    page.get_by_role("button", name="Завершить разговор").tap()
    page.get_by_role("button", name="2 из 5").tap()
    page.get_by_role("button", name="5 из 5").tap()
    expect(page.get_by_role("img", name="5 из 5")).to_be_visible()
    expect(page.get_by_role("img", name="2 из 5")).to_have_count(0)
    expect(anna.get_by_role("log").get_by_text("5 из 5")).to_be_visible()


def test_questions_come_before_the_first_message(asks: None, shop: Shop, visitor: Visit, operator: Visit) -> None:
    anna, guest = operator("anna").page, visitor(shop.url)
    page = chat(guest)
    form = page.locator("form.ask")
    form.get_by_label("Сообщение").fill("сколько стоит балкон?")
    form.get_by_role("button", name="Отправить").tap()
    expect(form.get_by_text("Заполните это поле.")).to_be_visible()
    form.get_by_label("E-mail").fill("olga@shop.example")
    form.get_by_role("button", name="Отправить").tap()
    expect(page.get_by_role("log")).to_contain_text("olga@shop.example")
    expect(form).to_have_count(0)
    opened(anna, "сколько стоит балкон?")
    expect(anna.get_by_role("log").get_by_role("link", name="olga@shop.example")).to_be_visible()
