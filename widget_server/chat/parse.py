"""Reading what somebody wants to add to a conversation (docs/protocol.md, section 5)."""

from collections.abc import Mapping
from typing import Any

from widget_server.chat.model import CHANGES, KINDS_OF, LONGEST_BODY, Aim, Author, Entry, Kind
from widget_server.edge.payload import json_object, read_id, read_number, read_text
from widget_server.kernel.errors import BadInput
from widget_server.kernel.ids import is_id
from widget_server.kernel.untrusted import clean_text
from widget_server.sites.chatting import LONGEST_QUESTION

WORDLESS: frozenset[Kind] = frozenset({"delete", "file", "form"})
LONGEST_COMMENT = 1000
FIELDS = {"name": 80, "phone": 40, "email": 254, "answer": 500}  # what a form may hold, and how long each may be
MOST_MENTIONS = 20
MOST_CHOICES, LONGEST_CHOICE = 6, 40


def read_entry(body: Mapping[str, Any], author: Author) -> Entry:
    """Return the entry in a payload; ``kind`` is ``text`` where it is absent.

    Raises
    ------
    BadInput
        If it has no form that ``author`` may write.
    """
    client_id, kind = read_id(body, "client_id"), _read_kind(body, author)
    return Entry(client_id, _read_words(body, kind), kind, _read_data(body, kind, author))


def _read_words(body: Mapping[str, Any], kind: Kind) -> str:
    if kind in WORDLESS:
        return ""
    if kind == "rating":
        return read_text(body, "body", most=LONGEST_COMMENT, least=0) if "body" in body else ""
    return read_text(body, "body", most=LONGEST_BODY)


def read_expected(body: Mapping[str, Any]) -> str | None:
    """Return who has the conversation as the asking page knows it, None for nobody."""
    return None if body.get("expected") is None else read_id(body, "expected")


def read_transfer(body: Mapping[str, Any]) -> tuple[Aim, Entry | None, str | None]:
    """Return whom a conversation is passed to, the note that goes with it, and who has it as the page knows."""
    chosen = [read_id(body, one) if body.get(one) is not None else None for one in ("operator", "department")]
    note = read_entry({"kind": "note", **json_object(body["note"])}, "operator") if body.get("note") else None
    if note is not None and note.kind != "note":
        raise BadInput("bad_field", field="note", expected="a note")
    return Aim(*chosen), note, read_expected(body)


def _read_kind(body: Mapping[str, Any], author: Author) -> Kind:
    for kind in KINDS_OF[author]:
        if body.get("kind", "text") == kind:
            return kind
    raise BadInput("bad_field", field="kind", expected=", ".join(sorted(KINDS_OF[author])))


def _read_data(body: Mapping[str, Any], kind: Kind, author: Author) -> dict[str, Any]:
    if kind in CHANGES:
        return {"of": read_number(json_object(body.get("data")), "of", least=1)}
    if kind == "file":
        return {"file": read_id(json_object(json_object(body.get("data")).get("file")), "id")}
    if kind == "rating":
        return {"score": read_number(json_object(body.get("data")), "score", most=5)}
    if kind == "form":
        return _read_form(json_object(body.get("data")))
    if kind == "text":
        return _read_choices(json_object(body.get("data") or {})) if author == "operator" else {}
    return _read_mentions(json_object(body.get("data") or {})) if kind == "note" else {}


def _read_choices(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that an operator offers to tap."""
    choices = data.get("choices", [])
    is_list = isinstance(choices, list) and len(choices) <= MOST_CHOICES
    if not is_list or not all(isinstance(one, str) and 0 < len(one.strip()) <= LONGEST_CHOICE for one in choices):
        raise BadInput("bad_field", field="choices", expected=f"at most {MOST_CHOICES} of {LONGEST_CHOICE} letters")
    return {"choices": [clean_text(one) for one in choices]} if choices else {}


def _read_form(data: Mapping[str, Any]) -> dict[str, Any]:
    fields = json_object(data.get("fields"))
    given = {name: read_text(fields, name, most=most, least=0) for name, most in FIELDS.items() if name in fields}
    question = read_text(data, "question", most=LONGEST_QUESTION) if given.get("answer") else ""
    consent = None if data.get("consent") is None else read_text(data, "consent", most=64)
    return {"fields": given, "question": question, "consent": consent, "away": data.get("away") is True}


def _read_mentions(data: Mapping[str, Any]) -> dict[str, Any]:
    named = data.get("mentions", [])
    if not isinstance(named, list) or len(named) > MOST_MENTIONS or not all(map(is_id, named)):
        raise BadInput("bad_field", field="mentions", expected=f"up to {MOST_MENTIONS} ids of colleagues")
    return {"mentions": list(dict.fromkeys(named))} if named else {}
