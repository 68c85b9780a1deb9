"""An operator's own telephone in their own console."""

from dataclasses import asdict
from typing import Any

from widget_server.calls.providers.asterisk.browser import BrowserPhones
from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.services import service

blueprint = console_blueprint("browser_phone", __name__)


@blueprint.post("/api/phone")
def connect_phone() -> dict[str, Any]:
    return {"phone": asdict(service(BrowserPhones).connect(current_operator()))}
