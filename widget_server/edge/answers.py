"""Errors as answers: one form in JSON, a page for browsers, in the reader's language."""

from typing import Any

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from widget_server.kernel.errors import ProductError, TooMany
from widget_server.texts import LANGUAGES, text

HTTP_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "bad_method",
    413: "too_large",
    415: "bad_json",
    429: "too_many",
}


def request_language() -> str:
    """Return the reader's language: the operator's, ``?lang=``, ``Accept-Language``, else Russian."""
    chosen = g.get("language") or request.args.get("lang")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def error_message(error: ProductError, language: str) -> str:
    """Return the sentence that a person reads."""
    return text(language, f"errors.{error.code}", field=error.field or "", **error.args_for_text)


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
    return {"error": body}


def install_error_handlers(app: Flask) -> None:
    app.register_error_handler(ProductError, _answer_product_error)
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
