"""What the widget does to the page that carries it: nothing but its button."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import IPHONE, PHONE, WIDE, Shop, Watched
from tests.running import RunningServer
from tests.seeding import Cast
from widget_server.assets import STATIC
from widget_server.rooms import House

Visit = Callable[..., Watched]

WATCH_SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shifts += entry.value; })
  .observe({ type: "layout-shift", buffered: true });
"""


def wait_for_launcher(page: Page) -> None:
    expect(page.locator(".pill")).to_be_visible()


@pytest.mark.parametrize("options", [PHONE, WIDE], ids=["phone", "desktop"])
@pytest.mark.parametrize("placement", ["bottom-right", "bottom-left", "bottom-bar"])
def test_the_launcher_shifts_nothing(
    shop: Shop, new_context: Callable[..., BrowserContext], house: House, cast: Cast, options: Any, placement: str
) -> None:
    house.sites.update_site(cast.site.id, {"settings": {"placement": placement}})
    page = new_context(**options).new_page()
    page.add_init_script(WATCH_SHIFTS)
    page.goto(shop.url)
    wait_for_launcher(page)
    page.mouse.wheel(0, 600)
    page.wait_for_timeout(400)
    page.mouse.wheel(0, -600)
    page.wait_for_timeout(400)
    assert page.evaluate("window.shifts") == 0


def test_two_requests_until_the_launcher_and_none_to_others(shop: Shop, visitor: Visit) -> None:
    guest = visitor(shop.url)
    wait_for_launcher(guest.page)
    ours = [url for url in guest.requests if not url.startswith(shop.url)]
    assert [url.removeprefix(shop.widget) for url in ours] == ["/widget.js", "/w/v1/site/demo"]
    guest.page.wait_for_timeout(1500)
    guest.page.get_by_role("button", name="Другие способы связи").tap()
    expect(guest.page.get_by_role("dialog")).to_be_visible()
    assert all(url.startswith((shop.url, shop.widget)) for url in guest.requests)
    assert guest.complaints == []


def test_one_global_and_no_cookie(shop: Shop, visitor: Visit) -> None:
    guest = visitor(shop.url)
    wait_for_launcher(guest.page)
    names = """() => {
      const frame = document.createElement("iframe");
      document.body.append(frame);
      const plain = new Set(Object.getOwnPropertyNames(frame.contentWindow));
      frame.remove();
      return Object.getOwnPropertyNames(window).filter((name) => !plain.has(name) && !/^\\d+$/.test(name));
    }"""
    assert guest.page.evaluate(names) == ["CallWidget"]
    assert guest.page.context.cookies() == []


def test_a_second_tag_is_harmless_and_destroy_leaves_nothing(shop: Shop, visitor: Visit) -> None:
    shop_page = shop.page()
    shop.page = lambda: shop_page.replace(
        "</head>", shop_page[shop_page.index("<script") : shop_page.index("</head>")] + "</head>"
    )  # type: ignore[method-assign]
    guest = visitor(shop.url)
    wait_for_launcher(guest.page)
    assert guest.page.locator(".pill").count() == 1
    before = guest.page.evaluate("document.documentElement.outerHTML.length")
    guest.page.get_by_role("button", name="Другие способы связи").tap()
    expect(guest.page.get_by_role("dialog")).to_be_visible()
    guest.page.evaluate("CallWidget.destroy()")
    assert guest.page.locator(".pill").count() == 0
    leftover = guest.page.evaluate(
        "[...document.querySelectorAll('body *, html > *')].filter((node) => node.shadowRoot).length"
    )
    assert leftover == 0
    assert guest.page.evaluate("document.documentElement.outerHTML.length") <= before
    assert guest.page.evaluate("document.body.style.length + document.documentElement.style.length") == 0
    assert guest.complaints == []


def test_a_wiped_body_gets_its_launcher_back(shop: Shop, visitor: Visit) -> None:
    guest = visitor(shop.url)
    wait_for_launcher(guest.page)
    guest.page.evaluate("document.body.replaceChildren(); history.pushState({}, '', '/next')")
    wait_for_launcher(guest.page)


def test_the_number_dials_when_the_server_is_down(shop: Shop, visitor: Visit, server: RunningServer) -> None:
    guest = visitor(shop.url)  # nobody is online, so the number leads
    expect(guest.page.locator("a.pill")).to_be_visible()
    server.kill()
    script = (STATIC / "widget.js").read_text()
    guest.page.route("**/widget.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    guest.page.reload()  # the browser has the script cached for minutes; here it is given by hand
    expect(guest.page.locator("a.pill")).to_have_attribute("href", "tel:+78005553535")
    server.start()


def test_the_way_back_closes_the_sheet_and_the_page_stands_where_it_stood(shop: Shop, visitor: Visit) -> None:
    guest = visitor(shop.url)
    page = guest.page
    wait_for_launcher(page)
    page.evaluate("scrollTo(0, 300)")
    page.wait_for_timeout(300)
    page.evaluate("CallWidget.open('chat')")
    expect(page.get_by_role("dialog")).to_be_visible()
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (390, 844)
    page.go_back()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.evaluate("scrollY") == 300
    assert page.url == shop.url


def test_words_follow_the_page_language(shop: Shop, visitor: Visit, operator: Visit) -> None:
    operator("anna")
    shop.lang = "en"
    guest = visitor(shop.url, **{**PHONE, "user_agent": IPHONE})
    expect(guest.page.locator(".pill .cta")).to_have_text("Shall we call you?")
    guest.page.locator(".pill").tap()
    expect(guest.page.get_by_role("button", name="Call me back")).to_be_visible()


def test_on_an_unlisted_page_nothing_is_drawn_and_the_owner_is_told(
    shop: Shop, visitor: Visit, house: House, cast: Cast, operator: Visit
) -> None:
    house.sites.update_site(cast.site.id, {"origins": ("https://okna.example",)})
    guest = visitor(shop.url)
    guest.page.wait_for_timeout(1500)
    assert guest.page.locator(".pill").count() == 0
    assert guest.complaints == []
    guest.page.goto("about:blank")  # the beacon leaves with the page at the latest
    owner = operator("olga").page
    owner.goto(f"{shop.widget}/console/sites/{cast.site.id}/tag")
    expect(owner.get_by_text(shop.url.rstrip("/"))).to_be_visible()
