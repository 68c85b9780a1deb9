"""The bed itself: what the other tests measure with is right."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.pbx.ari import Ari
from tests.pbx.conftest import eventually
from tests.pbx.legs import Behaviour, Leg
from tests.pbx.phones import Phone
from tests.pbx.running import Phones
from tests.pbx.server import Asterisk

VISITOR = "+79121234567"


def last_leg(phones: Phones, name: str) -> Leg:
    """Return the latest call that this telephone saw, once it has seen one."""
    phone = phones.carrier if name == "carrier" else phones.operators[name]
    eventually(lambda: phones.read(lambda: bool(phone.legs)))
    return phones.read(lambda: phone.legs[-1])


# The first test here: no application has connected yet.
def test_without_the_product_a_call_from_outside_still_rings_operators(pbx: Asterisk, phones: Phones) -> None:
    leg = phones.call("+74951234567", VISITOR, Behaviour(hang_up_after=0.1)).result(10)
    assert leg.status == 200
    assert last_leg(phones, "op1").caller == VISITOR


def test_two_who_are_joined_hear_each_other_and_nobody_else(phones: Phones, ari: Ari) -> None:
    operator = ari.call("PJSIP/op1", callerId=VISITOR)
    ari.wait_for("StasisStart", operator)
    visitor = ari.call(f"PJSIP/{VISITOR}@trunk", callerId="+78005553535")
    ari.wait_for("StasisStart", visitor)
    ari.join(operator, visitor)
    time.sleep(0.5)
    ari.delete(f"channels/{operator}")
    ari.delete(f"channels/{visitor}")
    here, there = last_leg(phones, "op1"), last_leg(phones, "carrier")
    eventually(lambda: here.hung_up_at is not None and there.hung_up_at is not None)
    assert (here.caller, there.caller, there.called) == (VISITOR, "+78005553535", VISITOR)
    assert here.heard_only(there)
    assert there.heard_only(here)
    assert there.heard[here.tone] >= 15  # of some 25 packets


def test_a_cancelled_telephone_falls_silent_and_is_told_why(phones: Phones, ari: Ari) -> None:
    channel = ari.call("PJSIP/op2")
    ari.wait_for("ChannelStateChange", channel)
    asked = time.time()
    ari.delete(f"channels/{channel}", reason="answered_elsewhere")
    leg = last_leg(phones, "op2")
    eventually(lambda: leg.cancelled_at is not None)
    assert leg.answered_at is None
    assert "Call completed elsewhere" in leg.cancel_reason
    assert leg.cancelled_at is not None
    assert 0 < leg.cancelled_at - asked < 0.5


def test_a_channel_id_must_not_begin_another_one(ari: Ari) -> None:
    living = str(ari.post("channels/call-vxyz", endpoint="PJSIP/op2", app="widget", formats="alaw")["id"])
    with pytest.raises(HTTPError) as refused:
        ari.post("channels/call-v", endpoint="PJSIP/op2", app="widget", formats="alaw")
    refused.value.close()
    ari.delete(f"channels/{living}")
    assert refused.value.code == 409


@pytest.mark.parametrize(("who", "cause"), [("busy", 17), ("no", 21)])
def test_a_refusal_comes_back_with_its_cause(ari: Ari, who: str, cause: int) -> None:
    assert ari.wait_for("ChannelDestroyed", ari.call(f"PJSIP/{who}"))["cause"] == cause


@pytest.mark.parametrize(("ending", "cause"), [("00", 17), ("02", 1), ("03", 21)])
def test_the_last_digits_say_what_a_visitor_does(ari: Ari, ending: str, cause: int) -> None:
    channel = ari.call(f"PJSIP/+791212345{ending}@trunk")
    assert ari.wait_for("ChannelDestroyed", channel)["cause"] == cause


def test_a_pressed_key_arrives(ari: Ari) -> None:
    channel = ari.call("PJSIP/keys")
    assert ari.wait_for("ChannelDtmfReceived", channel)["digit"] == "1"
    ari.delete(f"channels/{channel}")


def test_a_call_from_outside_enters_the_application(phones: Phones, ari: Ari) -> None:
    talk = phones.call("+74951234567", VISITOR, Behaviour(hang_up_after=0.3))
    event = ari.wait_for("StasisStart")
    assert event["args"] == ["inbound", "+74951234567", VISITOR]
    ari.post(f"channels/{event['channel']['id']}/answer")
    leg = talk.result(5)
    assert (leg.status, leg.hung_up_by) == (200, "caller")
    ari.wait_for("StasisEnd", event["channel"]["id"])


def test_a_caller_may_give_up(phones: Phones, ari: Ari) -> None:
    talk = phones.call("+74951234567", VISITOR, ring_for=0.3)
    channel = ari.wait_for("StasisStart")["channel"]["id"]
    ari.post(f"channels/{channel}/ring")
    leg = talk.result(5)
    assert (leg.status, leg.answered_at) == (487, None)
    assert leg.ringing_at is not None
    ari.wait_for("StasisEnd", channel)


def test_an_operators_telephone_dials_nothing(pbx: Asterisk, phones: Phones) -> None:
    assert phones.run(phones.dial_as("op1", "+442071838750")).status == 403


def test_strangers_dial_nothing(pbx: Asterisk, phones: Phones) -> None:
    assert phones.run(phones.dial_as("stranger", "+442071838750")).status == 401


def test_a_wrong_password_is_refused(pbx: Asterisk, phones: Phones) -> None:
    async def enter() -> None:
        liar = Phone("op1", pbx.sip, password="wrong")
        try:
            await liar.register()
        finally:
            liar.close()

    with pytest.raises(PermissionError, match="401"):
        phones.run(enter())


def test_modules_for_telephones_in_browsers_run(pbx: Asterisk) -> None:
    for name in ("res_http_websocket", "res_pjsip_transport_websocket", "res_srtp", "codec_opus_open_source"):
        assert json.loads(pbx.ask(f"asterisk/modules/{name}.so"))["status"] == "Running"


def test_several_run_at_once_and_nothing_is_left(tmp_path: Path) -> None:
    with Asterisk() as first, Asterisk() as second:
        pids = [first.pid, second.pid]
        assert json.loads(first.ask("channels")) == json.loads(second.ask("channels")) == []
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_it_dies_with_whoever_started_it() -> None:
    code = "import os; from tests.pbx.server import Asterisk; pbx = Asterisk().__enter__()"
    code += "; print(pbx.pid, pbx.run_dir); os.kill(os.getpid(), 9)"
    died = subprocess.run([sys.executable, "-u", "-c", code], capture_output=True, text=True, timeout=30)
    pid, run_dir = died.stdout.split()
    eventually(lambda: not Path(f"/proc/{pid}").exists())
    shutil.rmtree(run_dir)


def test_a_missing_installation_is_said_in_a_line(tmp_path: Path) -> None:
    from tests.pbx.server import NoPbx

    with pytest.raises(NoPbx, match="make pbx"), Asterisk(root=tmp_path):
        pass


def test_the_installer_says_in_a_line_why_it_cannot(tmp_path: Path) -> None:
    script = Path(__file__).parent / "install.sh"
    environment = {"WIDGET_PBX_ROOT": str(tmp_path / "pbx"), "WIDGET_PBX_MIRROR": "http://127.0.0.1:9/debian"}
    environment |= {"WIDGET_PBX_SUITES": "sid"}
    said = subprocess.run(["bash", script], capture_output=True, text=True, env=os.environ | environment, timeout=60)
    assert said.returncode == 1
    assert said.stderr.count("\n") == 1
    assert "no Asterisk from http://127.0.0.1:9/debian" in said.stderr
    assert list(tmp_path.iterdir()) == [tmp_path / "pbx.lock"]


def test_installing_again_takes_no_time() -> None:
    began = time.monotonic()
    subprocess.run(["bash", Path(__file__).parent / "install.sh"], check=True, capture_output=True)
    assert time.monotonic() - began < 1
