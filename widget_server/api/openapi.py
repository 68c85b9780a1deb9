"""The OpenAPI 3.1 document, made of the declarations that the door reads and writes by."""

from http import HTTPStatus

from widget_server.api.catalogue import OPERATIONS, SECTIONS, by_path
from widget_server.api.kinds import JSON, Id, Kind
from widget_server.api.operation import Operation
from widget_server.api.problems import PROBLEM
from widget_server.api.shape import Shape

VERSION = "1.0"
ABOUT = (
    "Sites, conversations, callbacks, calls, visitors and experiments for programs of your own. Times are ISO 8601 UTC."
    " Lists come in pages: ask again with `cursor` until `next` is null. A POST with an `Idempotency-Key` happens once."
    " A field that you do not know is to be ignored; a field is never given a second meaning."
)
IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Up to 200 visible characters of your own. The same key within a day: the same answer, done once.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
}
HEADERS = {
    "RateLimit-Policy": {"description": "How many requests in how many seconds.", "schema": {"type": "string"}},
    "RateLimit": {"description": "How many are left, and when there are more again.", "schema": {"type": "string"}},
}


def document() -> JSON:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "widget-server",
            "version": VERSION,
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}],
        "tags": [{"name": name} for name in SECTIONS],
        "paths": {path: _path(methods) for path, methods in by_path().items()},
        "components": {
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "A key from the console's page API."}
            },
            "schemas": {shape.name: shape.whole_schema() for shape in _shapes()},
        },
    }


def _path(methods: dict[str, Operation]) -> JSON:
    return {method.lower(): _operation(operation) for method, operation in methods.items()}


def _operation(operation: Operation) -> JSON:
    tag = next(name for name, section in SECTIONS.items() if operation in section)
    parameters = [_parameter("path", name, Id(), "", True) for name in operation.ids]
    parameters += [_parameter("query", one.name, one.kind, one.about, one.needed) for one in operation.query]
    made: JSON = {"operationId": operation.id, "tags": [tag], "summary": operation.about}
    if operation.method == "POST":
        parameters.append(IDEMPOTENCY)
    if parameters:
        made["parameters"] = parameters
    if operation.body is not None:
        content = {"application/json": {"schema": operation.body.schema()}}
        made["requestBody"] = {"required": True, "content": content}
    made["responses"] = {str(operation.status): _success(operation)} | {
        str(status): _problem(status, codes) for status, codes in operation.codes().items()
    }
    made["x-access"] = "write" if operation.writes else "read"
    return made


def _parameter(where: str, name: str, kind: Kind, about: str, needed: bool) -> JSON:
    made: JSON = {"name": name, "in": where, "required": needed, "schema": kind.schema()}
    return made | ({"description": about} if about else {})


def _success(operation: Operation) -> JSON:
    made: JSON = {"description": HTTPStatus(operation.status).phrase, "headers": HEADERS}
    if operation.answer is None:
        return made
    return made | {"content": {"application/json": {"schema": answer_schema(operation)}}}


def answer_schema(operation: Operation) -> JSON:
    assert operation.answer is not None
    one = operation.answer.schema()
    if not operation.is_list:
        return one
    listed: JSON = {"data": {"type": "array", "items": one}, "next": {"type": ["string", "null"]}}
    return {"type": "object", "required": ["data", "next"], "properties": listed}


def _problem(status: int, codes: tuple[str, ...]) -> JSON:
    said = f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}"
    return {"description": said, "content": {"application/problem+json": {"schema": PROBLEM.schema()}}}


def _shapes() -> list[Shape]:
    found = {PROBLEM.name: PROBLEM}
    for operation in OPERATIONS:
        for shape in (operation.answer, operation.body):
            for one in [shape, *shape.inner()] if shape is not None else []:
                assert found.setdefault(one.name, one) is one, f"two shapes are called {one.name}"
    return sorted(found.values(), key=lambda shape: shape.name)
