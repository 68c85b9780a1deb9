from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.seeding import Cast
from tests.trials.conftest import B_SAYS, DRAFT, Lab
from tests.trials.test_console import create
from widget_server.kernel.errors import BadInput, Conflict
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.trials.life import TrialLife


@pytest.fixture
def life(lab: Lab) -> TrialLife:
    return TrialLife(lab.storage, lab.clock, lab.trials)


def test_a_paused_test_shows_and_counts_nothing_and_ends_when_it_was_to(lab: Lab, life: TrialLife) -> None:
    experiment = lab.start()
    life.pause(lab.marketer, experiment.id)
    assert lab.trials.running(lab.site.id) == []
    lab.expose(new_id(), experiment, "a")
    lab.clock.at += timedelta(minutes=1)
    assert lab.counts(experiment) == [(0, 0), (0, 0)]
    with pytest.raises(Conflict):
        lab.start()  # it still holds its lever
    lab.clock.at += timedelta(days=14)
    assert lab.trials.finish_due() == 1
    with pytest.raises(Conflict):
        life.resume(lab.marketer, experiment.id)


def test_what_goes_on_counts_again(lab: Lab, life: TrialLife) -> None:
    experiment = lab.start()
    life.pause(lab.marketer, experiment.id)
    life.resume(lab.marketer, experiment.id)
    lab.expose(new_id(), experiment, "a")
    lab.clock.at += timedelta(minutes=1)
    assert lab.counts(experiment)[0] == (1, 0)
    assert [row.what for row in lab.trials.log_of(experiment)] == ["created", "started", "paused", "resumed"]


def test_more_may_take_part_but_never_fewer(lab: Lab, life: TrialLife) -> None:
    experiment = lab.start(coverage=0.2)
    life.widen(lab.marketer, experiment.id, 0.5)
    assert lab.trials.running(lab.site.id)[0]["coverage"] == 0.5
    for coverage in (0.2, 0.5, 0, 1.5):
        with pytest.raises(BadInput):
            life.widen(lab.marketer, experiment.id, coverage)


def test_a_copy_says_what_was_said_and_not_what_the_site_showed_then(lab: Lab, life: TrialLife) -> None:
    copied = life.copy(lab.marketer, lab.start().id, "Ещё раз")
    assert copied.state == "draft"
    assert [variant.settings for variant in copied.variants] == [{}, B_SAYS.settings]


def test_the_page_offers_what_may_be_done(log_in: Callable[[str], FlaskClient], cast: Cast, house: House) -> None:
    owner = log_in("olga@demo.example")
    page = create(owner, cast, coverage="20")
    assert owner.post(f"{page}/pause").status_code == 302
    assert "Приостановлен" in owner.get(page).get_data(as_text=True)
    assert "сравнение остаётся честным" in owner.get(page).get_data(as_text=True)
    owner.post(f"{page}/resume")
    owner.post(f"{page}/widen", data={"coverage": "50"})
    assert house.trials.running(cast.site.id)[0]["coverage"] == 0.5
    assert owner.post(f"{page}/widen", data={"coverage": "x"}).status_code == 400
    assert owner.post(f"{page}/copy").headers["Location"].endswith("/edit")


def test_what_is_over_is_put_away_and_taken_back_and_what_runs_is_not(lab: Lab, life: TrialLife) -> None:
    experiment = lab.start()
    life.pause(lab.marketer, experiment.id)
    with pytest.raises(Conflict, match="archive_running"):
        life.archive(lab.marketer, experiment.id)
    lab.trials.stop(lab.marketer, experiment.id)
    for act in (life.archive, life.archive, life.unarchive, life.unarchive):
        act(lab.marketer, experiment.id)
    assert [row.what for row in lab.trials.log_of(experiment)][-2:] == ["archived", "unarchived"]


def test_a_draft_that_is_started_leaves_the_archive(lab: Lab, life: TrialLife) -> None:
    draft = lab.trials.create_draft(lab.marketer, lab.site.id, DRAFT)
    life.archive(lab.marketer, draft.id)
    assert lab.trials.access_experiment(lab.marketer, draft.id).archived_at == lab.clock.now()
    assert lab.trials.start(lab.marketer, draft.id).archived_at is None


def test_the_list_shows_the_archive_behind_a_filter(
    log_in: Callable[[str], FlaskClient], cast: Cast, house: House
) -> None:
    olga = log_in("olga@demo.example")
    page = create(olga, cast)
    olga.post(f"{page}/pause")
    assert page in olga.get("/console/experiments").get_data(as_text=True)
    olga.post(f"{page}/stop")
    olga.post(f"{page}/archive")
    assert page not in olga.get("/console/experiments").get_data(as_text=True)
    assert page in olga.get("/console/experiments?show=archived").get_data(as_text=True)
