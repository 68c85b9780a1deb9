import pytest

from tests.trials.conftest import DRAFT, Lab
from widget_server.kernel.errors import Conflict, NotFound
from widget_server.trials.model import Experiment, Variant

LEFT = (Variant("a", "Сейчас", 0.5, {}), Variant("b", "Слева", 0.5, {"placement": "bottom-left"}))


def over(lab: Lab, **changes: object) -> Experiment:
    experiment = lab.start(**changes)
    lab.clock.forward(days=14)
    lab.trials.finish_due()
    return experiment


def test_everybody_sees_the_words_of_the_variant(lab: Lab) -> None:
    lab.trials.roll_out(lab.marketer, over(lab).id, "b")
    texts = lab.sites.get_site(lab.site.id).texts
    assert texts["callback"]["ru"] == {**lab.site.texts["callback"]["ru"], "cta": "Узнать цену", "promise": "За минуту"}
    assert texts["chat"] == lab.site.texts["chat"]


def test_a_rollout_is_taken_back_exactly(lab: Lab) -> None:
    experiment = over(lab, levers=("placement", "cta"), variants=(LEFT[0], with_words(LEFT[1])))
    lab.trials.roll_out(lab.marketer, experiment.id, "b")
    shown = lab.sites.get_site(lab.site.id)
    assert shown.settings["placement"] == "bottom-left"
    lab.trials.roll_back(lab.marketer, experiment.id)
    lab.trials.roll_back(lab.marketer, experiment.id)
    again = lab.sites.get_site(lab.site.id)
    assert (again.settings, again.texts) == (lab.site.settings, lab.site.texts)
    assert [row.what for row in lab.trials.log_of(experiment)][-2:] == ["rolled_out", "rolled_back"]


def test_a_variant_is_not_rolled_out_before_the_end_nor_twice(lab: Lab) -> None:
    experiment = lab.start(levers=("placement",), variants=LEFT)
    with pytest.raises(Conflict, match="rollout_too_early"):
        lab.trials.roll_out(lab.marketer, experiment.id, "b")
    lab.clock.forward(days=14)
    with pytest.raises(NotFound):
        lab.trials.roll_out(lab.marketer, experiment.id, "f")
    lab.trials.roll_out(lab.marketer, experiment.id, "b")
    with pytest.raises(Conflict, match="rollout_done"):
        lab.trials.roll_out(lab.marketer, experiment.id, "a")


def test_what_the_owner_changed_since_is_not_lost(lab: Lab) -> None:
    experiment = over(lab, levers=("placement",), variants=LEFT)
    lab.trials.roll_out(lab.marketer, experiment.id, "b")
    lab.sites.update_site(lab.site.id, {"settings": {"placement": "bottom-bar"}})
    with pytest.raises(Conflict, match="rollout_changed"):
        lab.trials.roll_back(lab.marketer, experiment.id)
    assert lab.sites.get_site(lab.site.id).settings["placement"] == "bottom-bar"


def with_words(variant: Variant) -> Variant:
    words = DRAFT.variants[1].settings["cta"]
    return Variant(variant.key, variant.name, variant.weight, {**variant.settings, "cta": words})
