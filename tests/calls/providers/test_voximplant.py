"""What is Voximplant's own: the key of the account, whose number is shown, recordings, sessions."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.calls.providers.bench import OWN_NUMBER, VISITOR
from tests.calls.providers.voximplant_bench import VoximplantBench
from tests.calls.providers.voximplant_fake import NUMBER, key_file
from widget_server.calls.model import Call
from widget_server.calls.port import DialOrder, ProviderCall
from widget_server.calls.providers.orders import provider_orders
from widget_server.calls.providers.voximplant.api import ServiceAccount, VoximplantApi
from widget_server.calls.recordings import recordings
from widget_server.settings import BadSettings

NOTICE = "Разговор записывается, ноль — без записи"


def taken(bench: VoximplantBench, notice: str | None = None, shown: str = "") -> Call:
    """Return a call that Anna has; the visitor is dialled as the order says."""
    call = bench.world.ask()
    bench.settle()
    bench.world.telephony.dial_visitor(DialOrder(call.id, VISITOR, shown, notice, "ru"))
    assert bench.answer(call.id, bench.world.crew[0].id)
    return call


def visitors_leg(bench: VoximplantBench, call: Call) -> dict[str, object]:
    return next(leg for leg in bench.calls[call.id].legs if f"+{leg['to']}" == VISITOR)


@pytest.mark.parametrize(("shown", "seen"), [("", NUMBER), (OWN_NUMBER, OWN_NUMBER), ("+74950000000", NUMBER)])
def test_the_visitor_sees_a_number_of_the_account(voximplant: VoximplantBench, shown: str, seen: str) -> None:
    assert f"+{visitors_leg(voximplant, taken(voximplant, shown=shown))['shown']}" == seen


def test_a_console_cannot_ring(voximplant: VoximplantBench) -> None:
    anna, boris, vera = voximplant.world.crew
    voximplant.world.give_device(anna, "console")
    voximplant.world.give_device(boris, "sip", "")
    call = voximplant.world.ask()
    assert voximplant.ringing(call.id) == {vera.id}


def test_if_nobody_can_ring_no_session_is_paid_for(voximplant: VoximplantBench) -> None:
    for operator in voximplant.world.crew:
        voximplant.world.give_device(operator, "sip", "")
    call = voximplant.world.ask()
    assert voximplant.world.state(call.id) == ("ended", "missed")
    assert voximplant.provider.commands == []


def test_the_winner_hears_where_the_call_comes_from(voximplant: VoximplantBench) -> None:
    call = voximplant.world.ask()
    voximplant.answer(call.id, voximplant.world.crew[0].id)
    anna = voximplant.leg_of(call.id, voximplant.world.crew[0].id)
    asked, whisper = voximplant.calls[call.id].legs[anna]["words"]
    assert asked == "Вам звонок. Чтобы ответить, нажмите один."
    assert whisper.startswith("Звонок с сайта Окна Плюс")


def test_a_talk_after_the_notice_is_recorded(voximplant: VoximplantBench) -> None:
    call = taken(voximplant, notice=NOTICE)
    voximplant.visitor(call.id, "answers")
    assert visitors_leg(voximplant, call)["words"] == [NOTICE]
    voximplant.visitor(call.id, "leaves")
    with voximplant.world.storage.read() as tx:
        kept = tx.execute(select(recordings.c.reference, recordings.c.seconds)).all()
    assert [tuple(row) for row in kept] == [("https://storage.example/1", 17)]


def test_a_recording_is_fetched_and_deleted(voximplant: VoximplantBench) -> None:
    telephony, url = voximplant.world.telephony, f"{voximplant.provider.url}/records/1"
    assert telephony.recording(url) == b"ID3 sound"
    telephony.delete_recording(url)
    with pytest.raises(LookupError):
        telephony.recording(url)


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("https://api.voximplant.com/records/1", True),
        ("https://storage-gw-ru-02.voximplant.com/1.mp3", True),
        ("http://storage-gw-ru-02.voximplant.com/1.mp3", False),
        ("https://voximplant.com.evil.example/1.mp3", False),
        ("https://evilvoximplant.com/1.mp3", False),
        ("https://api.voximplant.com@evil.example/1.mp3", False),
        ("https://127.0.0.1/1.mp3", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_the_token_goes_to_the_providers_own_hosts_only(tmp_path: Path, url: str, known: bool) -> None:
    api = VoximplantApi("https://api.voximplant.com/platform_api", key_file(tmp_path), "7")
    if known:
        assert api._known(url) == url
        return
    for use in (api.recording, api.delete_recording):
        with pytest.raises(LookupError):
            use(url)


@pytest.mark.parametrize("said", ["", "[]", "{}", '{"account_id": 1, "key_id": "k", "private_key": "x"}'])
def test_a_file_that_is_no_key_is_told_at_the_start(tmp_path: Path, said: str) -> None:
    (tmp_path / "key.json").write_text(said)
    with pytest.raises(BadSettings, match="not the key file of a Voximplant service account"):
        ServiceAccount(str(tmp_path / "key.json"))


def test_a_session_that_is_gone_ends_the_call_at_the_provider(voximplant: VoximplantBench) -> None:
    call = voximplant.world.ask()
    assert voximplant.ringing(call.id)
    voximplant.provider.gone.add(0)
    find = voximplant.world.telephony.find
    assert find(call.id) == ProviderCall(call.id, visitor_dialled=False, ended=True)


@pytest.mark.parametrize(
    "said",
    [
        {"event": "operator_answered", "operator": "o" * 26},
        {"event": "operator_failed", "operator": "o" * 26, "result": "busy"},
        {"event": "operator_failed", "operator": "o" * 26, "result": "anything"},
        {"event": "visitor_failed", "result": "talked"},
        {"event": "anything"},
    ],
)
def test_what_makes_no_sense_changes_nothing(voximplant: VoximplantBench, said: dict[str, str]) -> None:
    call = voximplant.world.ask()
    assert voximplant.ringing(call.id)
    before = voximplant.world.everything()
    assert voximplant.report({"session": "session0", "seq": 900, "call": call.id, **said})["over"] is False
    assert voximplant.world.everything() == before


def test_another_session_has_no_say_in_the_call(voximplant: VoximplantBench) -> None:
    call = voximplant.world.ask()
    assert voximplant.ringing(call.id)
    before = voximplant.world.everything()
    for event in ("ended", "visitor_answered", "started"):
        said = {"session": "stranger", "seq": len(event), "call": call.id, "event": event}
        assert voximplant.report(said) == {"over": True}
    assert voximplant.world.everything() == before


def test_numbers_and_words_are_forgotten_with_the_call(voximplant: VoximplantBench) -> None:
    call = taken(voximplant, notice=NOTICE)
    voximplant.visitor(call.id, "busy")
    with voximplant.world.storage.read() as tx:
        kept = tx.execute(select(provider_orders.c.details).where(provider_orders.c.call_id == call.id)).scalars().all()
    assert kept
    assert VISITOR not in json.dumps(list(kept))
    assert NOTICE not in json.dumps(list(kept), ensure_ascii=False)
