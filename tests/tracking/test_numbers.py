"""What an owner may do with numbers, and what the site document says of them."""

import json
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from tests.seeding import seed
from tests.tracking.conftest import MAIN, Switch, draft, owner
from widget_server.kernel.errors import BadInput, Conflict, NotFound
from widget_server.sites.draft import NumberDraft as ShownDraft
from widget_server.sites.model import Department
from widget_server.tracking.model import Source, TrackingRules, read_source

LINE = "+74951110001"
YANDEX = Source(utm_source=("yandex", "ya"), utm_medium=("cpc",))


def test_a_number_has_one_purpose_in_the_whole_installation(switch: Switch) -> None:
    other = seed(switch.house, key="other", origins=("https://other.example",)).site
    switch.own("pool", LINE)
    for site_id in (switch.cast.site.id, other.id):
        with pytest.raises(Conflict, match="number_in_use"):
            switch.house.tracking.numbers.add(site_id, draft(LINE, "variant"))
    with pytest.raises(Conflict, match="number_shown"):
        switch.house.tracking.numbers.add(other.id, draft(MAIN, "pool"))


def test_a_tracking_number_cannot_become_a_shown_one(switch: Switch) -> None:
    switch.own("variant", LINE)
    wanted = (ShownDraft(MAIN, "8 800 555-35-35"), ShownDraft(LINE, "8 495 111-00-01"))
    with pytest.raises(Conflict, match="number_tracks"):
        switch.house.sites.update_site(switch.cast.site.id, {"numbers": wanted})


def test_changing_the_sites_numbers_leaves_tracking_ones_alone(switch: Switch) -> None:
    (number,) = switch.own("variant", LINE)
    switch.house.sites.update_site(switch.cast.site.id, {"numbers": (ShownDraft(MAIN, "8 800 555-35-35"),)})
    site = switch.house.sites.get_site(switch.cast.site.id)
    assert [one.e164 for one in site.numbers] == [MAIN]
    assert [one.id for one in site.variant_numbers] == [number.id]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"use": "shown"}, "bad_choice"),
        ({"use": "channel"}, "no_source"),
        ({"department": "gone"}, "bad_choice"),
        ({"text": "8 495 111-00-02"}, "number_text"),
    ],
)
def test_refusals(switch: Switch, changes: dict[str, str], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        switch.house.tracking.numbers.add(switch.cast.site.id, replace(draft(LINE, "pool"), **changes))
    assert refused.value.code == code


def test_the_main_number_comes_first_and_goes_with_its_site(switch: Switch) -> None:
    numbers = switch.house.tracking.numbers
    (main, *_) = numbers.numbers_of([switch.cast.site.id])
    with pytest.raises(Conflict, match="number_of_site"):
        numbers.remove(main)
    switch.house.sites.update_site(switch.cast.site.id, {"numbers": ()})
    with pytest.raises(Conflict, match="main_number_first"):
        switch.own("pool", LINE)


def test_only_ones_own_numbers_are_seen(switch: Switch) -> None:
    (number,) = switch.own("pool", LINE)
    stranger = seed(switch.house, key="other", origins=("https://other.example",)).owner
    found = switch.house.operators.find_operator(stranger.id, stranger.session_version)
    assert found is not None
    with pytest.raises(NotFound):
        switch.house.tracking.numbers.access_number(found, number.id)
    assert switch.house.tracking.numbers.access_number(owner(switch.house, switch.cast), number.id) == number


def test_a_department_stays_with_a_number(switch: Switch) -> None:
    sales = Department("sales", {"ru": "Продажи", "en": "Sales"}, (switch.cast.anna.id,))
    switch.house.sites.update_site(switch.cast.site.id, {"departments": (sales,)})
    numbers = switch.house.tracking.numbers
    (main, *_) = numbers.numbers_of([switch.cast.site.id])
    assert numbers.change(main, replace(draft(MAIN, "shown"), department="sales")).department == "sales"
    with pytest.raises(BadInput):
        numbers.change(main, replace(draft(MAIN, "shown"), department="gone"))


def test_rules_have_limits(switch: Switch) -> None:
    with pytest.raises(BadInput) as refused:
        switch.house.tracking.numbers.set_rules(switch.cast.site.id, TrackingRules(hold_minutes=0))
    assert (refused.value.code, refused.value.field) == ("out_of_range", "hold_minutes")


def test_the_document_tells_the_widget_what_it_needs_and_no_number_of_the_pool(
    switch: Switch, client: FlaskClient
) -> None:
    def document() -> dict[str, object]:
        found: dict[str, object] = json.loads(client.get("/w/v1/site/demo").data)
        return found

    assert document()["tracking"] is None
    (variant,) = switch.own("variant", LINE)
    assert document()["tracking"] == {"pool": False, "channels": []}
    switch.own("pool", "+74951110002")
    (channel,) = switch.own("channel", "+74951110003", source=YANDEX)
    said = document()
    assert said["tracking"] == {
        "pool": True,
        "channels": [
            {
                "number": {"id": channel.id, "tel": channel.e164, "text": channel.text, "kind": channel.kind},
                "source": {"utm_source": ["yandex", "ya"], "utm_medium": ["cpc"]},
            }
        ],
    }
    assert variant.id in json.dumps(said["numbers"])
    assert "+74951110002" not in json.dumps(said)
    switch.house.tracking.numbers.remove(channel)
    assert document()["tracking"] == {"pool": True, "channels": []}


@pytest.mark.parametrize(
    ("raw", "direct", "source"),
    [
        ({"utm_source": " Yandex, ya,,YANDEX "}, False, Source(utm_source=("yandex", "ya"))),
        ({"referrer": "https://www.Google.com/search, ya.ru"}, False, Source(referrer=("google.com", "ya.ru"))),
        ({}, True, Source(direct=True)),
        ({}, False, None),
        ({"utm_source": "yandex"}, True, None),
        ({"utm_source": "x" * 101}, False, None),
    ],
)
def test_a_source_is_read_as_people_type_it(raw: dict[str, str], direct: bool, source: Source | None) -> None:
    if source is not None:
        assert read_source(raw, direct) == source
        assert Source.of(source.view()) == source
        return
    with pytest.raises(BadInput):
        read_source(raw, direct)
