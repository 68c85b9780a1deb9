"""Tags of the console: on a conversation, and the account's list of them."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server.edge.answers import request_language
from widget_server.edge.form import Form
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.payload import json_body
from widget_server.edge.services import service
from widget_server.kernel.errors import ProductError
from widget_server.tags.service import TagService

blueprint = console_blueprint("tags", __name__)
administers = needs_role("owner", "admin")


@blueprint.get("/api/tags")
def data() -> dict[str, Any]:
    return {"tags": service(TagService).list_tags(current_operator())}


@blueprint.post("/api/conversations/<conversation_id>/tags")
def put_tag(conversation_id: str) -> dict[str, Any]:
    return {"tags": service(TagService).put_tag(current_operator(), conversation_id, json_body().get("name"))}


@blueprint.post("/api/conversations/<conversation_id>/tags/<tag_id>/remove")
def take_tag(conversation_id: str, tag_id: str) -> dict[str, Any]:
    return {"tags": service(TagService).take_tag(current_operator(), conversation_id, tag_id)}


@blueprint.get("/tags")
@administers
def show_tags() -> str:
    return _page(Form(request.form, request_language(), "tags"))


@blueprint.post("/tags/<tag_id>")
@administers
def change_tag(tag_id: str) -> ResponseReturnValue:
    form = Form(request.form, request_language(), "tags")
    try:
        service(TagService).change_tag(current_operator(), tag_id, form.values.get("name"), form.number("colour"))
    except ProductError as error:
        form.add(error)
        return _page(form), error.status
    return redirect(url_for("tags.show_tags"))


@blueprint.post("/tags/<tag_id>/delete")
@administers
def delete_tag(tag_id: str) -> ResponseReturnValue:
    service(TagService).delete_tag(current_operator(), tag_id)
    return redirect(url_for("tags.show_tags"))


def _page(form: Form) -> str:
    return render_template(
        "console/tags.html", tags=service(TagService).list_tags(current_operator()), errors=form.errors
    )
