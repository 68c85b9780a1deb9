"""The search of the console (docs/protocol.md, section 7)."""

from typing import Any

from flask import request

from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.services import service
from widget_server.operators.service import OperatorService
from widget_server.search.service import SearchService
from widget_server.search.wish_form import read_wish
from widget_server.tags.service import TagService

blueprint = console_blueprint("search", __name__)


@blueprint.get("/api/search")
def find() -> dict[str, Any]:
    operator = current_operator()
    return {"groups": service(SearchService).search(operator, read_wish(request.args, operator))}


@blueprint.get("/api/search/choices")
def choices() -> dict[str, Any]:
    operator = current_operator()
    people = service(OperatorService).people_of(operator.site_ids)
    return service(SearchService).choices(operator, people, service(TagService).list_tags(operator))
