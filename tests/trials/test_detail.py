"""What lies behind a verdict: every count is what plain SQL counts, and what cannot be known is not made up."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text

from tests.trials.conftest import Lab, exposure
from widget_server.kernel.ids import new_id
from widget_server.trials.detail import Detail
from widget_server.trials.model import Experiment

PEOPLE = 240
SOURCES = ("", "ya.ru", "vk / cpc")


@pytest.fixture
def experiment(lab: Lab) -> Experiment:
    """Four days of people on two devices from three places; every fifth phones, B's more often."""
    made = lab.start()
    for n in range(PEOPLE):
        source = SOURCES[n % 3]
        utm, referrer = (
            ({"source": "vk", "medium": "cpc"}, "") if "/" in source else ({}, source and f"https://{source}/")
        )
        visitor, device = new_id(), ("phone", "desktop")[n % 2]
        lab.report(visitor, exposure(made, "ab"[n // 2 % 2]), device=device, utm=utm, referrer=referrer)
        if n % 5 == 0 or (n // 2 % 2 and n % 7 == 0):
            lab.act(visitor)
        lab.clock.forward(minutes=24)
    return made


def behind(lab: Lab, experiment: Experiment) -> Detail:
    return lab.trials.detail(lab.trials.access_experiment(lab.marketer, experiment.id), lab.site.zone)


def counted(lab: Lab, experiment: Experiment, by: str, value: str) -> Sequence[Any]:
    """Count by SQL that shares nothing with the product: variant → (people, of them who acted)."""
    query = f"""
        SELECT variant, count(*), count(acted) FROM (
          SELECT e.variant, (SELECT min(a.at) FROM acts a WHERE a.visitor_id = e.visitor_id AND a.at >= e.at) acted
          FROM exposures e WHERE e.experiment_id = :id AND e.{by} = :value
        ) each_one GROUP BY variant ORDER BY variant"""
    with lab.storage.read() as tx:
        return [tuple(row) for row in tx.execute(text(query), {"id": experiment.id, "value": value})]


@pytest.mark.parametrize(("by", "values"), [("device", ("phone", "desktop")), ("source", SOURCES)])
def test_groups_are_what_plain_sql_counts(lab: Lab, experiment: Experiment, by: str, values: Sequence[str]) -> None:
    groups = {group.key: group.cells for group in behind(lab, experiment).groups[by]}
    assert set(groups) == set(values)
    for value in values:
        assert [(key, *cell) for key, cell in sorted(groups[value].items())] == counted(lab, experiment, by, value)


def test_each_group_and_day_adds_up_to_the_report(lab: Lab, experiment: Experiment) -> None:
    detail, whole = behind(lab, experiment), lab.counts(experiment)
    assert sum(seen for seen, _ in whole) == PEOPLE
    for groups in detail.groups.values():
        assert [tuple(map(sum, zip(*(g.cells[key] for g in groups), strict=True))) for key in "ab"] == whole
    assert [detail.looks[-1].cells[key] for key in "ab"] == whole
    days = [sum(seen for seen, _ in look.cells.values()) for look in detail.looks]
    assert days == sorted(days)
    assert len(days) in (4, 5)


def test_old_exposures_do_not_pretend_to_know_a_source(lab: Lab, experiment: Experiment) -> None:
    with lab.storage.begin() as tx:
        tx.execute(text("UPDATE exposures SET source = NULL WHERE source = ''"))
    assert {group.key for group in behind(lab, experiment).groups["source"]} == {"?", "ya.ru", "vk / cpc"}


def test_nothing_lies_behind_a_test_that_nobody_saw(lab: Lab) -> None:
    detail = behind(lab, lab.start())
    assert (detail.looks, detail.metrics, dict(detail.groups)) == ((), (), {})
