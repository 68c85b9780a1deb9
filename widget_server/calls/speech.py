"""Words as sound, made by the owner's speech command when a PBX asks for them.

The address of a sound holds its words, signed, so that nothing needs to be kept between the call and the question; the
sound itself is made once and then kept in ``data_dir/speech``.
"""

import hashlib
import logging
import re
import shlex
import subprocess
import tempfile
import wave
from pathlib import Path

from itsdangerous import BadSignature, URLSafeSerializer

from widget_server.kernel.errors import NotFound, TryAgain
from widget_server.settings import Settings, prepare_data_dir

log = logging.getLogger(__name__)
LONGEST = 300
COMMAND_SECONDS = 10
KEPT = 500


class Speech:
    """Without a speech command there is no sound for any words."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._command = shlex.split(settings.speech_command)

    def address(self, words: str, language: str) -> str | None:
        """Return where ``read`` gives these words as a WAV; None if nothing can speak them."""
        if not (self._command and words):
            return None
        return f"{self._settings.url}/telephony/sound/{self._signer().dumps([language, speakable(words)])}.wav"

    def read(self, token: str) -> bytes:
        """Return the WAV of an address that ``address`` gave: 8000 Hz, one channel, 16 bit.

        Raises
        ------
        NotFound
            If the address is not ours.
        TryAgain
            If the speech command fails.
        """
        try:
            language, words = self._signer().loads(token)
        except BadSignature:
            raise NotFound("not_found") from None
        name = hashlib.sha256(repr((self._command, language, words)).encode()).hexdigest()
        kept = self._folder() / f"{name}.wav"
        if not kept.exists():
            self._keep(kept, self._speak(words, language))
        return kept.read_bytes()

    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self._settings.signing_key(), salt="speech")

    def _folder(self) -> Path:
        folder = prepare_data_dir(self._settings) / "speech"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def _speak(self, words: str, language: str) -> bytes:
        from widget_server.calls.sound import for_telephones  # numpy: not for every start

        with tempfile.TemporaryDirectory() as place:
            file = Path(place) / "said.wav"
            values = {"language": language, "text": words, "file": str(file)}
            command = [word.format(**values) for word in self._command]
            try:
                subprocess.run(command, check=True, capture_output=True, timeout=COMMAND_SECONDS)  # noqa: S603  # owner's
                return for_telephones(file)
            except (OSError, subprocess.SubprocessError, wave.Error, EOFError) as error:
                log.warning("speech_command fails: %s", type(error).__name__)
                raise TryAgain("busy") from None

    def _keep(self, path: Path, sound: bytes) -> None:
        part = path.with_suffix(f".{id(sound)}.part")
        part.write_bytes(sound)
        part.replace(path)
        oldest_first = sorted(self._folder().glob("*.wav"), key=lambda one: one.stat().st_mtime)
        for old in oldest_first[:-KEPT]:
            old.unlink(missing_ok=True)


def speakable(words: str) -> str:
    """Return words that a command cannot take for an option, and nobody has to listen to for long.

    >>> speakable("  --help\\n me ")
    'help me'
    """
    return re.sub(r"\s+", " ", words).strip().lstrip("-@ ")[:LONGEST]
