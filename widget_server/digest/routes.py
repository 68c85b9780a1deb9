"""What nobody has to log in for: the link that ends the letters."""

from flask import Blueprint, render_template, request

from widget_server.digest.service import DigestService
from widget_server.edge.services import service

blueprint = Blueprint("digest_outside", __name__)


@blueprint.route("/digest/stop/<operator_id>/<token>", methods=["GET", "POST"])
def stop(operator_id: str, token: str) -> str:
    """Ask (a link is opened by scanners too), and stop on POST: by the button, or by a mail program (RFC 8058)."""
    person = service(DigestService).access_by_link(operator_id, token)
    if request.method == "POST":
        service(DigestService).stop(person.id)
    return render_template("console/digest_stop.html", person=person, is_done=request.method == "POST")
