"""What is Twilio's own: press 1, the whisper, whose number is shown, which telephones ring, recordings."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.calls.providers.bench import OWN_NUMBER, VISITOR
from tests.calls.providers.twilio_bench import TwilioBench
from tests.calls.providers.twilio_fake import NUMBER
from widget_server.calls.model import Call
from widget_server.calls.port import DialOrder
from widget_server.calls.providers.orders import provider_orders
from widget_server.calls.recordings import recordings

NOTICE = "Разговор записывается, ноль — без записи"
RECORDING = "RE" + "a" * 32


def taken(twilio: TwilioBench, notice: str | None = None, shown: str = "") -> Call:
    """Return a call that Anna has; the visitor is dialled as the order says."""
    call, anna = twilio.world.ask(), twilio.world.crew[0].id
    line = twilio.pick_up(call.id, anna)
    twilio.world.telephony.dial_visitor(DialOrder(call.id, VISITOR, shown, notice, "ru"))
    assert twilio.press(line, "1")
    return call


def test_a_voice_mail_that_answers_first_does_not_have_the_call(twilio: TwilioBench) -> None:
    call = twilio.world.ask()
    anna, boris, _ = (one.id for one in twilio.world.crew)
    mailbox = twilio.pick_up(call.id, anna)
    assert twilio.world.state(call.id) == ("ringing", None)
    assert twilio.answer(call.id, boris)
    assert twilio.world.now(call.id).operator_id == boris
    assert not mailbox.lives


def test_a_voice_mail_that_hangs_up_is_no_answer(twilio: TwilioBench) -> None:
    call = twilio.world.ask()
    line = twilio.pick_up(call.id, twilio.world.crew[0].id)
    twilio.provider.end(line, "completed")
    assert twilio.ringing(call.id) == {one.id for one in twilio.world.crew[1:]}


def test_any_other_key_refuses(twilio: TwilioBench) -> None:
    call = twilio.world.ask()
    line = twilio.pick_up(call.id, twilio.world.crew[0].id)
    assert not twilio.press(line, "2")
    assert not line.lives
    assert len(twilio.ringing(call.id)) == 2


def test_the_winner_hears_where_the_call_comes_from(twilio: TwilioBench) -> None:
    call = twilio.world.ask()
    line = twilio.pick_up(call.id, twilio.world.crew[0].id)
    twilio.press(line, "1")
    asked, whisper = line.heard
    assert asked == "Вам звонок. Чтобы ответить, нажмите один."
    assert whisper.startswith("Звонок с сайта Окна Плюс")


def test_who_comes_second_hears_that_it_is_taken(twilio: TwilioBench) -> None:
    call = twilio.world.ask()
    anna, boris, _ = (one.id for one in twilio.world.crew)
    late = twilio.pick_up(call.id, boris)
    twilio.world.desk.calls.on_operator_answered(call.id, anna)  # the other's answer is a moment ahead
    assert not twilio.press(late, "1")
    assert late.heard[-1] == "Звонок уже принял другой оператор."
    assert not late.lives


def test_who_talks_already_keeps_their_call(twilio: TwilioBench) -> None:
    first = twilio.world.ask()
    assert twilio.answer(first.id, twilio.world.crew[0].id)
    second = twilio.world.call_first("+79123456780")
    twilio.visitor(second.id, "answers")
    assert not twilio.answer(second.id, twilio.world.crew[0].id)
    assert twilio.world.state(second.id) == ("ringing", None)


@pytest.mark.parametrize(
    ("kind", "address", "to"),
    [("sip", "anna", "sip:anna@shop.sip.twilio.com"), ("sip", "sip:anna@own.example", "sip:anna@own.example")],
)
def test_a_sip_telephone_is_dialled_and_has_the_call_at_once(
    twilio: TwilioBench, kind: str, address: str, to: str
) -> None:
    twilio.world.give_device(twilio.world.crew[0], "sip", address)
    call = twilio.world.ask()
    assert twilio.answer(call.id, twilio.world.crew[0].id)
    assert to in {line.to for line in twilio.provider.lines.values()}


def test_a_console_cannot_ring(twilio: TwilioBench) -> None:
    anna, boris, vera = twilio.world.crew
    twilio.world.give_device(anna, "console")
    twilio.world.give_device(boris, "sip", "")
    call = twilio.world.ask()
    assert twilio.ringing(call.id) == {vera.id}
    twilio.fail(call.id, vera.id, "busy")
    assert twilio.world.state(call.id) == ("ended", "missed")


@pytest.mark.parametrize(("shown", "seen"), [("", NUMBER), (OWN_NUMBER, OWN_NUMBER), ("+74950000000", NUMBER)])
def test_the_visitor_sees_a_number_of_the_account(twilio: TwilioBench, shown: str, seen: str) -> None:
    call = taken(twilio, shown=shown)
    assert [line.shown for line in twilio.provider.lines.values() if line.to == VISITOR] == [seen]
    assert twilio.world.state(call.id) == ("dialing", None)


def test_the_account_is_asked_for_a_number_once(twilio: TwilioBench) -> None:
    taken(twilio, shown=OWN_NUMBER)
    twilio.world.telephony.dial_visitor(DialOrder("call" + "b" * 22, "+79123456780", OWN_NUMBER, None, "ru"))
    assert twilio.provider.requests.count("GET /IncomingPhoneNumbers.json") == 1


def recorded(twilio: TwilioBench) -> list[tuple[str, int]]:
    with twilio.world.storage.read() as tx:
        return [tuple(row) for row in tx.execute(select(recordings.c.reference, recordings.c.seconds))]  # type: ignore[misc]  # two columns


def test_the_visitor_hears_the_notice_and_is_recorded(twilio: TwilioBench) -> None:
    call = taken(twilio, notice=NOTICE)
    twilio.visitor(call.id, "answers")
    assert [line.heard for line in twilio.provider.lines.values() if line.to == VISITOR] == [[NOTICE]]
    twilio.visitor(call.id, "leaves")
    twilio.leave(call.id, twilio.world.crew[0].id)
    assert recorded(twilio) == [(RECORDING, int(timedelta(seconds=17).total_seconds()))]


def test_the_visitor_who_presses_0_is_not(twilio: TwilioBench) -> None:
    call = taken(twilio, notice=NOTICE)
    line = twilio.visitor_line(call.id)
    twilio.connect(line)
    twilio.press(line, "0")
    assert twilio.world.state(call.id) == ("connected", None)
    assert "POST /Calls/{Sid}/Recordings.json" not in twilio.provider.requests


def test_without_a_notice_nothing_is_recorded(twilio: TwilioBench) -> None:
    call = taken(twilio)
    twilio.visitor(call.id, "answers")
    assert "POST /Calls/{Sid}/Recordings.json" not in twilio.provider.requests


def test_a_recording_is_fetched_and_deleted(twilio: TwilioBench) -> None:
    assert twilio.world.telephony.recording(RECORDING) == b"RIFF" + RECORDING.encode()
    for _ in range(2):
        twilio.world.telephony.delete_recording(RECORDING)
    for gone in (RECORDING, "../../Calls", ""):
        with pytest.raises(LookupError):
            twilio.world.telephony.recording(gone)


def test_numbers_and_words_are_forgotten_with_the_call(twilio: TwilioBench) -> None:
    call = taken(twilio, notice=NOTICE)
    twilio.visitor(call.id, "busy")
    with twilio.world.storage.read() as tx:
        kept = tx.execute(select(provider_orders.c.details).where(provider_orders.c.call_id == call.id)).scalars().all()
    assert kept
    assert not any(kept)


def test_a_caller_who_hides_their_number_is_taken_without_one(twilio: TwilioBench) -> None:
    call_id = twilio.call_in(OWN_NUMBER, "anonymous")
    assert call_id is not None
    assert twilio.world.now(call_id).phone == ""


def test_the_numbers_own_report_ends_a_call_too(twilio: TwilioBench) -> None:
    call_id = twilio.call_in(OWN_NUMBER, VISITOR)
    assert call_id is not None
    line = twilio.visitor_line(call_id)
    line.status = "completed"
    twilio.provider.tell(line, "completed", "https://widget.example/telephony/twilio/inbound-status")
    twilio.settle()
    assert twilio.world.state(call_id) == ("ended", "missed")
