"""The page of ready words, and what the composer asks for."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server.edge.answers import request_language
from widget_server.edge.form import Form
from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.services import service
from widget_server.kernel.errors import ProductError
from widget_server.replies.model import Reply, ReplyDraft
from widget_server.replies.service import ReplyService
from widget_server.texts import text

blueprint = console_blueprint("replies", __name__)


@blueprint.get("/replies")
def show_replies() -> str:
    return render_template("console/replies.html", replies=service(ReplyService).list_replies(current_operator()))


@blueprint.route("/replies/new", methods=["GET", "POST"])
def new_reply() -> ResponseReturnValue:
    form = Form(request.form, request_language(), "replies")
    if request.method == "GET":
        return _page(form, ReplyDraft("", "", "", None, not current_operator().administers))
    return _save(form, None)


@blueprint.route("/replies/<reply_id>", methods=["GET", "POST"])
def reply(reply_id: str) -> ResponseReturnValue:
    form, known = _form(), service(ReplyService).access_reply(current_operator(), reply_id)
    if request.method == "GET":
        draft = ReplyDraft(known.short, known.ru, known.en, known.site_id, known.operator_id is not None)
        return _page(form, draft, known)
    return _save(form, known)


@blueprint.post("/replies/<reply_id>/delete")
def delete_reply(reply_id: str) -> ResponseReturnValue:
    service(ReplyService).delete_reply(current_operator(), reply_id)
    flash(text(request_language(), "replies.deleted"), "success")
    return redirect(url_for("replies.show_replies"))


@blueprint.get("/api/replies")
def data() -> dict[str, Any]:
    return {"replies": [one.view() for one in service(ReplyService).list_replies(current_operator())]}


@blueprint.post("/api/replies/<reply_id>/used")
def used(reply_id: str) -> dict[str, Any]:
    service(ReplyService).note_use(current_operator(), reply_id)
    return {"counted": True}


def _form() -> Form:
    return Form(request.form, request_language(), "replies")


def _save(form: Form, known: Reply | None) -> ResponseReturnValue:
    values = form.values
    scope = values.get("scope", "mine")
    draft = ReplyDraft(
        values.get("short", ""), values.get("ru", ""), values.get("en", ""), values.get("site_id"), scope == "mine"
    )
    try:
        if known is None:
            service(ReplyService).create_reply(current_operator(), draft)
        else:
            service(ReplyService).change_reply(current_operator(), known.id, draft)
    except ProductError as error:
        form.add(error)
        return _page(form, draft, known), error.status
    flash(text(request_language(), "replies.saved"), "success")
    return redirect(url_for("replies.show_replies"))


def _page(form: Form, draft: ReplyDraft, known: Reply | None = None) -> str:
    may_change = known is None or known.may_be_changed_by(current_operator())
    return render_template("console/reply.html", draft=draft, known=known, errors=form.errors, may_change=may_change)
