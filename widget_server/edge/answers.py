"""Errors as answers: one form in JSON, a page for browsers, in the reader's language."""

import logging
import re
from typing import Any

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from widget_server.kernel.errors import BadInput, ProductError, ProofNeeded, TooMany, TryAgain
from widget_server.texts import LANGUAGES, catalogue, text

HTTP_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "bad_method",
    413: "too_large",
    415: "bad_json",
    429: "too_many",
}
DATABASE_ERRORS = (DataError, OperationalError, PoolTimeout)
log = logging.getLogger(__name__)


def request_language() -> str:
    """Return the reader's language: the operator's, ``?lang=``, ``Accept-Language``, else Russian."""
    chosen = g.get("language") or request.args.get("lang")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def error_message(error: ProductError, language: str, room: str = "") -> str:
    """Return the sentence that a person reads; the field is called as the forms of ``room`` call it."""
    label = field_label(error.field or "", language, room)
    return text(language, f"errors.{error.code}", **{"field": label, **error.args_for_text})


def field_label(field: str, language: str, room: str) -> str:
    """Return a field's name in a form; ``text_chat_ru_cta`` and ``variants.b.cta`` are named by their last word."""
    known = catalogue(language)
    for name in (field, re.split(r"[._]", field)[-1]):
        if isinstance(found := known.get(f"{room}.field.{name}"), str):
            return found
    return field


def error_body(error: ProductError, language: str) -> dict[str, Any]:
    """Return the protocol's error object."""
    body: dict[str, Any] = {
        "code": error.code,
        "message": error_message(error, language),
        "retryable": error.retryable,
    }
    if error.field:
        body["field"] = error.field
    if isinstance(error, TooMany):
        body["retry_after_seconds"] = error.args_for_text.get("seconds", 60)
    if isinstance(error, ProofNeeded):
        body["challenge"] = error.args_for_text["challenge"]
    return {"error": body}


def from_database(error: Exception) -> ProductError:
    """Return what a person is told when the database took nothing: what they sent is no text, or it is away or full."""
    if isinstance(error, DataError):
        return BadInput("bad_request")
    log.error("the database took nothing: %s", str(error).partition("\n")[0])
    return TryAgain("busy")


def install_error_handlers(app: Flask) -> None:
    app.register_error_handler(ProductError, _answer_product_error)
    for kind in DATABASE_ERRORS:
        app.register_error_handler(kind, lambda error: _answer_product_error(from_database(error)))
    app.register_error_handler(CSRFError, lambda _: _answer_product_error(_Plain("csrf", 400)))
    app.register_error_handler(HTTPException, _answer_http_exception)


class _Plain(ProductError):
    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.status = status  # type: ignore[misc]  # one error class per HTTP status would say nothing more


def _answer_product_error(error: ProductError) -> ResponseReturnValue:
    language = request_language()
    if _wants_page():
        return render_template("error.html", message=error_message(error, language), status=error.status), error.status
    return error_body(error, language), error.status


def _answer_http_exception(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error.get_response()
    return _answer_product_error(_Plain(HTTP_CODES.get(status, "server" if status >= 500 else "bad_request"), status))


def _wants_page() -> bool:
    return not request.path.startswith(("/w/", "/console/api/")) and request.accept_mimetypes.accept_html
