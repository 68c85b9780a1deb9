"""Who may be called back: by country, by kind, never what costs somebody else's money."""

from dataclasses import replace

import pytest
from phonenumbers import parse, region_code_for_number

from bench.number_matrix import ANY, examples, run
from widget_server.kernel.errors import BadInput
from widget_server.sites.calling import Calling, Policy, check_calling, judge, policy_named
from widget_server.sites.draft import SiteDraft
from widget_server.sites.service import SiteService


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("8 912 345-67-89", "allowed"),
        ("+7 701 123-45-67", "country"),
        ("+870773111632", "country"),
        ("+88216123456", "country"),
        ("+442079460958", "country"),
        ("8 800 555-35-35", "kind"),
        ("8 809 505-00-00", "kind"),
        ("8 803 505-00-00", "kind"),
        ("+7 840 123-45-67", "denied"),
        ("+7 940 123-45-67", "denied"),
        ("+7 954 123-45-67", "denied"),
        ("112", "emergency"),
        ("02", "emergency"),
        ("0611", "short"),
        ("8 912 345", "not_a_number"),
        ("*100#", "not_a_number"),
        ("", "not_a_number"),
        (None, "not_a_number"),
        ("1" * 500, "not_a_number"),
    ],
)
def test_a_russian_site_calls_russians(typed: object, why: str) -> None:
    assert judge(typed, "RU", policy_named("own", "RU")).why == why


def test_neighbours_share_a_code_but_not_the_permission() -> None:
    assert judge("+77011234567", "KZ", policy_named("own", "KZ")).allowed
    assert judge("+12015550123", "US", policy_named("own", "US")).allowed
    assert not judge("+18765230123", "US", policy_named("own", "US")).allowed  # Jamaica


def test_each_example_of_each_country_is_decided_right_on_a_site_of_its_own() -> None:
    samples = [one for one in examples() if region_code_for_number(parse(one.typed)) == one.region]
    assert len(samples) > 900
    wrong = [
        sample
        for sample in samples
        if judge(sample.typed, sample.region, policy_named("own", sample.region)).allowed is not (sample.kind in ANY)
    ]
    assert wrong == []


def test_the_number_matrix_has_no_wrong_decision() -> None:
    outcome = run()
    assert outcome.samples > 2000
    assert outcome.wrong == []
    assert outcome.dialled["world", "mobile"] > 200


def test_a_list_of_the_owners_own_holds_and_nothing_else() -> None:
    calling = Calling(policy="custom", countries=("BY",), kinds=("mobile",), denied=("+37529",))
    assert calling.policy_for("RU") == Policy(frozenset({"BY"}), ("mobile",), ("+37529",))
    why = {typed: judge(typed, "RU", calling.policy_for("RU")).why for typed in ("+375331234567", "+375291234567")}
    assert why == {"+375331234567": "allowed", "+375291234567": "denied"}
    assert judge("8 912 345-67-89", "RU", calling.policy_for("RU")).why == "country"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"policy": "all"}, "bad_choice", "calls_policy"),
        ({"policy": "custom", "countries": ("RU",), "kinds": ()}, "bad_choice", "calls_kinds"),
        ({"per_hour": 0}, "bad_count", "calls_per_hour"),
        ({"per_day": 10**9}, "bad_count", "calls_per_day"),
        ({"address_days": -1}, "bad_count", "calls_address_days"),
        ({"budget": 100}, "bad_budget", "calls_budget"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_calling(replace(Calling(), **changes))  # type: ignore[arg-type]  # wrong on purpose
    assert (refused.value.code, refused.value.field) == (code, field)


def test_it_is_kept_with_the_site_and_an_older_site_has_the_defaults(sites: SiteService, account: str) -> None:
    site = sites.create_site(account, SiteDraft("Окна"))
    assert site.calling == Calling()
    calling = Calling(policy="custom", countries=("RU", "KZ"), kinds=("mobile",), budget=0, minute_price=250)
    assert sites.update_site(site.id, {"calling": calling}).calling == calling
    assert Calling.of({"policy": "eaeu", "of a newer version": 1}) == Calling(policy="eaeu")
