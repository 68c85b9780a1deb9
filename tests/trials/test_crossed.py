from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.cast import FakeClock
from tests.seeding import Cast
from tests.trials.conftest import DRAFT, WORDS, Lab
from tests.trials.test_console import FORM
from widget_server.kernel.errors import BadInput
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.trials import crossed, evidence
from widget_server.trials.model import Draft, Variant
from widget_server.trials.planning import Usual, make_plan
from widget_server.trials.report_page import report_page

B = Variant("b", "Новый", 0.5, {"cta": WORDS, "placement": "bottom-left"})
BOTH = replace(DRAFT, levers=("cta", "placement"), variants=(DRAFT.variants[0], B))
SHOP = Usual(1000, 0.02)


def four(draft: Draft = BOTH) -> Draft:
    return crossed.cross(draft, lambda lever: f"только {lever}")


def test_one_written_variant_becomes_each_change_alone_and_both() -> None:
    assert [(v.key, v.weight, sorted(v.settings)) for v in four().variants] == [
        ("a", 0.25, []),
        ("b", 0.25, ["cta"]),
        ("c", 0.25, ["placement"]),
        ("d", 0.25, ["cta", "placement"]),
    ]
    assert crossed.levels(four())["c"] == ("A", "B")


@pytest.mark.parametrize("levers", [("cta",), ("cta", "channel"), ("placement", "invitation")])
def test_what_does_not_go_together_is_refused(levers: tuple[str, ...]) -> None:
    with pytest.raises(BadInput):
        four(replace(BOTH, levers=levers))


def test_four_variants_are_crossed_only_if_they_are_all_combinations() -> None:
    a, b, c, d = four().variants
    assert crossed.levels(replace(BOTH, variants=(a, b, c, replace(d, settings={**d.settings, "cta": {}})))) == {}
    assert crossed.levels(replace(BOTH, variants=(replace(a, weight=0.1), replace(b, weight=0.4), c, d))) == {}


def test_two_answers_take_the_time_of_one() -> None:
    one, both = make_plan(DRAFT, SHOP), make_plan(four(), SHOP)
    assert one.days_needed == both.days_needed


def test_the_report_says_what_each_change_does(lab: Lab) -> None:
    experiment = lab.start(levers=BOTH.levers, variants=four().variants, metric="tap")
    for variant, converts in (("a", 10), ("b", 40), ("c", 10), ("d", 40)):
        for number in range(100):
            visitor = new_id()
            lab.expose(visitor, experiment, variant)
            if number < converts:
                lab.act(visitor, "tap")
    lab.clock.at += timedelta(days=15)
    report = lab.trials.report(lab.trials.access_experiment(lab.marketer, experiment.id))
    assert {lever: one.verdict.word for lever, one in report.effects.items()} == {
        "cta": "winner",
        "placement": "not_enough_traffic",
    }
    assert report.effects_depend is False
    lines = report_page(report, lab.site, [], None, "en")["effects"]["lines"]
    assert [won and won.key for _, _, won in lines] == ["b", None]


def test_the_form_makes_them_and_runs_them(log_in: Callable[[str], FlaskClient], cast: Cast, house: House) -> None:
    owner = log_in("olga@demo.example")
    form = {
        **FORM,
        "site": cast.site.id,
        "levers": ["cta", "accent"],
        "variants.b.accent": "#aa0033",
        "crossed": "yes",
        "then": "start",
    }
    assert owner.post("/console/experiments/new", data={**form, "variants.b.accent": "red"}).status_code == 400
    page = owner.post("/console/experiments/new", data=form).headers["Location"]
    (shown,) = house.trials.running(cast.site.id)
    assert [variant["settings"]["accent"] for variant in shown["variants"]].count("#aa0033") == 2
    assert "Только: цвет" in owner.get(page).get_data(as_text=True)
    assert owner.post("/console/experiments/new", data={**form, "levers": ["cta"]}).status_code == 400


def test_the_preview_is_the_sites_own(log_in: Callable[[str], FlaskClient], cast: Cast) -> None:
    owner = log_in("olga@demo.example")
    assert cast.site.key in owner.get(f"/console/experiments/preview?site={cast.site.id}").get_data(as_text=True)
    assert owner.get("/console/experiments/preview?site=x").status_code == 404


def test_the_page_offers_to_show_a_change_that_won_to_everybody(
    log_in: Callable[[str], FlaskClient], cast: Cast, house: House, clock: FakeClock
) -> None:
    form = {**FORM, "site": cast.site.id, "levers": ["cta", "accent"], "variants.b.accent": "#aa0033"}
    page = log_in("olga@demo.example").post(
        "/console/experiments/new", data={**form, "crossed": "yes", "then": "start"}
    )
    address = page.headers["Location"]
    with house.storage.begin() as tx:
        for variant, converts in (("a", 10), ("b", 40), ("c", 13), ("d", 45)):
            for number in range(100):
                visitor = new_id()
                evidence.note_exposure(
                    tx,
                    address.rsplit("/", 1)[1],
                    visitor,
                    variant,
                    clock.now(),
                    source=None,
                    device="phone",
                    is_bot=False,
                )
                if number < converts:
                    evidence.note_act(tx, new_id(), cast.site.id, visitor, "tap", clock.now(), clock.now())
    clock.at += timedelta(days=15)
    olga = log_in("olga@demo.example")
    assert 'class="effect-act"' in olga.get(address).get_data(as_text=True)
    olga.post(f"{address}/roll-out", data={"variant": "b"})
    assert house.sites.get_site(cast.site.id).texts["callback"]["ru"]["cta"] == "cta ru"
    assert 'class="effect-act"' not in olga.get(address).get_data(as_text=True)
