"""Which sites a request is about."""

from widget_server.api.operation import Ask
from widget_server.kernel.errors import NotFound


def seen_sites(ask: Ask) -> frozenset[str]:
    """Return the site that was asked for, or all that the key may see.

    Raises
    ------
    NotFound
        For a site that the key may not see.
    """
    wanted = ask.query.get("site")
    if wanted is None:
        return ask.by.site_ids
    if wanted not in ask.by.site_ids:
        raise NotFound("not_found")
    return frozenset({wanted})
