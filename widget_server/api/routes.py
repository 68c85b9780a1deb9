"""The door: every operation is read, done and answered here, by its own declaration."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, g, json, render_template, request
from flask.typing import ResponseReturnValue
from limits import parse
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from widget_server.api import problems
from widget_server.api.catalogue import OPERATIONS, SECTIONS, by_path
from widget_server.api.kinds import JSON
from widget_server.api.model import ApiKey, id_of, is_idempotency_key
from widget_server.api.once import Once
from widget_server.api.openapi import document
from widget_server.api.operation import Ask, Operation
from widget_server.api.page import problems_of, sections_of
from widget_server.api.service import ApiKeyService
from widget_server.edge.answers import DATABASE_ERRORS
from widget_server.edge.identity import OperatorIdentity
from widget_server.edge.limits import Limits
from widget_server.edge.payload import json_body
from widget_server.edge.services import service
from widget_server.kernel.errors import BadInput, Forbidden, NotFound, ProductError
from widget_server.kernel.ids import is_id, new_id
from widget_server.settings import Settings

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
blueprint.register_error_handler(ProductError, problems.answer_product_error)
blueprint.register_error_handler(HTTPException, problems.answer_http_error)
for kind in DATABASE_ERRORS:
    blueprint.register_error_handler(kind, problems.answer_database_error)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    return _with_tag(_json(document()))


@blueprint.get("/docs")
def docs() -> str:
    g.language, limit = problems.reader_language(), parse(service(Settings).limit_api_per_key)
    return render_template(
        "api/docs.html",
        sections=sections_of(SECTIONS),
        problems=problems_of(OPERATIONS, g.language),
        limit=(limit.amount, limit.get_expiry()),
    )


@blueprint.route("/", defaults={"rest": ""}, methods=METHODS)
@blueprint.route("/<path:rest>", methods=METHODS)
def nothing(rest: str) -> ResponseReturnValue:
    raise NotFound("not_found")


@blueprint.after_request
def _say_what_is_left(response: Response) -> Response:
    rule = service(Settings).limit_api_per_key
    if "api_key" in g:
        left, seconds = service(Limits).left(rule, "api", g.api_key.id)
        limit = parse(rule)
        response.headers["RateLimit-Policy"] = f'"key";q={limit.amount};w={limit.get_expiry()}'
        response.headers["RateLimit"] = f'"key";r={left};t={seconds}'
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def _open(path: str, methods: Mapping[str, Operation]) -> None:
    def view(**ids: str) -> ResponseReturnValue:
        operation = methods.get("GET" if request.method == "HEAD" else request.method)
        if operation is None:
            raise MethodNotAllowed(sorted(methods))
        return _answer(operation, *_recognised(), ids)

    rule = path.replace("{", "<").replace("}", ">")
    blueprint.add_url_rule(rule, endpoint=path.strip("/").replace("/", "_"), view_func=view, methods=METHODS)


def _recognised() -> tuple[ApiKey, OperatorIdentity]:
    kind, _, sent = request.headers.get("Authorization", "").partition(" ")
    key, by = service(ApiKeyService).recognise(sent.strip() if kind.lower() == "bearer" else "")
    g.api_key = key
    service(Limits).check(service(Settings).limit_api_per_key, "api", key.id)
    return key, by


def _answer(operation: Operation, key: ApiKey, by: OperatorIdentity, ids: Mapping[str, str]) -> Response:
    if operation.writes and key.access != "write":
        raise Forbidden("read_only_key")
    if not all(is_id(one) for one in ids.values()):
        raise NotFound("not_found")
    query = {one.name: one.read_from(request.args) for one in operation.query}
    body = operation.body.read(json_body()) if operation.body is not None else {}
    name = request.headers.get("Idempotency-Key", "") if operation.method == "POST" else ""
    if name and not is_idempotency_key(name):
        raise BadInput("bad_idempotency_key", field="Idempotency-Key")
    once = id_of(key.id, request.path, name) if name else new_id()
    ask = Ask(key, by, ids, query, body, once, request.remote_addr or "-")
    if name:
        return _answer_once(operation, ask, name)
    return _with_tag(_json(operation.answered(operation.run(ask)), operation.status))


def _answer_once(operation: Operation, ask: Ask, name: str) -> Response:
    memory = service(Once)
    said = f"{request.method} {request.path}\n".encode() + request.get_data()
    known = memory.begin(ask.key.id, name, said)
    if known is not None:
        answer = _json(known["body"], operation.status)
        answer.headers["Idempotency-Replayed"] = "true"
        return answer
    made = _remembering(memory, ask, name, lambda: operation.answered(operation.run(ask)))
    return _json(made, operation.status)


def _remembering(memory: Once, ask: Ask, name: str, run: Callable[[], JSON | None]) -> JSON | None:
    try:
        made = run()
    except Exception:
        memory.drop(ask.key.id, name)
        raise
    memory.keep(ask.key.id, name, {"body": made})
    return made


def _json(made: Any, status: int = 200) -> Response:
    if made is None:
        return Response(status=status)
    return Response(json.dumps(made), status, mimetype="application/json")


def _with_tag(response: Response) -> Response:
    """Let who has this very answer already keep it."""
    if request.method in ("GET", "HEAD") and response.status_code == 200:
        response.add_etag()
        response.make_conditional(request)
    return response


for one_path, its_methods in by_path().items():
    _open(one_path, its_methods)
