"""What nobody has to log in for: the link that stops letters, and the console's service worker."""

from flask import Blueprint, Response, render_template, request

from widget_server.assets import STATIC
from widget_server.edge.services import service
from widget_server.notify.targets import TargetService

blueprint = Blueprint("alerts_outside", __name__)


@blueprint.route("/alerts/stop/<target_id>/<token>", methods=["GET", "POST"])
def stop(target_id: str, token: str) -> str:
    """Ask (a link is opened by scanners too), and stop on POST: by the button, or by a mail program (RFC 8058)."""
    target = service(TargetService).stop(target_id, token)
    if request.method == "POST":
        service(TargetService).shut(target)
    return render_template("console/alerts_stop.html", target=target, is_done=request.method == "POST")


@blueprint.get("/console/service_worker.js")
def service_worker() -> Response:
    """Serve it under ``/console/``, the pages that it may look after; browsers ask again every time."""
    answer = Response((STATIC / "console" / "service_worker.js").read_bytes(), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer
