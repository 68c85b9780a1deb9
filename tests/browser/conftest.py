"""A real server, a real Chromium, and a shop's page on another origin under a strict policy."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from tests.cast import IPHONE
from tests.running import RunningServer
from tests.seeding import PASSWORD, Cast, house_on, seed
from widget_server.rooms import House

CHROMIUM = "/usr/bin/chromium"
# fmt: off
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-blink-features=AutomationControlled"]
# fmt: on
DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "user_agent": IPHONE,
}
WIDE: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "user_agent": DESKTOP}

expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The services on the very database of the running server: to set the scene and to look behind it."""
    made = house_on(tmp_path / "data")
    yield made
    made.storage.close()


@pytest.fixture
def cast(house: House) -> Cast:
    return seed(house)


@pytest.fixture
def server(house: House, cast: Cast, tmp_path: Path) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "data").start()
    yield running
    running.stop()


SHOP = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><title>Окна</title>
<script async src="{widget}/widget.js" data-site="{site}"></script></head>
<body><h1>Окна</h1>{words}<div data-widget-slot></div></body></html>"""


@dataclass
class Shop:
    """A customer's web server. Every page carries the strictest policy under which the widget must work."""

    widget: str
    lang: str = "ru"
    site: str = "demo"
    _server: ThreadingHTTPServer = field(init=False)

    def __post_init__(self) -> None:
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = shop.answer(self.path).encode()
                kind = "text/javascript" if self.path.endswith(".js") else "text/html"
                self.send_response(200 if page else 204)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Security-Policy", shop.policy())
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def answer(self, path: str) -> str:
        return "" if path.startswith("/favicon") else self.page()

    def page(self) -> str:
        words = "<p>Тихо, тепло и без пыли после монтажа.</p>" * 40
        return SHOP.format(lang=self.lang, site=self.site, widget=self.widget, words=words)

    def policy(self) -> str:
        socket = self.widget.replace("http://", "ws://")
        return (
            f"default-src 'none'; script-src {self.widget}; connect-src {self.widget} {socket}; "
            f"img-src {self.widget}; require-trusted-types-for 'script'"
        )

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass
class Watched:
    """A page and everything it complained about or asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def watch(self) -> "Watched":
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._note)
        return self

    def _note(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.requests.append(request.url)


@dataclass(frozen=True)
class Stage:
    """What the tests of one module share, where they do not mind each other: a server starts for seconds."""

    house: House
    cast: Cast
    server: RunningServer
    shop: Shop

    def visit(self, context: BrowserContext, address: str = "") -> Watched:
        watched = Watched(context.new_page()).watch()
        watched.page.goto(self.shop.url + address)
        return watched

    def log_in(self, page: Page, name: str = "anna", path: str = "/console/") -> None:
        page.goto(f"{self.server.url}/console/login?next={path}")
        page.locator("input[name=email]").fill(f"{name}@demo.example")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.locator("[data-takes-calls]").wait_for(state="attached")


@contextmanager
def staged(place: Path, *, form_while_away: bool = False, **options: str) -> Iterator[Stage]:
    """Start the product with its cast. Nobody sits at the console: without a form for that the chat takes words."""
    house = house_on(place / "data")
    cast = seed(house)
    house.sites.update_site(cast.site.id, {"chat": replace(cast.site.chat, away=form_while_away)})
    running = RunningServer(place / "data", options=options).start()
    shop = Shop(running.url)
    yield Stage(house, cast, running, shop)
    shop.close()
    running.stop()
    house.storage.close()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("stage")) as made:
        yield made


@pytest.fixture
def shop(server: RunningServer) -> Iterator[Shop]:
    made = Shop(server.url)
    yield made
    made.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        opened.append(browser.new_context(**{"locale": "ru-RU", "timezone_id": "Europe/Moscow", **options}))
        return opened[-1]

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def visitor(new_context: Callable[..., BrowserContext]) -> Callable[..., Watched]:
    """Return a visitor's fresh browser (phone by default) on an address."""

    def visit(url: str, **options: Any) -> Watched:
        watched = Watched(new_context(**(options or PHONE)).new_page()).watch()
        watched.page.goto(url)
        return watched

    return visit


@pytest.fixture
def operator(
    new_context: Callable[..., BrowserContext], server: RunningServer, house: House, cast: Cast
) -> Callable[..., Watched]:
    """Return an operator's browser, logged in, on the inbox, known to be there."""

    def enter(name: str, **options: Any) -> Watched:
        watched = Watched(new_context(**(options or WIDE)).new_page()).watch()
        page = watched.page
        page.goto(f"{server.url}/console/login")
        page.locator("input[name=email]").fill(f"{name}@demo.example")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        expect(page.get_by_role("switch", name="Принимаю звонки")).to_be_attached()
        who = {"anna": cast.anna, "boris": cast.boris}.get(name, cast.owner)
        for _ in range(300):  # the switch stands in the page; the socket follows
            if any(one["online"] for one in house.operators.people_of([cast.site.id]) if one["id"] == who.id):
                return watched
            page.wait_for_timeout(50)
        raise AssertionError(f"{name} did not come online")

    return enter
