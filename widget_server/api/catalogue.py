"""Everything that a program may ask."""

from widget_server.api.operation import Operation
from widget_server.api.resources import (
    callbacks,
    calls,
    conversations,
    experiments,
    leads,
    orders,
    sites,
    visitors,
    webhooks,
)

SECTIONS: dict[str, tuple[Operation, ...]] = {
    "Sites": sites.OPERATIONS,
    "Conversations": conversations.OPERATIONS,
    "Callbacks": callbacks.OPERATIONS,
    "Calls": calls.OPERATIONS,
    "Leads": leads.OPERATIONS,
    "Orders": orders.OPERATIONS,
    "Visitors": visitors.OPERATIONS,
    "Experiments": experiments.OPERATIONS,
    "Webhooks": webhooks.OPERATIONS,
}
OPERATIONS = tuple(operation for section in SECTIONS.values() for operation in section)


def by_path() -> dict[str, dict[str, Operation]]:
    """Return path → method → operation."""
    found: dict[str, dict[str, Operation]] = {}
    for operation in OPERATIONS:
        found.setdefault(operation.path, {})[operation.method] = operation
    return found
