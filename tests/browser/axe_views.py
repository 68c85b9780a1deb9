"""What axe is shown: the scene behind the pages, and how each comes into view."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Stage
from tests.browser.scenes import owner_of, write_finished_experiment
from tests.browser.test_callbacks import open_in
from tests.cast import VISITOR_ID
from tests.seeding import NUMBERS
from widget_server.callbacks.model import Draft
from widget_server.chat.model import Entry
from widget_server.edge.identity import VisitorIdentity
from widget_server.kernel.ids import new_id
from widget_server.notify.model import Wishes
from widget_server.sites.draft import SiteDraft
from widget_server.tracking.model import NumberDraft, Source

WORDS = {
    "ru": {"cta": "Узнать цену за минуту", "promise": "Ответит мастер, не менеджер"},
    "en": {"cta": "Get a price in a minute", "promise": "A craftsman answers, not a clerk"},
}


@dataclass
class Scene:
    """A site with something on every page, seen in one language."""

    stage: Stage
    language: str
    places: dict[str, str]
    people: Iterator[int] = field(default_factory=lambda: count(10))

    def log_in(self, page: Page) -> None:
        self.stage.log_in(page, "olga")

    def show(self, page: Page, path: str) -> None:
        page.goto(f"{self.stage.server.url}/console/{path.format(**self.places)}")
        expect(page.locator(".skeleton")).to_have_count(0)
        page.wait_for_timeout(100)

    def words(self, ru: str, en: str) -> str:
        return ru if self.language == "ru" else en


def set_scene(stage: Stage, data: Path, language: str) -> Scene:
    house, cast = stage.house, stage.cast
    for person in (cast.owner, cast.anna, cast.boris):
        house.operators.set_language(person, language)
    owner = owner_of(house, cast)
    experiment = write_finished_experiment(data, cast, WORDS)
    webhook = house.notify.targets.add(
        owner, "webhook", "https://crm.example/hook", Wishes(frozenset({"callback_missed"}))
    )
    number = house.tracking.numbers.add(
        cast.site.id, NumberDraft("+74951110003", "8 495 111-00-03", "channel", Source(utm_source=("yandex",)))
    )
    now = house.clock.now().astimezone(cast.site.zone)
    house.sites.create_site(
        owner.account_id,
        SiteDraft(
            "Окна ночью", key="night", numbers=NUMBERS, hours=open_in(now, 2), origins=(stage.shop.url.rstrip("/"),)
        ),
    )
    visitor = VisitorIdentity(cast.site.id, VISITOR_ID, language)
    house.chat.post_from_visitor(visitor, Entry(new_id(), "Hello! https://okna.example/price"))
    conversation = house.chat.find_id(cast.site.id, VISITOR_ID)
    assert conversation is not None
    house.chat.post_from_operator(cast.anna, conversation, Entry(new_id(), "27 800 ₽"))
    house.chat.post_from_visitor(visitor, Entry(new_id(), "OK"))
    house.operators.sign_of_life(cast.anna.id)
    call = house.callbacks.request_callback(
        visitor, Draft(new_id(), "+79123456701", cast.site.consent["version"], True, None), "10.0.0.1"
    )
    places = {
        "site": cast.site.id,
        "experiment": experiment.id,
        "target": webhook.id,
        "number": number.id,
        "conversation": conversation,
        "operator": cast.anna.id,
        "callback": call.id,
    }
    return Scene(stage, language, places)


CONSOLE = {
    "inbox": "",
    "inbox: conversation": "#{conversation}",
    "calls": "calls",
    "sites": "sites",
    "site": "sites/{site}",
    "site: tag": "sites/{site}/tag",
    "site: new": "sites/new",
    "site: recording": "sites/{site}/recording",
    "numbers": "numbers",
    "number": "numbers/{number}",
    "number: new": "numbers/new?site={site}",
    "operators": "operators",
    "desk": "desk?days=7",
    "audit": "audit",
    "operator": "operators/{operator}",
    "operator: new": "operators/new",
    "me": "me",
    "alerts": "alerts",
    "alerts: target": "alerts/{target}",
    "alerts: new webhook": "alerts/new/webhook",
    "alerts: new e-mail": "alerts/new/email",
    "leads": "leads",
    "leads: list": "leads/list",
    "leads: today": "leads/today",
    "leads: week": "leads/week",
    "leads: control": "leads/control",
    "lead: new": "leads/new",
    "leads: plan": "leads/plan",
    "leads: stages": "leads/stages",
    "leads: import": "leads/import",
    "replies": "replies",
    "reply: new": "replies/new",
    "tags": "tags",
    "reports": "reports",
    "reports: calls": "reports/calls?days=30",
    "visitors": "visitors",
    "conversions": "conversions",
    "api keys": "api-keys",
    "api key: new": "api-keys/new",
    "site: guard": "sites/{site}/guard",
    "me: telegram": "me/telegram",
    "invitations": "invitations",
    "invitation: new": "invitations/new",
    "experiments": "experiments",
    "experiment: new": "experiments/new",
    "experiment: report": "experiments/{experiment}",
}


def _shop(scene: Scene, page: Page, site: str = "demo") -> None:
    scene.stage.shop.site = site
    page.goto(scene.stage.shop.url)
    page.locator(".pill").wait_for()


def _opened(channel: str) -> Callable[[Scene, Page], None]:
    def prepare(scene: Scene, page: Page) -> None:
        _shop(scene, page)
        page.evaluate(f"CallWidget.open('{channel}')")
        page.get_by_role("dialog").wait_for()

    return prepare


def _refused_form(scene: Scene, page: Page) -> None:
    _opened("callback")(scene, page)
    page.locator(".form .primary").click()
    page.locator(".error:not(:empty)").first.wait_for()


def _countdown(scene: Scene, page: Page) -> None:
    _opened("callback")(scene, page)
    page.locator(".phone").press_sequentially(f"91234567{next(scene.people)}")
    page.get_by_role("checkbox").check()
    page.locator(".form .primary").click()
    page.locator(".ring").wait_for()


def _chat(scene: Scene, page: Page) -> None:
    _opened("chat")(scene, page)
    page.locator(".message").fill("1,4 × 1,5?")
    page.locator(".send").click()
    page.locator(".own:not(.unsent)").wait_for()
    stage = scene.stage
    who = page.evaluate("JSON.parse(localStorage['callwidget:demo']).id")
    conversation = stage.house.chat.find_id(stage.cast.site.id, who)
    assert conversation is not None
    stage.house.chat.post_from_operator(
        stage.cast.anna, conversation, Entry(new_id(), "27 800 ₽, https://okna.example")
    )
    page.evaluate("dispatchEvent(new Event('online'))")
    page.locator(".line:not(.own)").wait_for()


def _closed(scene: Scene, page: Page) -> None:
    _shop(scene, page, "night")


def _closed_panel(scene: Scene, page: Page) -> None:
    _closed(scene, page)
    page.evaluate("CallWidget.open('more')")
    page.get_by_role("dialog").wait_for()


WIDGET: dict[str, Callable[[Scene, Page], None]] = {
    "launcher": _shop,
    "home": _opened("more"),
    "chat, empty": _opened("chat"),
    "chat": _chat,
    "callback form": _opened("callback"),
    "callback form, refused": _refused_form,
    "callback at a time": _opened("later"),
    "countdown": _countdown,
    "launcher after hours": _closed,
    "panel after hours": _closed_panel,
}


def _fill(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        page.locator(f"[name={name}]").fill(text)


def _setup_account(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("[name=account]").wait_for()


def _setup_site(page: Page, address: str) -> None:
    _fill(page, account="Okna", name="Olga", email="olga@okna.example", password="window-sill-93")
    page.locator("main [type=submit], form [type=submit]").first.click()
    page.wait_for_url("**/setup/site*")


def _setup_done(page: Page, address: str) -> None:
    _fill(page, name="Okna", origins="okna.example")
    page.locator("main [type=submit], form [type=submit]").first.click()
    page.wait_for_url("**/done*")


SETUP: dict[str, Callable[[Page, str], None]] = {"account": _setup_account, "site": _setup_site, "done": _setup_done}
