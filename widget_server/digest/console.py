"""A person's own page of the weekly letter."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server.digest.service import DigestService
from widget_server.edge.answers import error_message, request_language
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.services import service
from widget_server.kernel.errors import Conflict
from widget_server.texts import text

blueprint = console_blueprint("digest", __name__)
readers = needs_role("owner", "admin", "marketer")


@blueprint.get("/me/digest")
@readers
def show() -> str:
    digests = service(DigestService)
    return render_template("console/digest.html", wanted=digests.wants(current_operator()), missing=digests.missing)


@blueprint.post("/me/digest")
@readers
def save() -> ResponseReturnValue:
    wanted = "wanted" in request.form
    service(DigestService).set_wish(current_operator(), wanted)
    flash(text(request_language(), "digest.on" if wanted else "digest.off"), "success")
    return redirect(url_for("digest.show"))


@blueprint.post("/me/digest/now")
@readers
def show_now() -> ResponseReturnValue:
    try:
        service(DigestService).show_now(current_operator())
        flash(text(request_language(), "digest.on_its_way", address=current_operator().email), "success")
    except Conflict as error:
        flash(error_message(error, request_language()), "danger")
    return redirect(url_for("digest.show"))
