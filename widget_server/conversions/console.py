"""The marketer's page of conversions: files for advertising systems."""

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server.conversions.model import KEPT, NAMES, google_ads_file, metrika_file
from widget_server.conversions.service import ConversionService
from widget_server.conversions.upload_page import uploads_view
from widget_server.conversions.upload_service import UploadService
from widget_server.edge.answers import request_language
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.services import service
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import NotFound
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService

blueprint = console_blueprint("conversions", __name__)
marketers = needs_role("owner", "admin", "marketer")
PERIODS = (1, 7, 21, KEPT.days)
FILES = {"google-ads": google_ads_file, "yandex-metrica": metrika_file}


@blueprint.get("/conversions")
@marketers
def show() -> ResponseReturnValue:
    own = service(SiteService).sites_of(current_operator())
    if not own:
        return redirect(url_for("trials.show_list"))
    site = _access(own[0].id)
    found = service(ConversionService).conversions(site.id, _days())
    counts = [
        (metric, name, sum(bool(c.gclid) for c in of), sum(bool(c.client_id or c.yclid) for c in of))
        for metric, name in NAMES.items()
        for of in ([one for one in found if one.metric == metric],)
    ]
    uploads = uploads_view(
        service(UploadService).look_at(site, _days()), site, service(Clock).now(), request_language()
    )
    return render_template(
        "console/conversions.html",
        site=site,
        own_sites=[(one.id, one.name) for one in own],
        counts=counts,
        days=_days(),
        periods=PERIODS,
        uploads=uploads,
    )


@blueprint.get("/conversions/<system>.csv")
@marketers
def download(system: str) -> Response:
    if system not in FILES:
        raise NotFound("not_found")
    site = _access("")
    body = FILES[system](service(ConversionService).conversions(site.id, _days()))
    name = f"{site.key}-{system}.csv"
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _access(otherwise: str) -> Site:
    return service(SiteService).access_site(current_operator(), request.args.get("site") or otherwise)


def _days() -> int:
    asked = request.args.get("days", "")
    return int(asked) if asked in {str(days) for days in PERIODS} else 7
