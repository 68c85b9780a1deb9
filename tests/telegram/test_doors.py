"""How updates come: by asking, or posted by Telegram; and the page on which an operator links."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.cast import FakeClock
from tests.notify.receivers import Telegram
from tests.operators.browser import Browser
from tests.seeding import CHEAP, PASSWORD
from tests.telegram.conftest import GROUP, QUIET, Shop
from widget_server.app import create_app
from widget_server.house import build
from widget_server.jobs.lease import Lease
from widget_server.notify import store
from widget_server.rooms import House
from widget_server.settings import BadSettings, Settings, load_settings
from widget_server.telegram.reader import LEASE


@pytest.fixture
def posted(shop: Shop, settings: Settings, clock: FakeClock) -> Iterator[House]:
    """The same house, told by Telegram."""
    made = build(replace(settings, telegram_webhook=True, public_url="https://w.example"), clock, CHEAP)
    yield made
    made.storage.close()


def test_an_update_is_taken_from_telegram_only(posted: House, shop: Shop) -> None:
    client = create_app(posted).test_client()
    update = {"update_id": 5, "message": {"message_id": 1, "from": {"id": 7}, "chat": {"id": 7}, "text": "/link x"}}
    for secret, status in (("", 404), ("wrong", 404), ("é", 404), (posted.telegram.reader.secret, 200)):
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        assert client.post("/telegram/updates", json=update, headers=headers).status_code == status
    for runner in posted.runners:
        runner.run_due()
    assert "Код неверный" in shop.said


@pytest.mark.parametrize("body", [[], {}, {"update_id": "x"}, {"update_id": 1, "message": {"chat": 1, "from": 2}}])
def test_nonsense_is_no_500(posted: House, body: object) -> None:
    client = create_app(posted).test_client()
    headers = {"X-Telegram-Bot-Api-Secret-Token": posted.telegram.reader.secret}
    assert client.post("/telegram/updates", json=body, headers=headers).status_code < 500


def test_telegram_is_told_where_to_post(posted: House, telegram: Telegram) -> None:
    lost = threading.Event()
    running = threading.Thread(target=posted.telegram.reader.run, args=(lost,), daemon=True)
    running.start()
    for _ in range(200):
        if telegram.calls("setWebhook"):
            break
        lost.wait(0.02)
    lost.set()
    running.join(5)
    (told,) = telegram.calls("setWebhook")
    assert told["url"] == "https://w.example/telegram/updates"
    assert told["secret_token"] == posted.telegram.reader.secret


def test_without_https_telegram_cannot_post() -> None:
    with pytest.raises(BadSettings, match="telegram_webhook"):
        load_settings({"WIDGET_TELEGRAM_WEBHOOK": "true"})


def test_nothing_is_asked_while_no_chat_answers(shop: Shop) -> None:
    assert shop.house.telegram.reader.is_wanted()
    with shop.house.storage.begin() as tx:
        store.update_target(tx, shop.target_id, removed_at=shop.clock.now())
    assert not shop.house.telegram.reader.is_wanted()


def test_a_chat_is_connected_by_the_one_who_reads(shop: Shop) -> None:
    """Two who ask for updates take them away from each other: while one reads, the other leaves it to them."""
    owner = shop.house.operators.find_operator(shop.cast.owner.id, 1) or shop.cast.owner
    lease = Lease(shop.house.storage, shop.clock, LEASE, "reader")
    assert lease.hold()
    target = shop.house.notify.targets.add(owner, "telegram", "", QUIET)
    shop.work()
    assert shop.telegram.calls("getUpdates") == []
    shop.update(f"/start {code_of(shop, target.id)}", chat=-77)
    shop.read()
    with shop.house.storage.read() as tx:
        assert getattr(store.find_target(tx, target.id), "address", "") == "-77"


def code_of(shop: Shop, target_id: str) -> str:
    with shop.house.storage.read() as tx:
        found = store.find_target(tx, target_id)
    assert found is not None
    return str(found.data["code"])


def test_an_operator_links_by_the_page(shop: Shop) -> None:
    app: Flask = create_app(shop.house)
    anna = Browser(app)
    anna.post("/console/login", email="anna@demo.example", password=PASSWORD)
    anna.get("/console/me/telegram")
    anna.post("/console/me/telegram")
    page = anna.get("/console/me/telegram").get_data(as_text=True)
    shop.update(page.split("<code>")[1].split("</code>")[0], chat=GROUP)
    shop.read()
    assert "Вы привязаны: Anna" in anna.get("/console/me/telegram").get_data(as_text=True)
    anna.post("/console/me/telegram/forget")
    assert "Вы привязаны" not in anna.get("/console/me/telegram").get_data(as_text=True)


def test_the_owner_ticks_it_on_the_page_of_alerts(shop: Shop) -> None:
    olga = Browser(create_app(shop.house))
    olga.post("/console/login", email="olga@demo.example", password=PASSWORD)
    page = olga.get(f"/console/alerts/{shop.target_id}").get_data(as_text=True)
    assert 'name="answers" value="1" checked' in page
    form = {"kinds": ["callback_missed"], "all_sites": "1", "language": "ru"}
    olga.post(f"/console/alerts/{shop.target_id}", **form)
    assert not shop.house.telegram.reader.is_wanted()
