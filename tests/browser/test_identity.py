"""Who is logged in on the shop's page: the same talk everywhere, and nothing for who comes next."""

import hashlib
import hmac
import html
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE, WIDE, Stage, Watched, staged
from widget_server.chat.model import Entry
from widget_server.identity.links import make_link
from widget_server.kernel.ids import new_id
from widget_server.visitors.store import find_person

New = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("identity")) as made:
        yield made


@pytest.fixture(scope="module")
def secret(stage: Stage) -> str:
    return stage.house.identity.secrets.renew(stage.cast.site, stage.cast.owner).secret


def claim(secret: str, customer: str, name: str = "Анна Петрова") -> dict[str, str]:
    lines = "\n".join([customer, name, "", "", ""])
    return {"id": customer, "name": name, "hash": hmac.new(secret.encode(), lines.encode(), hashlib.sha256).hexdigest()}


def page_for(stage: Stage, monkeypatch: pytest.MonkeyPatch, identity: object) -> None:
    """Let the shop's pages be those of somebody who is logged in; None: of nobody."""
    monkeypatch.undo()
    plain = stage.shop.page()
    if identity is None:
        return
    tag = f'data-site="demo" data-identity="{html.escape(json.dumps(identity))}"'
    monkeypatch.setattr(stage.shop, "page", lambda: plain.replace('data-site="demo"', tag))


def write(page: Page, words: str) -> None:
    open_chat(page)
    page.get_by_role("textbox", name="Сообщение").fill(words)
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator(".bubble", has_text=words)).to_be_visible()
    page.wait_for_function(
        "() => Object.keys(localStorage).every((key) => !key.endsWith('outbox') || localStorage[key] === '[]')"
    )


def open_chat(page: Page) -> None:
    expect(page.locator(".pill")).to_be_visible()
    page.evaluate("CallWidget.open('chat')")
    expect(page.get_by_role("dialog")).to_be_visible()


def settle(page: Page) -> None:
    """Let what is on its way arrive: under a name that is given up it is refused, and browsers write refusals down."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)


def test_a_customers_talk_follows_them_and_stays_with_nobody_else(
    stage: Stage, secret: str, new_context: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_for(stage, monkeypatch, None)
    phone, desktop = new_context(**PHONE), new_context(**WIDE)
    guest = stage.visit(phone)
    write(guest.page, "Ещё не вошла")
    page_for(stage, monkeypatch, claim(secret, "42"))
    guest.page.reload()
    write(guest.page, "Уже вошла")
    other = stage.visit(desktop)
    open_chat(other.page)
    for words in ("Ещё не вошла", "Уже вошла"):
        expect(other.page.get_by_text(words)).to_be_visible()
    page_for(stage, monkeypatch, None)
    for left in (guest, other):
        left.page.reload()
        open_chat(left.page)
        left.page.wait_for_timeout(1000)
        assert left.page.get_by_text("вошла").count() == 0
        assert left.complaints == []


def test_a_wrong_hash_says_so_to_the_page_alone(
    stage: Stage, secret: str, new_context: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_for(stage, monkeypatch, {**claim(secret, "43"), "id": "44"})
    guest = stage.visit(new_context(**PHONE))
    expect(guest.page.locator(".pill")).to_be_visible()
    told = guest.page.evaluate(
        "(identity) => new Promise((tell) => { CallWidget.on('identity', tell); CallWidget.identify(identity); })",
        {"id": "45", "hash": "0" * 64},
    )
    assert told == {"state": "refused", "reason": "wrong_hash"}
    expect(guest.page.locator(".pill")).to_be_visible()
    assert guest.complaints == []


def test_logging_in_and_out_without_loading_again(
    stage: Stage, secret: str, new_context: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_for(stage, monkeypatch, None)
    guest = stage.visit(new_context(**WIDE))
    open_chat(guest.page)
    settle(guest.page)
    guest.page.evaluate("(identity) => CallWidget.identify(identity)", claim(secret, "46"))
    expect(guest.page.get_by_role("dialog")).to_have_count(0)
    write(guest.page, "Моё")
    settle(guest.page)
    guest.page.evaluate("CallWidget.identify(null)")
    expect(guest.page.get_by_role("dialog")).to_have_count(0)
    open_chat(guest.page)
    guest.page.wait_for_timeout(1000)
    assert guest.page.get_by_text("Моё").count() == 0
    assert guest.complaints == []


def test_operators_see_who_is_verified(
    stage: Stage, secret: str, new_context: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_for(stage, monkeypatch, claim(secret, "47", "Пётр Проверенный"))
    write(stage.visit(new_context(**PHONE)).page, "Кто я?")
    console = new_context(**WIDE).new_page()
    stage.log_in(console)
    console.get_by_text("Кто я?").first.click()
    expect(console.locator(".visitor__verified")).to_contain_text("ID 47")
    expect(console.get_by_label("Имя ✓")).to_have_value("Пётр Проверенный")


@pytest.mark.parametrize("options", [PHONE, WIDE], ids=["phone", "desktop"])
def test_a_link_of_a_letter_opens_the_talk_anywhere(stage: Stage, new_context: New, options: Any) -> None:
    page = new_context(**PHONE).new_page()
    page.goto(stage.shop.url)
    words = f"По ссылке {len(options)}"
    write(page, words)
    (talk,) = [
        conversation.id
        for conversation, last in stage.house.chat.list_queue(frozenset({stage.cast.site.id}), "open")
        if last and last.body == words
    ]
    with stage.house.storage.begin() as tx:
        token = make_link(tx, stage.cast.site.id, talk, "olga@shop.example", stage.house.clock.now())
    reader = Watched(new_context(**options).new_page()).watch()
    reader.page.goto(f"{stage.server.url}/c/{token}")
    expect(reader.page.locator(".bubble", has_text=words)).to_be_visible()
    assert reader.complaints == []


def test_a_page_left_open_from_before_hears_nothing_more(
    stage: Stage, secret: str, new_context: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_for(stage, monkeypatch, None)
    context = new_context(**WIDE)
    before = stage.visit(context)
    write(before.page, "Раньше")
    page_for(stage, monkeypatch, claim(secret, "48"))
    after = stage.visit(context)
    open_chat(after.page)
    expect(after.page.locator(".bubble", has_text="Раньше")).to_be_visible()
    with stage.house.storage.read() as tx:
        person = find_person(tx, stage.cast.site.id, "48")
    talk = stage.house.chat.find_id(stage.cast.site.id, person.visitor_id if person else "")
    stage.house.chat.post_from_operator(stage.cast.anna, talk or "", Entry(new_id(), "Только вошедшей"))
    for page in (after.page, before.page):
        page.evaluate("dispatchEvent(new Event('online'))")
    expect(after.page.locator(".bubble", has_text="Только вошедшей")).to_be_visible()
    before.page.wait_for_timeout(1500)
    assert before.page.get_by_text("Только вошедшей").count() == 0
