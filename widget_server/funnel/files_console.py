"""Files in and out: a table is brought in in three steps, and taken out in one."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server.edge.answers import error_message, request_language
from widget_server.edge.form import Form
from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.services import service
from widget_server.funnel.chosen import access_site, administers, chosen_site, heads
from widget_server.funnel.console import read_wanted
from widget_server.funnel.exporting import Exports
from widget_server.funnel.import_store import Import, ImportKind
from widget_server.funnel.importing import ImportService, Outcome, columns_of
from widget_server.funnel.table import FIELDS, MOST_ROWS, decode, read_sheet
from widget_server.kernel.errors import NotFound, ProductError
from widget_server.texts import text

blueprint = console_blueprint("lead_files", __name__)
SHOWN_SLIPS, SHOWN_ROWS = 50, 5


@blueprint.route("/leads/import", methods=["GET", "POST"])
@administers
def upload() -> ResponseReturnValue:
    site, language = chosen_site(), request_language()
    if site is None:
        return render_template("console/leads_no_site.html", tab="import")
    form, posted = Form(request.form, language, "funnel"), request.files.get("file")
    if request.method == "POST":
        try:
            content = decode(posted.stream.read() if posted is not None else b"")
            kind: ImportKind = "orders" if request.form.get("kind") == "orders" else "leads"
            name = (posted.filename or "") if posted is not None else ""
            made = service(ImportService).open(current_operator(), site.id, kind, name, content)
            return redirect(url_for("lead_files.show", import_id=made.id))
        except ProductError as error:
            form.add(error)
    page = render_template(
        "console/lead_import.html", tab="import", site=site, values=form.values, errors=form.errors, most=MOST_ROWS
    )
    return page, 400 if form.errors else 200


@blueprint.get("/leads/imports/<import_id>")
@administers
def show(import_id: str) -> ResponseReturnValue:
    known = service(ImportService).access(current_operator(), import_id)
    if known.done_at is not None:
        return redirect(url_for("lead_files.upload", site=known.site_id))
    return _show(known)


@blueprint.post("/leads/imports/<import_id>")
@administers
def act(import_id: str) -> ResponseReturnValue:
    """Say which column is which; or import, if that was asked for."""
    imports, operator, language = service(ImportService), current_operator(), request_language()
    if request.form.get("then") != "import":
        return _show(imports.set_columns(operator, import_id, _posted_columns(imports.access(operator, import_id))))
    known = imports.access(operator, import_id)
    try:
        done = imports.run(operator, import_id)
    except ProductError as error:
        flash(error_message(error, language, "funnel"), "danger")
        return redirect(url_for("lead_files.show", import_id=known.id))
    flash(text(language, "funnel.import.done", **_counts(done)), "success")
    return redirect(url_for("leads.show_list", site=known.site_id, state=""))


@blueprint.get("/leads/export/<what>.csv")
@heads
def export(what: str) -> ResponseReturnValue:
    site, language = chosen_site(), request_language()
    if site is None or what not in FIELDS:
        raise NotFound("not_found")
    exports = service(Exports)
    table = exports.leads(site, read_wanted(), language) if what == "leads" else exports.orders(site, language)
    named = {"Content-Disposition": f'attachment; filename="{what}-{site.key}.csv"'}
    return Response(table, mimetype="text/csv", headers={**named, "Cache-Control": "no-store"})


def _show(known: Import) -> str:
    site, language, sheet = access_site(known.site_id), request_language(), read_sheet(known.content)
    outcome = service(ImportService).rehearse(current_operator(), known.id)
    titles = columns_of(sheet, known.columns)
    return render_template(
        "console/lead_import_columns.html",
        tab="import",
        site=site,
        known=known,
        fields=[(name, text(language, f"funnel.import.field.{name}")) for name in FIELDS[known.kind]],
        columns=[("", "—"), *((str(place), name or str(place + 1)) for place, name in enumerate(sheet.head))],
        rows=[{name: cells[place] for name, place in known.columns.items()} for _, cells in sheet.rows[:SHOWN_ROWS]],
        total=len(sheet.rows),
        counts=_counts(outcome),
        slips=_slips(outcome, titles, language),
        slip_count=len(outcome.slips),
    )


def _slips(outcome: Outcome, titles: dict[str, str], language: str) -> list[dict[str, Any]]:
    return [
        {
            "line": slip.line,
            "column": titles.get(slip.field) or text(language, "funnel.import.whole_line"),
            "value": slip.value,
            "message": error_message(slip.error, language, "funnel.import"),
        }
        for slip in outcome.slips[:SHOWN_SLIPS]
    ]


def _counts(outcome: Outcome) -> dict[str, int]:
    names = ("new_leads", "met_leads", "new_orders", "known")
    return {name: getattr(outcome, name) for name in names}


def _posted_columns(known: Import) -> dict[str, int]:
    raw = {name: request.form.get(f"column.{name}", "") for name in FIELDS[known.kind]}
    return {name: int(place) for name, place in raw.items() if place.isascii() and place.isdigit() and len(place) < 4}
