"""An order whose answer never came: it is looked for, never given again, and what turns up late is hung up."""

import pytest

from tests.calls.providers.bench import VISITOR
from tests.calls.providers.twilio_bench import TwilioBench
from tests.calls.providers.voximplant_bench import VoximplantBench
from widget_server.calls.model import Device
from widget_server.calls.port import ProviderCall, RingOrder

Cloud = TwilioBench | VoximplantBench


def placed(cloud: Cloud) -> int:
    """Return how many times the provider was told to dial somebody or to start a session."""
    provider = cloud.provider
    if isinstance(cloud, TwilioBench):
        return cloud.provider.requests.count("POST /Calls.json")
    return provider.commands.count("StartScenarios")  # type: ignore[union-attr]  # the other one


def test_an_order_that_was_carried_out_goes_on(cloud: Cloud) -> None:
    cloud.provider.mood = "swallow"
    call = cloud.world.ask()
    cloud.provider.mood = ""
    before = placed(cloud)
    if isinstance(cloud, TwilioBench):  # a Voximplant session that nobody knows of is shut out instead
        assert cloud.ringing(call.id) == {one.id for one in cloud.world.crew}
        assert cloud.answer(call.id, cloud.world.crew[0].id)
        cloud.visitor(call.id, "answers")
        assert cloud.world.state(call.id) == ("connected", None)
    else:
        assert cloud.world.state(call.id) == ("ended", "lost")
        assert not cloud.alive(call.id)
    assert placed(cloud) == before


def test_an_order_that_never_arrived_is_a_persons_task(cloud: Cloud) -> None:
    cloud.provider.mood = "lose"
    call = cloud.world.ask()
    before = placed(cloud)
    cloud.provider.mood = ""
    cloud.world.clock.forward(seconds=61)
    cloud.world.desk.runner.sweep()
    cloud.world.desk.work()
    assert cloud.world.state(call.id) == ("ended", "lost")
    assert cloud.world.telephony.find(call.id) is None
    assert placed(cloud) == before
    assert not cloud.alive(call.id)


def test_the_provider_that_refuses_rings_nobody(cloud: Cloud) -> None:
    if isinstance(cloud, TwilioBench):
        cloud.provider.refused = 429
    else:
        cloud.provider.refuses = True
    call = cloud.world.ask()
    assert cloud.world.now(call.id).outcome == "missed"
    assert cloud.world.desk.views.list_tasks([cloud.world.shop.id])
    assert placed(cloud) == (3 if isinstance(cloud, TwilioBench) else 1)


def test_a_visitor_who_is_called_first_and_refused_is_unreachable(cloud: Cloud) -> None:
    if isinstance(cloud, TwilioBench):
        cloud.provider.refused = 400
    else:
        cloud.provider.refuses = True
    assert cloud.world.state(cloud.world.call_first().id) == ("ended", "failed")


def test_a_visitor_whose_order_was_swallowed_is_not_dialled_again(twilio: TwilioBench) -> None:
    twilio.provider.mood = "swallow"
    call = twilio.world.call_first()
    twilio.provider.mood = ""
    assert twilio.world.state(call.id) == ("dialing", None)
    assert twilio.world.telephony.find(call.id) == ProviderCall(call.id, visitor_dialled=True, ended=False)
    twilio.visitor(call.id, "answers")
    assert twilio.world.state(call.id) == ("ringing", None)
    assert twilio.dials() == [VISITOR]


def test_a_session_that_comes_late_dials_nobody(voximplant: VoximplantBench) -> None:
    voximplant.provider.mood = "swallow"
    call = voximplant.world.ask()
    voximplant.provider.mood = ""
    assert voximplant.world.state(call.id) == ("ended", "lost")
    voximplant.settle()  # only now the session begins
    assert len(voximplant.sessions) == 1
    assert voximplant.sessions[0].legs == []
    assert voximplant.sessions[0].terminated


def test_of_two_sessions_for_one_call_one_dials(voximplant: VoximplantBench) -> None:
    call = voximplant.world.ask()
    assert len(voximplant.ringing(call.id)) == 3
    voximplant.provider.started.append(voximplant.provider.started[0])
    voximplant.provider.due.append(("start", 1))
    voximplant.settle()
    assert [len(session.legs) for session in voximplant.sessions] == [3, 0]
    assert voximplant.sessions[1].terminated
    assert voximplant.world.state(call.id) == ("ringing", None)


def test_a_call_of_twilios_that_comes_up_late_is_hung_up(twilio: TwilioBench) -> None:
    twilio.provider.mood = "late"
    call = twilio.world.ask()
    twilio.provider.mood = ""
    assert twilio.world.state(call.id) == ("ended", "lost")
    twilio.provider.do_late()
    assert any(line.lives for line in twilio.provider.lines.values())
    assert not twilio.alive(call.id)


@pytest.mark.parametrize("mood", ["lose", "swallow"])
def test_hanging_up_is_tried_again(twilio: TwilioBench, mood: str) -> None:
    call = twilio.world.ask()
    assert twilio.ringing(call.id)
    twilio.provider.mood = mood
    twilio.world.clock.forward(seconds=30)
    twilio.world.desk.work()
    twilio.provider.mood = ""
    twilio.world.clock.forward(seconds=5)
    assert not twilio.alive(call.id)


def test_who_is_to_ring_for_a_call_that_is_over_does_not(cloud: Cloud) -> None:
    anna, *others = cloud.world.crew
    for operator in others:
        cloud.world.give_device(operator, "console")
    call = cloud.world.ask()
    assert cloud.ringing(call.id) == {anna.id}
    cloud.world.telephony.hang_up(call.id)
    before = placed(cloud)
    devices = tuple(Device(operator.id, "phone", f"+7999000000{n}") for n, operator in enumerate(cloud.world.crew))
    cloud.world.telephony.ring_operators(RingOrder(call.id, devices, VISITOR, "", "ru"))
    assert not cloud.alive(call.id)
    assert placed(cloud) == before


def test_looking_for_a_call_does_not_find_anothers(twilio: TwilioBench) -> None:
    first = twilio.world.ask()
    assert len(twilio.ringing(first.id)) == 3
    twilio.provider.mood = "lose"
    second = twilio.world.ask("+79123456780")
    twilio.provider.mood = ""
    assert twilio.world.telephony.find(second.id) is None
    twilio.world.telephony.hang_up(second.id)
    assert len(twilio.ringing(first.id)) == 3


def test_a_telephone_that_is_answered_at_that_very_moment_is_hung_up(twilio: TwilioBench) -> None:
    call = twilio.world.ask()
    assert len(twilio.ringing(call.id)) == 3
    for line in twilio.provider.lines.values():
        line.status = "in-progress"  # we have not heard of it yet
    twilio.world.telephony.hang_up(call.id)
    assert not twilio.alive(call.id)
