"""Reading what somebody wants to add to a conversation (docs/protocol.md, section 5)."""

from collections.abc import Mapping
from typing import Any

from widget_server.chat.model import CHANGES, KINDS_OF, LONGEST_BODY, Author, Entry, Kind
from widget_server.edge.payload import json_object, read_id, read_number, read_text
from widget_server.kernel.errors import BadInput
from widget_server.sites.chatting import LONGEST_QUESTION

WORDLESS: frozenset[Kind] = frozenset({"delete", "file", "form"})
LONGEST_COMMENT = 1000
FIELDS = {"name": 80, "phone": 40, "email": 254, "answer": 500}  # what a form may hold, and how long each may be


def read_entry(body: Mapping[str, Any], author: Author) -> Entry:
    """Return the entry in a payload; ``kind`` is ``text`` where it is absent.

    Raises
    ------
    BadInput
        If it has no form that ``author`` may write.
    """
    client_id, kind = read_id(body, "client_id"), _read_kind(body, author)
    return Entry(client_id, _read_words(body, kind), kind, _read_data(body, kind))


def _read_words(body: Mapping[str, Any], kind: Kind) -> str:
    if kind in WORDLESS:
        return ""
    if kind == "rating":
        return read_text(body, "body", most=LONGEST_COMMENT, least=0) if "body" in body else ""
    return read_text(body, "body", most=LONGEST_BODY)


def _read_kind(body: Mapping[str, Any], author: Author) -> Kind:
    for kind in KINDS_OF[author]:
        if body.get("kind", "text") == kind:
            return kind
    raise BadInput("bad_field", field="kind", expected=", ".join(sorted(KINDS_OF[author])))


def _read_data(body: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    if kind in CHANGES:
        return {"of": read_number(json_object(body.get("data")), "of", least=1)}
    if kind == "file":
        return {"file": read_id(json_object(json_object(body.get("data")).get("file")), "id")}
    if kind == "rating":
        return {"score": read_number(json_object(body.get("data")), "score", most=5)}
    return _read_form(json_object(body.get("data"))) if kind == "form" else {}


def _read_form(data: Mapping[str, Any]) -> dict[str, Any]:
    fields = json_object(data.get("fields"))
    given = {name: read_text(fields, name, most=most, least=0) for name, most in FIELDS.items() if name in fields}
    question = read_text(data, "question", most=LONGEST_QUESTION) if given.get("answer") else ""
    consent = None if data.get("consent") is None else read_text(data, "consent", most=64)
    return {"fields": given, "question": question, "consent": consent, "away": data.get("away") is True}
