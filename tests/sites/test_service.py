from dataclasses import replace

import pytest

from tests.cast import FakeClock
from tests.sites.conftest import ORDINARY, TOLL_FREE
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.errors import BadInput, Conflict, NotFound
from widget_server.sites.draft import NumberDraft, SiteDraft
from widget_server.sites.model import Site, SiteChanged
from widget_server.sites.service import SiteService
from widget_server.storage import Storage

STRANGER = OperatorIdentity(
    "o" * 26, "a" * 26, "Eve", "eve@other.example", "owner", "en", True, 1, frozenset({"s" * 26})
)


def test_new_site_is_whole(shop: Site) -> None:
    assert [number.text for number in shop.numbers] == ["8 800 555-35-35", "8 495 730-14-96"]
    assert [number.kind for number in shop.numbers] == ["toll_free", "ordinary"]
    assert shop.settings["channel"] == "callback"
    assert shop.settings["number"] == shop.numbers[0].id
    assert shop.texts["callback"]["ru"] == {"cta": "Перезвонить вам?", "promise": "За 20 секунд, бесплатно"}
    assert shop.version == 1


def test_each_change_is_a_version_and_an_event(
    sites: SiteService, shop: Site, changes: list[SiteChanged], clock: FakeClock
) -> None:
    at = clock.forward(minutes=5)
    changed = sites.update_site(shop.id, {"name": "Окна и двери", "settings": {"accent": "#aa0000"}})
    assert (changed.name, changed.version, changed.changed_at) == ("Окна и двери", 2, at)
    assert changed.settings["accent"] == "#aa0000"
    assert changed.settings["placement"] == "bottom-right"
    assert changes == [SiteChanged(shop.id, "okna")]
    assert sites.all_changed_since(at) == ["okna"]


def test_touch_makes_a_version_in_the_same_transaction(
    sites: SiteService, storage: Storage, shop: Site, changes: list[SiteChanged]
) -> None:
    with storage.begin() as tx:
        sites.touch(tx, shop.id)
        assert changes == []
    assert sites.get_site(shop.id).version == 2
    assert changes == [SiteChanged(shop.id, "okna")]


def test_consent_version_follows_its_words(sites: SiteService, shop: Site) -> None:
    same = sites.update_site(shop.id, {"name": "Двери"})
    other = sites.update_site(shop.id, {"consent": {"ru": {"text": "Согласен", "url": "https://okna.ru/privacy"}}})
    assert same.consent["version"] == shop.consent["version"] != other.consent["version"]
    assert other.consent["en"]["text"] == shop.consent["en"]["text"]


def test_site_without_numbers_does_not_offer_a_tap(sites: SiteService, account: str) -> None:
    site = sites.create_site(account, SiteDraft("Пусто", settings={"channel": "click_to_call"}))
    assert site.channels == ("callback", "chat")
    assert (site.settings["channel"], site.settings["number"]) == ("callback", None)
    assert "click_to_call" in sites.update_site(site.id, {"numbers": (TOLL_FREE,)}).channels


def test_numbers_are_ordered_and_removed(sites: SiteService, shop: Site) -> None:
    first, second = (number.id for number in shop.numbers)
    assert sites.update_site(shop.id, {"numbers": (ORDINARY, TOLL_FREE)}).settings["number"] == second
    assert [number.id for number in sites.update_site(shop.id, {"numbers": (TOLL_FREE,)}).numbers] == [first]


def test_number_stands_in_many_forms_but_each_once(sites: SiteService, shop: Site) -> None:
    other = NumberDraft(ORDINARY.e164, "+7 495 730-14-96")
    assert len(sites.update_site(shop.id, {"numbers": (TOLL_FREE, ORDINARY, other)}).numbers) == 3
    with pytest.raises(Conflict, match="number_taken"):
        sites.update_site(shop.id, {"numbers": (ORDINARY, ORDINARY)})


@pytest.mark.parametrize("text", ["8 495 730-14-97", "8 495 730", "8 495 730-14-96 доб. 1", "+8 495 730-14-96", ""])
def test_form_must_show_the_number_itself(sites: SiteService, shop: Site, text: str) -> None:
    with pytest.raises(BadInput, match="number_text"):
        sites.update_site(shop.id, {"numbers": (NumberDraft(ORDINARY.e164, text),)})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "), ("languages", ("de",)), ("country", "XX"), ("timezone", "Mars/Base"), ("channels", ("fax",)),
        ("hours", (((600, 500),),) * 7), ("hours", ((),) * 6), ("holidays", ("2027-02-30",)), ("origins", ("*",)),
    ],
)  # fmt: skip
def test_bad_field_is_named(sites: SiteService, shop: Site, field: str, value: object) -> None:
    with pytest.raises(BadInput) as error:
        sites.update_site(shop.id, {field: value})
    assert error.value.field == field
    assert sites.get_site(shop.id).version == 1


@pytest.mark.parametrize(
    "settings", [{"accent": "red"}, {"placement": "middle"}, {"channel": "fax"}, {"offset": (-1, 4)}]
)
def test_bad_setting_is_refused(sites: SiteService, shop: Site, settings: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        sites.update_site(shop.id, {"settings": settings})


def test_key_is_taken_once(sites: SiteService, shop: Site, account: str) -> None:
    with pytest.raises(Conflict, match="key_taken"):
        sites.create_site(account, SiteDraft("Ещё", key="okna"))


def test_gate_knows_site_and_origins(sites: SiteService, shop: Site) -> None:
    identity = sites.find_site("okna")
    assert identity is not None
    assert identity.allows("https://okna.ru")
    assert not identity.allows("https://okna.ru.evil.example")
    assert sites.is_known_origin("https://OKNA.ru")
    assert not sites.is_known_origin("null")
    assert sites.find_site("no-such") is None
    assert sites.find_site("x" * 5000) is None


def test_gate_forgets_what_changed(sites: SiteService, shop: Site) -> None:
    sites.find_site("okna")
    sites.is_known_origin("https://dveri.ru")
    sites.update_site(shop.id, {"origins": ("https://dveri.ru",)})
    identity = sites.find_site("okna")
    assert identity is not None
    assert identity.allows("https://dveri.ru")
    assert sites.is_known_origin("https://dveri.ru")


def test_gate_hears_of_other_processes_within_seconds(sites: SiteService, shop: Site, clock: FakeClock) -> None:
    sites.find_site("okna")
    elsewhere = SiteService(sites._storage, clock)
    elsewhere.update_site(shop.id, {"origins": ("https://dveri.ru",)})
    clock.forward(seconds=11)
    identity = sites.find_site("okna")
    assert identity is not None
    assert identity.allows("https://dveri.ru")


def test_only_the_demo_is_open_to_any_page(sites: SiteService, account: str) -> None:
    assert sites.create_site(account, SiteDraft("Демо", key="demo", origins=("*",))).origins == ("*",)
    assert sites.is_known_origin("https://anything.example")


def test_tag_is_noted_once_a_minute_and_without_the_query(sites: SiteService, shop: Site, clock: FakeClock) -> None:
    first = clock.now()
    sites.note_seen(shop.id, "https://okna.ru/cart?mail=anna@example.com#top")
    clock.forward(seconds=30)
    sites.note_seen(shop.id, "https://okna.ru/")
    seen = sites.get_site(shop.id)
    assert (seen.seen_at, seen.seen_url, seen.version) == (first, "https://okna.ru/cart", 1)
    clock.forward(seconds=31)
    sites.note_seen(shop.id, "https://okna.ru/")
    assert sites.get_site(shop.id).seen_url == "https://okna.ru/"


def test_others_do_not_see_the_site(sites: SiteService, shop: Site) -> None:
    with pytest.raises(NotFound):
        sites.access_site(STRANGER, shop.id)
    assert sites.sites_of(STRANGER) == []
    own = replace(STRANGER, site_ids=frozenset({shop.id}))
    assert sites.access_site(own, shop.id) == shop
    assert sites.sites_of(own) == [shop]
