"""The operator's side of the edge: session, roles, console blueprints."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Blueprint, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from widget_server.edge.identity import OperatorGate, OperatorIdentity, Role
from widget_server.edge.services import service
from widget_server.kernel.errors import Forbidden, Unauthorized

P = ParamSpec("P")
R = TypeVar("R")


def current_operator() -> OperatorIdentity:
    """Return the operator who is logged in.

    Raises
    ------
    Unauthorized
        ``login_needed``: nobody is, or the session was ended (log-out elsewhere, new password).
    """
    found = find_operator()
    if found is None:
        raise Unauthorized("login_needed")
    return found


def find_operator() -> OperatorIdentity | None:
    if "operator" not in g:
        g.operator = service(OperatorGate).find_operator(session.get("operator", ""), session.get("version", 0))
        if g.operator is not None:
            g.language = g.operator.language
    found: OperatorIdentity | None = g.operator
    return found


def start_session(operator: OperatorIdentity) -> None:
    """Begin a fresh session: nothing of an earlier one is kept."""
    session.clear()
    session.permanent = True
    session["operator"], session["version"] = operator.id, operator.session_version
    g.pop("operator", None)


def end_session() -> None:
    session.clear()
    g.pop("operator", None)


def needs_role(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only operators of these roles in."""

    def wrap(handler: Callable[P, R]) -> Callable[P, R]:
        @wraps(handler)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if current_operator().role not in roles:
                raise Forbidden("not_your_role")
            return handler(*args, **kwargs)

        return guarded

    return wrap


def console_blueprint(name: str, import_name: str) -> Blueprint:
    """Return a blueprint under ``/console`` that only logged-in operators reach."""
    blueprint = Blueprint(name, import_name, url_prefix="/console")
    blueprint.before_request(_need_login)
    return blueprint


def _need_login() -> ResponseReturnValue | None:
    if find_operator() is not None:
        return None
    if request.path.startswith("/console/api/") or request.method != "GET":
        raise Unauthorized("login_needed")
    return redirect(url_for("login.show_login", next=request.full_path.rstrip("?")))
