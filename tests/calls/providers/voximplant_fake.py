"""Voximplant as its documents describe it: the Management API on this machine, sessions to be started and poked."""

import base64
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.calls.providers.bench import OWN_NUMBER
from tests.calls.providers.served import Fields, NoAnswer

RULES: dict[str, Any] = json.loads((Path(__file__).parent / "voximplant_api.json").read_text())["commands"]
SECRET, NUMBER, RULE = "window-sill", "+74951234567", "7"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_file(folder: Path) -> str:
    """Write the key of a service account as the control panel gives it; return where."""
    pem = KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "credentials.json"
    path.write_text(json.dumps({"account_id": 17, "key_id": "key", "private_key": pem.decode()}))
    return str(path)


class Voximplant:
    """The provider. ``mood``: ``lose`` the next order, or ``swallow`` (carry it out, say nothing)."""

    def __init__(self) -> None:
        self.mood = ""
        self.refuses = False
        self.url = ""
        self.started: list[str] = []  # custom data of sessions
        self.due: list[tuple[str, int]] = []
        self.gone: set[int] = set()
        self.deleted: list[str] = []
        self.commands: list[str] = []

    def answer(self, method: str, path: str, fields: Fields, headers: dict[str, str]) -> tuple[int, bytes]:
        if path.startswith("/session/"):
            return self._poke(int(path.removeprefix("/session/")))
        check_token(headers["authorization"])
        if path.startswith("/records/"):
            return (404, b"") if path in self.deleted else (200, b"ID3 sound")
        command = path.removeprefix("/platform_api/")
        said = check_command(command, fields)
        self.commands.append(command)
        if self.mood == "lose":
            raise NoAnswer
        if self.refuses:
            return 200, b'{"error": {"msg": "no", "code": 134}}'
        found = self._carry_out(command, said)
        if self.mood == "swallow" and command == "StartScenarios":
            raise NoAnswer
        return 200, json.dumps(found).encode()

    def _carry_out(self, command: str, said: dict[str, str]) -> dict[str, Any]:
        if command == "StartScenarios":
            assert said["rule_id"] == RULE
            self.started.append(said["script_custom_data"])
            self.due.append(("start", len(self.started) - 1))
            address = f"{self.url}/session/{len(self.started) - 1}"
            return {"result": 1, "media_session_access_secure_url": address, "call_session_history_id": 1}
        if command == "DeleteRecord":
            self.deleted.append("/records/1")
            return {"result": 1}
        number = said.get("phone_number") or said.get("callerid_number")
        return {"result": [{}] if number == OWN_NUMBER.removeprefix("+") else []}

    def _poke(self, session: int) -> tuple[int, bytes]:
        if session in self.gone:
            return 404, b""
        self.due.append(("poke", session))
        return 200, b"ok"


def check_command(command: str, fields: Fields) -> dict[str, str]:
    """Check one command against the documents; return its fields."""
    rules, said = RULES[command], dict(fields)
    assert len(said) == len(fields), command
    assert set(said) <= set(rules["parameters"]), (command, set(said))
    assert set(rules.get("required", ())) <= set(said), command
    for name, most in rules.get("bytes", {}).items():
        assert len(said.get(name, "").encode()) <= most, (command, name)
    return said


def check_token(header: str) -> None:
    """Check the token of a service account: JWT, RS256, its own key, alive."""
    head, claims, signature = header.removeprefix("Bearer ").split(".")
    opened = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in (head, claims)]
    assert (opened[0]["alg"], opened[0]["kid"], opened[1]["iss"]) == ("RS256", "key", "17")
    assert 0 < opened[1]["exp"] - opened[1]["iat"] <= 3600
    proof = base64.urlsafe_b64decode(signature + "==")
    KEY.public_key().verify(proof, f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
