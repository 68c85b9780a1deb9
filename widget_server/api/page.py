"""The page that people read: what may be asked, with an example of each, made of the same declarations."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from widget_server.api.kinds import JSON, Kind
from widget_server.api.operation import Operation
from widget_server.api.shape import Field, Shape
from widget_server.texts import catalogue

_OPEN = re.compile(r"\{\w+\}")


def sections_of(sections: Mapping[str, tuple[Operation, ...]]) -> list[dict[str, Any]]:
    return [{"name": name, "operations": [_operation(one) for one in found]} for name, found in sections.items()]


def problems_of(operations: Sequence[Operation], language: str) -> list[dict[str, Any]]:
    """Return every code once with its sentence; what is put into it is left open."""
    found = {code: status for one in operations for status, codes in one.codes().items() for code in codes}
    words = catalogue(language)
    return [
        {"code": code, "status": status, "words": _OPEN.sub("…", str(words[f"errors.{code}"]))}
        for code, status in sorted(found.items())
    ]


def example_of(operation: Operation) -> Any:
    """Return what it answers, made up."""
    if operation.answer is None:
        return None
    one = operation.answer.example
    return {"data": [one], "next": None} if operation.is_list else one


def curl(operation: Operation) -> str:
    """Return how it is asked on a command line; ``$API`` and ``$KEY`` are the reader's."""
    lines = ["curl" + (f" -X {operation.method}" if operation.method == "DELETE" or operation.is_bare_post else "")]
    path = operation.path
    for name in operation.ids:
        path = path.replace("{" + name + "}", f"${name.upper()}")
    lines[0] += f' "$API{path}"'
    lines.append('-H "Authorization: Bearer $KEY"')
    if operation.method == "POST":
        lines.append('-H "Idempotency-Key: order-1817"')
    if operation.body is not None:
        lines.append('-H "Content-Type: application/json"')
        sent = {one.name: one.shown() for one in operation.body.fields if one.needed}
        lines.append(f"-d '{json.dumps(sent, ensure_ascii=False)}'")
    return " \\\n  ".join(lines)


def type_of(kind: Kind) -> str:
    """Say what a value is, in a word or two.

    >>> from widget_server.api.kinds import Maybe, Many, Text
    >>> type_of(Maybe(Many(Text())))
    'list of string, or null'
    """
    inner: Any = getattr(kind, "of", None)
    name = type(kind).__name__
    if name == "Maybe":
        return f"{type_of(inner)}, or null"
    if name == "Many":
        return f"list of {type_of(inner)}"
    if isinstance(kind, Shape):
        return kind.name
    schema: JSON = kind.schema()
    if "enum" in schema:
        return " | ".join(schema["enum"])
    return {"Id": "id", "Moment": "time"}.get(name) or str(schema["type"])


def _operation(operation: Operation) -> dict[str, Any]:
    answer = example_of(operation)
    return {
        "id": operation.id,
        "method": operation.method,
        "path": operation.path,
        "about": operation.about,
        "access": "write" if operation.writes else "read",
        "query": [_field(one) for one in operation.query],
        "body": [_field(one) for one in operation.body.fields] if operation.body is not None else [],
        "answer": [_field(one) for one in operation.answer.fields] if operation.answer is not None else [],
        "curl": curl(operation),
        "example": json.dumps(answer, ensure_ascii=False, indent=2) if answer is not None else "",
        "status": operation.status,
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "type": type_of(field.kind),
        "about": field.about.replace("`", ""),
        "needed": field.needed,
    }
