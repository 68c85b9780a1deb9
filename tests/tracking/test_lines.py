"""Tests of numbers: an incoming call becomes a conversion of the variant whose number was dialled."""

from dataclasses import replace

import pytest

from tests.cast import IPHONE, OTHER_ID, VISITOR_ID
from tests.tracking.conftest import CALLER, MAIN, OTHER_CALLER, Switch
from widget_server.edge.identity import SiteIdentity
from widget_server.kernel.ids import new_id
from widget_server.trials.model import Experiment
from widget_server.trials.number_test import number_test
from widget_server.trials.report import TrialReport

LINE_A, LINE_B = "+74951110001", "+74951110002"


@pytest.fixture
def experiment(switch: Switch) -> Experiment:
    """A running test of two numbers with a line each."""
    return switch.test_numbers(*(number.id for number in switch.own("variant", LINE_A, LINE_B)))


def see(switch: Switch, experiment: Experiment, variant: str, visitor_id: str | None = None, tap: str = "") -> str:
    """Let a visitor see a variant, and tap a number if one is given."""
    site, who = switch.cast.site, visitor_id or new_id()
    identity = SiteIdentity(site.id, site.key, site.account_id, "ru", frozenset("*"))
    events = [{"id": new_id(), "type": "exposure", "experiment": experiment.key, "variant": variant}]
    if tap:
        ids = {one.e164: one.id for one in switch.house.sites.get_site(site.id).variant_numbers}
        events.append({"id": new_id(), "type": "tap", "number": ids[tap]})
    switch.house.beacon.take(identity, {"visitor": who, "context": {}, "events": events}, IPHONE)
    switch.clock.forward(seconds=5)
    return who


def report(switch: Switch, experiment: Experiment) -> TrialReport:
    with switch.house.storage.read():
        return switch.house.trials.report(experiment)


def counts(switch: Switch, experiment: Experiment) -> list[tuple[int, int, int]]:
    """Return exposed, converted, converted by the number alone, for each variant."""
    return [(line.exposed, line.converted, line.by_number) for line in report(switch, experiment).lines]


def test_a_caller_without_a_visitor_counts_for_the_dialled_variant_once(switch: Switch, experiment: Experiment) -> None:
    for variant in "aab":
        see(switch, experiment, variant)
    for dialled, caller in ((LINE_B, CALLER), (LINE_B, CALLER), (LINE_A, OTHER_CALLER)):
        switch.talk(dialled, caller)
    assert counts(switch, experiment) == [(2, 1, 1), (1, 1, 1)]


def test_a_caller_who_is_known_to_be_a_visitor_counts_as_that_visitor(switch: Switch, experiment: Experiment) -> None:
    see(switch, experiment, "b")
    see(switch, experiment, "b", VISITOR_ID, tap=LINE_B)
    switch.talk(LINE_B)
    assert counts(switch, experiment) == [(0, 0, 0), (2, 1, 0)]


def test_never_both_whichever_call_tells_who_it_is(switch: Switch, experiment: Experiment) -> None:
    see(switch, experiment, "b")
    see(switch, experiment, "b", VISITOR_ID)
    switch.talk(LINE_B)
    assert counts(switch, experiment) == [(0, 0, 0), (2, 1, 1)]
    see(switch, experiment, "b", VISITOR_ID, tap=LINE_B)
    switch.talk(LINE_B)
    switch.talk(LINE_B)
    assert counts(switch, experiment) == [(0, 0, 0), (2, 1, 0)]


def test_a_visitor_counts_for_the_variant_that_they_saw(switch: Switch, experiment: Experiment) -> None:
    see(switch, experiment, "a", VISITOR_ID, tap=LINE_B)  # somebody passed the other number on
    see(switch, experiment, "b")
    switch.talk(LINE_B)
    assert counts(switch, experiment) == [(1, 1, 0), (1, 0, 0)]


def test_whoever_dials_both_numbers_counts_for_the_first(switch: Switch, experiment: Experiment) -> None:
    for variant in "ab":
        see(switch, experiment, variant)
    switch.talk(LINE_A)
    switch.talk(LINE_B)
    assert counts(switch, experiment) == [(1, 1, 1), (1, 0, 0)]


def test_a_matched_visitor_who_never_saw_the_test_counts_by_the_number(switch: Switch, experiment: Experiment) -> None:
    see(switch, experiment, "b", OTHER_ID)
    see(switch, experiment, "gone", VISITOR_ID, tap=LINE_B)  # the exposure was lost on the way
    switch.talk(LINE_B)
    assert counts(switch, experiment) == [(0, 0, 0), (1, 1, 1)]


def test_more_callers_than_people_who_saw_it_are_told_not_counted(switch: Switch, experiment: Experiment) -> None:
    see(switch, experiment, "b")
    for n in range(3):
        switch.talk(LINE_B, f"+7912345671{n}")
    found = report(switch, experiment)
    assert ([line.converted for line in found.lines], found.surplus) == ([0, 1], 2)


def test_hidden_numbers_cannot_be_told_apart_so_they_are_told(switch: Switch, experiment: Experiment) -> None:
    see(switch, experiment, "b")
    switch.talk(LINE_B, "anonymous")
    found = report(switch, experiment)
    assert ([line.converted for line in found.lines], found.hidden) == ([0, 0], 1)


def test_the_main_number_counts_for_nobody(switch: Switch, experiment: Experiment) -> None:
    see(switch, experiment, "a")
    switch.talk(MAIN)
    assert counts(switch, experiment) == [(1, 0, 0), (0, 0, 0)]


def test_a_missed_call_that_is_called_back_is_a_conversion(switch: Switch, experiment: Experiment) -> None:
    from tests.tracking.conftest import work

    see(switch, experiment, "b")
    call_id = switch.ring(LINE_B)
    switch.house.calls.on_ended(call_id)
    desk = switch.house.tracking.desk
    desk.call_back(switch.cast.anna, call_id)
    work(switch.house)
    desk.answer(switch.cast.anna, call_id)
    for seconds in (2, 20, 1):
        work(switch.house)
        switch.clock.forward(seconds=seconds)
    assert counts(switch, experiment) == [(0, 0, 0), (1, 1, 1)]


def test_calls_after_the_end_and_what_they_tell_change_no_verdict(switch: Switch, experiment: Experiment) -> None:
    see(switch, experiment, "b", VISITOR_ID)
    see(switch, experiment, "b")
    switch.talk(LINE_B)
    assert experiment.ends_at is not None
    switch.clock.forward(seconds=(experiment.ends_at - switch.clock.now()).total_seconds() + 60)
    switch.house.trials.finish_due()
    at_end = counts(switch, experiment)
    switch.seat()
    see(switch, experiment, "b", VISITOR_ID, tap=LINE_B)
    switch.talk(LINE_B)
    switch.talk(LINE_B, OTHER_CALLER)
    assert counts(switch, experiment) == at_end == [(0, 0, 0), (2, 1, 1)]


@pytest.mark.parametrize(("seconds", "long"), [(59, 0), (61, 1)])
def test_a_target_call_is_as_long_as_the_site_says(switch: Switch, seconds: int, long: int) -> None:
    lines = switch.own("variant", LINE_A, LINE_B)
    experiment = switch.test_numbers(*(number.id for number in lines), metric="target_call")
    see(switch, experiment, "b")
    switch.talk(LINE_B, seconds=seconds)
    assert counts(switch, experiment)[1] == (1, long, long)
    assert report(switch, experiment).lines[1].others["answered_call"] == 1


def test_what_a_test_of_numbers_can_tell(switch: Switch) -> None:
    first, second = switch.own("variant", LINE_A, LINE_B)
    site = switch.house.sites.get_site(switch.cast.site.id)
    main, other, _ = site.numbers
    running = switch.test_numbers(first.id, second.id).draft

    def kind(*ids: str) -> str | None:
        variants = tuple(
            replace(one, settings={"number": number}) for one, number in zip(running.variants, ids, strict=True)
        )
        return number_test(replace(running, variants=variants), site)

    assert kind(first.id, second.id) == "lines"
    assert kind(main.id, main.id) == "display"
    assert kind(main.id, other.id) == "untracked"
    assert kind(main.id, first.id) == "untracked"
    assert number_test(replace(running, levers=("cta",)), site) is None


def test_the_page_says_which_number_is_whose(switch: Switch, experiment: Experiment) -> None:
    lines = switch.house.trials.lines_of(switch.cast.site.id)
    assert [line.variant for line in sorted(lines, key=lambda line: line.variant)] == ["a", "b"]
    assert all(line.covers(switch.clock.now()) for line in lines)
