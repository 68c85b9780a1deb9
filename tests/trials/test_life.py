from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.trials.conftest import DRAFT, Lab, marketer_of
from widget_server.kernel.errors import BadInput, Conflict, NotFound
from widget_server.sites.model import Site
from widget_server.trials.model import Variant

LEFT = Variant("b", "Слева", 0.5, {"placement": "bottom-left"})


def test_a_started_experiment_is_in_the_site_document_with_its_settings_written_out(lab: Lab) -> None:
    experiment = lab.start()
    (shown,) = lab.trials.running(lab.site.id)
    assert shown["key"] == shown["seed"] == experiment.key
    assert [v["weight"] for v in shown["variants"]] == [0.5, 0.5]
    assert shown["variants"][0]["settings"]["cta"]["ru"]["cta"] == lab.site.texts["callback"]["ru"]["cta"]
    assert shown["variants"][1]["settings"]["cta"]["en"] == {"cta": "Get a price", "promise": "In a minute"}
    assert lab.changed == [lab.site.id]


def test_it_ends_by_itself_after_whole_weeks(lab: Lab) -> None:
    experiment = lab.start()
    assert experiment.ends_at == lab.clock.now() + timedelta(days=14)
    lab.clock.forward(days=14)
    assert lab.trials.running(lab.site.id) == []
    assert (lab.trials.finish_due(), lab.trials.finish_due()) == (1, 0)
    assert lab.trials.access_experiment(lab.marketer, experiment.id).phase(lab.clock.now()) == "ended"
    assert lab.changed == [lab.site.id] * 2


def test_two_running_experiments_never_touch_one_lever(lab: Lab) -> None:
    lab.start(name="Первый")
    with pytest.raises(Conflict) as refused:
        lab.start(name="Второй")
    assert (refused.value.code, refused.value.args_for_text) == ("lever_busy", {"name": "Первый"})
    lab.start(levers=("placement",), variants=(Variant("a", "Сейчас", 0.5, {}), LEFT))
    assert len(lab.trials.running(lab.site.id)) == 2


def test_a_lever_is_free_again_when_its_experiment_is_over(lab: Lab) -> None:
    lab.trials.stop(lab.marketer, lab.start().id)
    lab.start()
    lab.clock.forward(days=14)
    lab.start()


def test_a_running_experiment_is_not_edited_and_stopping_twice_is_harmless(lab: Lab) -> None:
    experiment = lab.start()
    for refused in (
        lambda: lab.trials.edit_draft(lab.marketer, experiment.id, DRAFT),
        lambda: lab.trials.start(lab.marketer, experiment.id),
        lambda: lab.trials.delete_draft(lab.marketer, experiment.id),
    ):
        with pytest.raises(Conflict, match="experiment_started"):
            refused()
    first = lab.trials.stop(lab.marketer, experiment.id)
    assert lab.trials.stop(lab.marketer, experiment.id) == first
    assert [row.what for row in lab.trials.log_of(experiment)] == ["created", "started", "stopped"]


def test_a_draft_can_be_changed_and_deleted(lab: Lab) -> None:
    draft = lab.trials.create_draft(lab.marketer, lab.site.id, DRAFT)
    lab.trials.edit_draft(lab.marketer, draft.id, replace(DRAFT, name="Иначе"))
    assert lab.trials.access_experiment(lab.marketer, draft.id).name == "Иначе"
    lab.trials.delete_draft(lab.marketer, draft.id)
    with pytest.raises(NotFound):
        lab.trials.access_experiment(lab.marketer, draft.id)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({}, "same_variants"),
        ({"cta": {"ru": {"cta": "Да", "promise": "Да"}}}, "variant_words_empty"),
        ({"cta": {lang: {"cta": "Д" * 41, "promise": "Да"} for lang in ("ru", "en")}}, "field_too_long"),
        ({"cta": {lang: {"cta": "Да", "promise": " " * 0} for lang in ("ru", "en")}}, "variant_words_empty"),
    ],
)
def test_a_variant_must_say_something_of_its_own_that_fits(lab: Lab, settings: dict[str, object], code: str) -> None:
    with pytest.raises(BadInput, match=code):
        lab.start(variants=(DRAFT.variants[0], Variant("b", "Б", 0.5, settings)))
    assert lab.trials.running(lab.site.id) == []


@pytest.mark.parametrize(("lever", "value"), [("number", "gone"), ("channel", "pigeon"), ("placement", "sky")])
def test_a_variant_must_be_possible_on_the_site(lab: Lab, lever: str, value: str) -> None:
    with pytest.raises(BadInput):
        lab.start(levers=(lever,), variants=(DRAFT.variants[0], Variant("b", "Б", 0.5, {lever: value})))


@pytest.mark.parametrize(
    "changes",
    [
        {"planned_days": 10},
        {"planned_days": 0},
        {"metric": "smiles"},
        {"levers": ()},
        {"name": ""},
        {"coverage": 0.0},
        {"hoped_lift": float("nan")},
        {"variants": DRAFT.variants[:1]},
        {"variants": (DRAFT.variants[0], replace(DRAFT.variants[1], weight=0.6))},
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(lab: Lab, changes: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        lab.start(**changes)


def test_another_accounts_experiment_is_not_there(lab: Lab, open_site: Callable[[str], Site]) -> None:
    experiment, stranger = lab.start(), marketer_of(open_site("Двери"))
    for reach in (lab.trials.access_experiment, lab.trials.start, lab.trials.stop, lab.trials.delete_draft):
        with pytest.raises(NotFound):
            reach(stranger, experiment.id)
    with pytest.raises(NotFound):
        lab.trials.create_draft(stranger, lab.site.id, DRAFT)
    assert lab.trials.experiments_of(stranger) == []
