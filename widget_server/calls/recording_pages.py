"""Listening to recordings, and the page that says which sites record."""

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from widget_server.calls.recorder import LONGEST_NOTICE, RecordingService, media_type
from widget_server.calls.recordings import RecordingRule
from widget_server.edge.answers import request_language
from widget_server.edge.form import Form
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.services import service
from widget_server.kernel.errors import NotFound, ProductError
from widget_server.settings import Settings
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService
from widget_server.texts import LANGUAGES, text

blueprint = console_blueprint("recordings", __name__)
administers = needs_role("owner", "admin")


@blueprint.get("/recordings/<recording_id>")
def listen(recording_id: str) -> ResponseReturnValue:
    begins = request.range is None or request.range.ranges[0][0] == 0
    path = service(RecordingService).listen(current_operator(), recording_id, begins=begins)
    with path.open("rb") as file:
        kind = media_type(file.read(12))
    answer = send_file(path, kind, conditional=True, etag=False, max_age=0)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/recordings/<recording_id>/delete")
@administers
def delete(recording_id: str) -> ResponseReturnValue:
    call_id = service(RecordingService).delete(current_operator(), recording_id)
    flash(text(request_language(), "calls.recording.deleted"), "success")
    return redirect(url_for("calls.show_call", call_id=call_id))


@blueprint.get("/sites/<site_id>/recording")
@administers
def show_rule(site_id: str) -> str:
    return _page(_site(site_id), Form(request.form, request_language(), "calls"))


@blueprint.post("/sites/<site_id>/recording")
@administers
def change_rule(site_id: str) -> ResponseReturnValue:
    site, form = _site(site_id), Form(request.form, request_language(), "calls")
    notice = {one: form.text(f"notice_{one}", most=LONGEST_NOTICE, least=0) for one in LANGUAGES}
    rule = RecordingRule("on" in request.form, notice, form.number("keep_days"))
    try:
        if not form.errors:
            service(RecordingService).change_rule(current_operator(), site.id, rule)
    except ProductError as error:
        form.add(error)
    if form.errors:
        return _page(site, form), 400
    flash(text(request_language(), "calls.recording.saved"), "success")
    return redirect(url_for("recordings.show_rule", site_id=site.id))


def _page(site: Site, form: Form) -> str:
    own_notice = {one: text(one, "calls.recording.notice") for one in LANGUAGES}
    return render_template(
        "console/recording_rule.html",
        site=site, rule=service(RecordingService).rule(site.id), values=form.values, errors=form.errors,
        own_notice=own_notice, records=service(Settings).rings_phones,
    )  # fmt: skip


def _site(site_id: str) -> Site:
    for site in service(SiteService).sites_of(current_operator()):
        if site.id == site_id:
            return site
    raise NotFound("not_found")
