"""Twilio's documents as rules: what a request to it may hold, what TwiML may hold (``twilio_api.json``)."""

import json
import re
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path
from typing import Any

from tests.calls.providers.served import Fields

RULES: dict[str, Any] = json.loads((Path(__file__).parent / "twilio_api.json").read_text())
SIDS = re.compile(r"(CA|RE)[0-9a-f]{32}")


def operation(method: str, path: str) -> str:
    """Return the documented operation; fails for one that Twilio does not have."""
    name = f"{method} {SIDS.sub('{Sid}', path)}"
    assert name in RULES["operations"], name
    return name


def check_request(name: str, fields: Fields) -> dict[str, str]:
    """Check one request against the documents; return its fields."""
    rules = RULES["operations"][name]
    keys = [key for key, _ in fields]
    assert set(keys) <= set(rules["parameters"]), (name, set(keys) - set(rules["parameters"]))
    assert set(rules.get("required", ())) <= set(keys), name
    assert sum(key in keys for key in rules["one_of"]) == 1 if "one_of" in rules else True, name
    for key, value in fields:
        assert keys.count(key) == 1 or key in rules.get("repeatable", ()), (name, key)
        assert value in rules.get("values", {}).get(key, (value,)), (name, key, value)
        if key in rules.get("whole_numbers", {}):
            assert 0 < int(value) <= rules["whole_numbers"][key], (name, key, value)
        if key in rules.get("dates", ()):
            date.fromisoformat(value)
        if key in ("Url", "StatusCallback", "RecordingStatusCallback"):
            assert value.startswith("https://"), (name, key)
    return dict(fields)


def read_twiml(answer: str) -> ET.Element:
    """Parse an answer of ours; every verb and attribute must be a documented one in its place."""
    root = ET.fromstring(answer)
    assert root.tag == "Response"
    _check(root)
    return root


def _check(element: ET.Element) -> None:
    unknown = set(element.attrib) - set(RULES["twiml"][element.tag])
    assert not unknown, (element.tag, unknown)
    for key, value in element.attrib.items():
        allowed = RULES["twiml_values"].get(f"{element.tag}.{key}")
        assert allowed is None or set(value.split()) <= set(allowed), (element.tag, key, value)
    for child in element:
        assert child.tag in RULES["inside"].get(element.tag, ()), (element.tag, child.tag)
        _check(child)
