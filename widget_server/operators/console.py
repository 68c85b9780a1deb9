"""The pages of people, and one's own: where calls ring, the password."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server.edge.answers import error_message, request_language
from widget_server.edge.form import Form
from widget_server.edge.operator import console_blueprint, current_operator, needs_role, start_session
from widget_server.edge.services import service
from widget_server.kernel.errors import ProductError
from widget_server.operators.devices import DeviceService, device_of
from widget_server.operators.model import ROLES, OperatorDraft, Person, read_email
from widget_server.operators.passwords import make_password
from widget_server.operators.service import OperatorService
from widget_server.settings import Settings
from widget_server.texts import text

blueprint = console_blueprint("operators", __name__)
administers = needs_role("owner", "admin")


@blueprint.get("/operators")
@administers
def show_people() -> str:
    people = service(OperatorService).list_people(current_operator())
    return render_template("console/operators.html", people=people)


@blueprint.route("/operators/new", methods=["GET", "POST"])
@administers
def new_operator() -> ResponseReturnValue:
    form = Form(request.form, request_language(), "people")
    if request.method == "GET":
        return _person_page(form)
    draft = OperatorDraft(
        name=form.text("name", most=80),
        email=read_email(form.values.get("email", "")),
        password=make_password(),
        role=form.values.get("role", ""),  # type: ignore[arg-type]  # the service refuses what is no role
        language=request_language(),
        site_ids=frozenset(form.values.getlist("sites")) & current_operator().site_ids,
    )
    if not form.errors:
        try:
            service(OperatorService).create_operator_by(current_operator(), draft)
            return render_template("console/operator_password.html", person=draft, password=draft.password)
        except ProductError as error:
            form.add(error)
    return _person_page(form), 400


@blueprint.get("/operators/<operator_id>")
@administers
def show_operator(operator_id: str) -> str:
    person = service(OperatorService).access_operator(current_operator(), operator_id)
    return _person_page(Form(request.form, request_language(), "people"), person)


@blueprint.post("/operators/<operator_id>")
@administers
def change_operator(operator_id: str) -> ResponseReturnValue:
    person = service(OperatorService).access_operator(current_operator(), operator_id)
    form = Form(request.form, request_language(), "people")
    role: Any = form.values.get("role", "")
    try:
        service(OperatorService).change_person(current_operator(), person.id, role, form.values.getlist("sites"))
    except ProductError as error:
        form.add(error)
        return _person_page(form, person), error.status
    flash(text(request_language(), "people.saved"), "success")
    return redirect(url_for("operators.show_people"))


@blueprint.post("/operators/<operator_id>/password")
@administers
def reset_password(operator_id: str) -> str:
    person = service(OperatorService).access_operator(current_operator(), operator_id)
    password = service(OperatorService).reset_password(current_operator(), person.id)
    return render_template("console/operator_password.html", person=person, password=password)


@blueprint.post("/operators/<operator_id>/disable")
@administers
def disable(operator_id: str) -> ResponseReturnValue:
    return _set_disabled(operator_id, True)


@blueprint.post("/operators/<operator_id>/enable")
@administers
def enable(operator_id: str) -> ResponseReturnValue:
    return _set_disabled(operator_id, False)


@blueprint.route("/me", methods=["GET", "POST"])
def me() -> ResponseReturnValue:
    form = Form(request.form, request_language(), "people")
    if request.method == "GET":
        return _my_page(form)
    try:
        old, new = form.values.get("old", ""), form.values.get("password", "")
        start_session(service(OperatorService).change_password(current_operator(), old, new))
    except ProductError as error:
        form.add(error)
        return _my_page(form), error.status
    flash(text(request_language(), "people.password_changed"), "success")
    return redirect(url_for("operators.me"))


@blueprint.post("/me/device")
def set_own_device() -> ResponseReturnValue:
    form = Form(request.form, request_language(), "people")
    try:
        service(DeviceService).set_own(current_operator(), *_typed_device(form))
    except ProductError as error:
        form.add(error)
        return _my_page(form), error.status
    flash(text(request_language(), "people.device.saved"), "success")
    return redirect(url_for("operators.me"))


@blueprint.post("/operators/<operator_id>/device")
@administers
def set_device(operator_id: str) -> ResponseReturnValue:
    person = service(OperatorService).access_operator(current_operator(), operator_id)
    form = Form(request.form, request_language(), "people")
    try:
        service(DeviceService).set_for(current_operator(), person.id, *_typed_device(form))
    except ProductError as error:
        form.add(error)
        return _person_page(form, person), error.status
    flash(text(request_language(), "people.device.saved"), "success")
    return redirect(url_for("operators.show_operator", operator_id=person.id))


def _set_disabled(operator_id: str, disabled: bool) -> ResponseReturnValue:
    person = service(OperatorService).access_operator(current_operator(), operator_id)
    try:
        service(OperatorService).set_disabled(current_operator(), person.id, disabled)
    except ProductError as error:
        flash(error_message(error, request_language()), "danger")
    else:
        flash(
            text(request_language(), "people.disabled" if disabled else "people.enabled", name=person.name), "success"
        )
    return redirect(url_for("operators.show_people"))


def _typed_device(form: Form) -> tuple[str, str]:
    kind = form.values.get("device", "")
    return kind, form.values.get(f"device_{kind}", "")


def _device_shown(form: Form, stored: tuple[str, str], action: str) -> dict[str, Any]:
    """Return what the device's form needs; nothing where all calls ring in the console anyway."""
    if not service(Settings).rings_phones:
        return {}
    shown = _typed_device(form) if "device" in form.values else stored
    return {"device": shown, "device_action": action, "rings_consoles": service(Settings).rings_consoles}


def _my_page(form: Form) -> str:
    stored = service(DeviceService).own(current_operator())
    shown = _device_shown(form, stored, url_for("operators.set_own_device"))
    return render_template("console/operator_me.html", errors=form.errors, **shown)


def _person_page(form: Form, person: Person | None = None) -> str:
    me = current_operator()
    roles = [role for role in ROLES if role != "owner" or me.role == "owner"]
    is_posted = "role" in form.values
    chosen = form.values.getlist("sites") if is_posted else sorted(person.site_ids if person else me.site_ids)
    role = form.values.get("role") or (person.role if person else "operator")
    device: dict[str, Any] = {}
    if person is not None:
        action = url_for("operators.set_device", operator_id=person.id)
        device = _device_shown(form, device_of(person), action)
    return render_template(
        "console/operator_person.html",
        person=person, roles=roles, role=role, chosen=chosen, values=form.values, errors=form.errors, **device,
    )  # fmt: skip
