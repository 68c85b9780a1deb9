"""Words as sound: made by the owner's command, once, for addresses that only we can write."""

import sys
import wave
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.callbacks.desk import settings_for_tests
from widget_server.calls.speech import LONGEST, Speech
from widget_server.kernel.errors import NotFound, TryAgain

SAY = f"{sys.executable} -m tests.pbx.speak {{file}} {{text}}"


def speech(tmp_path: Path, command: str = SAY) -> Speech:
    return Speech(settings_for_tests(speech_command=command, data_dir=str(tmp_path), public_url="https://w.example"))


def token(spoken: Speech, words: str = "Звонок с сайта") -> str:
    address = spoken.address(words, "ru")
    assert address is not None
    assert address.startswith("https://w.example/telephony/sound/")
    return address.rpartition("/")[2].removesuffix(".wav")


def test_words_become_what_telephones_play(tmp_path: Path) -> None:
    spoken = speech(tmp_path)
    with wave.open(BytesIO(spoken.read(token(spoken)))) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
        assert sound.getnframes() == 8000


def test_they_are_spoken_once(tmp_path: Path) -> None:
    spoken = speech(tmp_path)
    first = spoken.read(token(spoken))
    kept = next((tmp_path / "speech").iterdir())
    kept.write_bytes(b"kept")
    assert spoken.read(token(spoken)) == b"kept" != first


@pytest.mark.parametrize("words", ["", "x"])
def test_without_a_command_nothing_is_said(tmp_path: Path, words: str) -> None:
    assert speech(tmp_path, "").address(words, "ru") is None


def test_an_address_of_somebody_else_gives_nothing(tmp_path: Path) -> None:
    spoken = speech(tmp_path)
    with pytest.raises(NotFound):
        spoken.read(token(spoken)[:-1] + "!")


@pytest.mark.parametrize("command", ["false {file}", "no-such-program {file}", "true {file}", "sleep {file}"])
def test_a_command_that_fails_is_no_sound(tmp_path: Path, command: str) -> None:
    spoken = speech(tmp_path, command)
    with pytest.raises(TryAgain):
        spoken.read(token(spoken))


def test_nobody_listens_to_a_page_of_words(tmp_path: Path) -> None:
    spoken = speech(tmp_path)
    assert len(token(spoken, "a b" * 10_000)) < 2 * LONGEST


def test_asterisk_fetches_it_by_its_address_only(client: FlaskClient) -> None:
    assert client.get("/telephony/sound/WyJydSIsIngiXQ.x.wav").status_code == 404
