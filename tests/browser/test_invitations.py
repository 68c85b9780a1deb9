"""Invitations by rule: quiet, seldom, over the launcher; and as what an experiment changes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import PHONE, WIDE, Shop, Watched
from tests.browser.scenes import owner_of
from tests.browser.test_host_page import WATCH_SHIFTS
from tests.browser.test_whole_way import eventually
from tests.seeding import Cast
from widget_server.rooms import House
from widget_server.sites.analytics import Analytics
from widget_server.sites.invitations import Invitations, Rule
from widget_server.trials.model import NO_INVITATION, Draft, Variant

Visit = Callable[..., Watched]
WORDS = "Подсказать, какое окно тише?"
SOON = Rule("soon", "Помощь", {"ru": WORDS, "en": "Which window is quieter?"}, person="Анна", seconds=1)


def invite(house: House, cast: Cast, rule: Rule = SOON) -> None:
    house.sites.update_site(cast.site.id, {"invitations": Invitations((rule,), per_day=9, per_week=9)})


def counted(house: House, cast: Cast) -> tuple[int, int, int]:
    for outcome in house.invitations.outcomes(house.sites.get_site(cast.site.id)).values():
        return outcome.shown, outcome.taken, outcome.closed
    return 0, 0, 0


def kept(page: Page, name: str) -> Any:
    """What the widget keeps in the visitor's browser."""
    return page.evaluate(f"JSON.parse(localStorage.getItem('callwidget:demo:{name}'))")


def bubble(page: Page) -> Any:
    return page.locator(".invite.here")


@pytest.mark.parametrize("options", [PHONE, WIDE], ids=["phone", "desktop"])
def test_it_speaks_once_quietly_and_leads_to_the_chat(
    shop: Shop, new_context: Callable[..., BrowserContext], house: House, cast: Cast, options: Any
) -> None:
    invite(house, cast)
    page = new_context(**options).new_page()
    guest = Watched(page).watch()
    page.add_init_script(WATCH_SHIFTS)
    page.goto(shop.url)
    expect(bubble(page)).to_contain_text(WORDS)
    assert page.evaluate("document.activeElement === document.body")
    assert page.evaluate("window.shifts") == 0
    for button in (bubble(page).locator(".no"), bubble(page).locator(".yes")):
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 48
    pill, said = page.locator(".pill").bounding_box(), bubble(page).bounding_box()
    assert pill is not None
    assert said is not None
    assert said["y"] + said["height"] <= pill["y"]
    assert 0 <= said["x"] <= page.viewport_size["width"] - said["width"]  # type: ignore[index]
    bubble(page).get_by_role("button", name="Написать").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(bubble(page)).to_have_count(0)
    page.reload()
    page.wait_for_timeout(4000)
    expect(bubble(page)).to_have_count(0)  # once a visit
    eventually(lambda: counted(house, cast), (1, 1, 0), page)
    assert guest.complaints == []


def test_closing_twice_is_for_good(shop: Shop, visitor: Visit, house: House, cast: Cast) -> None:
    invite(house, cast)
    page = visitor(shop.url).page
    for _ in range(2):
        bubble(page).get_by_role("button", name="Закрыть приглашение").click()
        expect(bubble(page)).to_have_count(0)
        page.wait_for_timeout(2500)  # told before the page goes away
        page.evaluate("localStorage.removeItem('callwidget:demo:visit')")  # another visit, as far as the page knows
        page.reload()
    page.wait_for_timeout(4000)
    expect(bubble(page)).to_have_count(0)
    eventually(lambda: counted(house, cast), (1, 0, 1), page)


def test_it_waits_for_the_way_out(shop: Shop, visitor: Visit, house: House, cast: Cast) -> None:
    invite(house, cast, replace(SOON, seconds=0, on_exit=True))
    page = visitor(shop.url, **WIDE).page
    page.wait_for_timeout(3500)
    expect(page.locator(".invite")).to_have_count(0)
    page.evaluate(
        "document.body.dispatchEvent(new MouseEvent('mouseout', {bubbles: true, clientY: -1, relatedTarget: null}))"
    )
    expect(bubble(page)).to_contain_text(WORDS)


def test_nobody_is_invited_while_the_panel_is_open(shop: Shop, visitor: Visit, house: House, cast: Cast) -> None:
    invite(house, cast, replace(SOON, seconds=3))
    page = visitor(shop.url).page
    page.locator(".pill").wait_for()
    page.evaluate("CallWidget.open('chat')")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.wait_for_timeout(6000)
    expect(page.locator(".invite")).to_have_count(0)


def be_exposed(page: Page, experiment: str) -> tuple[str, Page]:
    """Stay until the browser remembers an exposure; return the arm."""
    eventually(lambda: experiment in (kept(page, "exposed") or {}), True, page)
    page.wait_for_timeout(2500)  # told before the page goes away
    arm = kept(page, "exposed")[experiment]
    assert kept(page, "variants") == {experiment: arm}
    return arm, page


def test_both_arms_are_exposed_when_it_is_due(shop: Shop, visitor: Visit, house: House, cast: Cast) -> None:
    """The arm that shows nothing is exposed at the same moment; whoever leaves before is exposed in neither."""
    invite(house, cast, replace(SOON, seconds=4))
    owner = owner_of(house, cast)
    arms = Variant("a", "Сейчас", 0.5, {}), Variant("b", "Тишина", 0.5, {"invitation": NO_INVITATION})
    draft = Draft("Приглашение", "open", ("invitation",), arms, 0.2, 14)
    experiment = house.trials.start(owner, house.trials.create_draft(owner, cast.site.id, draft).id)

    def exposed() -> list[int]:
        return [line.exposed for line in house.trials.report(experiment).lines]

    seen = {"a": 0, "b": 0}
    hasty = visitor(shop.url).page
    hasty.wait_for_timeout(2500)  # the launcher was in view for a second
    hasty.goto("about:blank")
    while 0 in seen.values():
        arm, page = be_exposed(visitor(shop.url).page, experiment.key)
        seen[arm] += 1
        expect(bubble(page)).to_have_count(1 if arm == "a" else 0)
        page.goto("about:blank")
    eventually(exposed, [seen["a"], seen["b"]], page)


def test_the_pages_own_analytics_hears_of_it(shop: Shop, visitor: Visit, house: House, cast: Cast) -> None:
    chat = replace(cast.site.chat, away=False)
    house.sites.update_site(cast.site.id, {"analytics": Analytics(metrika=7, data_layer=True), "chat": chat})
    guest = visitor(shop.url)
    page = guest.page
    page.evaluate("window.said = []; window.ym = (...all) => said.push(all); 0")
    page.wait_for_timeout(3000)
    page.get_by_role("button", name="Другие способы связи").click()
    page.get_by_role("button", name="Написать").click()
    page.locator(".composer textarea").fill("Здравствуйте")
    for _ in range(2):
        page.locator(".composer textarea").press("Enter")
    page.get_by_role("button", name="Отправить").click()
    eventually(
        lambda: page.evaluate("said.map((one) => one.slice(0, 3))"),
        [[7, "reachGoal", "widget_open"], [7, "reachGoal", "widget_chat"]],
        page,
    )
    assert page.evaluate("dataLayer.map(({event}) => event)") == ["widget_open", "widget_chat"]
    assert guest.complaints == []
