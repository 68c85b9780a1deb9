"""Reading what somebody wants to add to a conversation (docs/protocol.md, section 5)."""

from collections.abc import Mapping
from typing import Any

from widget_server.chat.model import CHANGES, KINDS_OF, LONGEST_BODY, Author, Entry, Kind
from widget_server.edge.payload import json_object, read_id, read_number, read_text
from widget_server.kernel.errors import BadInput


def read_entry(body: Mapping[str, Any], author: Author) -> Entry:
    """Return the entry in a payload; ``kind`` is ``text`` where it is absent.

    Raises
    ------
    BadInput
        If it has no form that ``author`` may write.
    """
    client_id, kind = read_id(body, "client_id"), _read_kind(body, author)
    words = "" if kind == "delete" else read_text(body, "body", most=LONGEST_BODY)
    return Entry(client_id, words, kind, _read_data(body, kind))


def _read_kind(body: Mapping[str, Any], author: Author) -> Kind:
    for kind in KINDS_OF[author]:
        if body.get("kind", "text") == kind:
            return kind
    raise BadInput("bad_field", field="kind", expected=", ".join(sorted(KINDS_OF[author])))


def _read_data(body: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    if kind not in CHANGES:
        return {}
    return {"of": read_number(json_object(body.get("data")), "of", least=1)}
