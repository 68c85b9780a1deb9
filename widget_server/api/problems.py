"""Errors as RFC 9457 has them: what happened, and what to do."""

from http import HTTPStatus

from flask import Response, json, request
from werkzeug.exceptions import HTTPException

from widget_server.api.kinds import Flag, Text, Whole
from widget_server.api.shape import Field, Shape
from widget_server.edge.answers import HTTP_CODES, error_message, from_database
from widget_server.kernel.errors import ProductError, TooMany
from widget_server.texts import LANGUAGES, text

DOCS = "/api/v1/docs"
AFTER_SECONDS = 60
PROBLEM = Shape(
    "Problem",
    "What went wrong and what to do about it (RFC 9457).",
    (
        Field("type", Text(example=f"{DOCS}#bad_field"), "Where this code is explained."),
        Field("title", Text(example="Bad Request")),
        Field("status", Whole(400, 599, 400)),
        Field("code", Text(example="bad_field"), "Stable; for programs."),
        Field("detail", Text(example="“limit” is not right: expected a whole number, 1 to 100."), "For people."),
        Field("retryable", Flag(False), "Whether the same request may do later."),
        Field("field", Text(example="limit"), "The field that is wrong.", needed=False),
        Field("retry_after_seconds", Whole(example=60), needed=False),
    ),
)


def reader_language() -> str:
    """Programs speak English unless they ask for something else."""
    return request.accept_languages.best_match(LANGUAGES) or "en"


def answer_product_error(error: ProductError) -> Response:
    return _answer(error.code, error.status, error_message(error, reader_language()), error)


def answer_database_error(error: Exception) -> Response:
    return answer_product_error(from_database(error))


def answer_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    code = HTTP_CODES.get(status, "server" if status >= 500 else "bad_request")
    answer = _answer(code, status, text(reader_language(), f"errors.{code}"))
    for name, value in error.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer


def _answer(code: str, status: int, detail: str, error: ProductError | None = None) -> Response:
    body = {
        "type": f"{DOCS}#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "retryable": error.retryable if error is not None else status >= 500,
    }
    if error is not None and error.field:
        body["field"] = error.field
    answer = Response(status=status, mimetype="application/problem+json")
    if isinstance(error, TooMany):
        seconds = int(error.args_for_text.get("seconds", AFTER_SECONDS))
        body["retry_after_seconds"] = seconds
        answer.headers["Retry-After"] = str(seconds)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="widget-server"'
    answer.set_data(json.dumps(body))
    return answer
