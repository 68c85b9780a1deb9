"""Getting in: login, log-out, and the wizard's first step while nobody has been added yet."""

import re

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server.edge.answers import request_language
from widget_server.edge.form import Form
from widget_server.edge.operator import end_session, find_operator, start_session
from widget_server.edge.services import service
from widget_server.kernel.errors import Forbidden, ProductError
from widget_server.operators.model import OperatorDraft, read_email
from widget_server.operators.service import OperatorService
from widget_server.operators.setup_token import drop_setup_token, may_set_up
from widget_server.settings import Settings

blueprint = Blueprint("login", __name__, url_prefix="/console")
_OWN_PAGE = re.compile(r"/console(/[A-Za-z0-9_./-]*)?(\?[A-Za-z0-9_.,:;=&%+-]*)?")
MOST_NEXT = 500


@blueprint.get("/login")
def show_login() -> ResponseReturnValue:
    if find_operator() is not None:
        return redirect(safe_next(request.args.get("next", "")))
    if service(OperatorService).is_empty():
        return redirect(url_for("login.show_setup"))
    return _login_page(Form(request.form, request_language(), "people"))


@blueprint.post("/login")
def log_in() -> ResponseReturnValue:
    form = Form(request.form, request_language(), "people")
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        operator = service(OperatorService).log_in(email, password, request.remote_addr or "")
    except ProductError as error:
        form.add(error)
        return _login_page(form), error.status
    start_session(operator)
    return redirect(safe_next(request.form.get("next", "")))


@blueprint.post("/logout")
def log_out() -> ResponseReturnValue:
    operator = find_operator()
    if operator is not None:
        service(OperatorService).log_out(operator.id)
    end_session()
    return redirect(url_for("login.show_login"))


@blueprint.get("/setup")
def show_setup() -> ResponseReturnValue:
    if not service(OperatorService).is_empty():
        return redirect("/console/")
    _check_may_set_up()
    return _setup_page(Form(request.form, request_language(), "setup"))


@blueprint.post("/setup")
def set_up() -> ResponseReturnValue:
    if not service(OperatorService).is_empty():
        return redirect("/console/")
    _check_may_set_up()
    form = Form(request.form, request_language(), "setup")
    account, name = form.text("account", most=80), form.text("name", most=80)
    email, password = read_email(form.values.get("email", "")), form.values.get("password", "")
    if not form.errors:
        try:
            draft = OperatorDraft(name, email, password, "owner", request_language())
            operator = service(OperatorService).open_account(account, draft)
        except ProductError as error:
            form.add(error)
        else:
            drop_setup_token(service(Settings))
            start_session(operator)
            return redirect(url_for("sites.setup_site"))
    return _setup_page(form), 400


@blueprint.post("/me/language")
def set_language() -> ResponseReturnValue:
    operator = find_operator()
    if operator is not None:
        service(OperatorService).set_language(operator, request.form.get("lang", ""))
    page = re.sub(r"^https?://[^/]+", "", request.referrer or "")
    return redirect(safe_next(page))


def safe_next(wanted: str) -> str:
    """Return ``wanted`` if it is a page of the console, else the console's first page."""
    return wanted if len(wanted) <= MOST_NEXT and _OWN_PAGE.fullmatch(wanted) else "/console/"


def _check_may_set_up() -> None:
    if not may_set_up(service(Settings), request.values.get("token", "")):
        raise Forbidden("setup_token")


def _login_page(form: Form) -> str:
    wanted = safe_next(request.values.get("next", ""))
    return render_template("console/login.html", values=form.values, errors=form.errors, next=wanted)


def _setup_page(form: Form) -> str:
    token = request.values.get("token", "")
    return render_template("console/setup_account.html", values=form.values, errors=form.errors, token=token)
