"""Reading what an operator looks for."""

from collections.abc import Mapping

from widget_server.edge.identity import OperatorIdentity
from widget_server.edge.payload import read_moment
from widget_server.kernel.errors import BadInput
from widget_server.kernel.untrusted import cut_text
from widget_server.search.model import FIRST, KINDS, LONGEST_QUERY, PAGE, Kind, Wish, read_digits, read_terms


def read_wish(args: Mapping[str, str], operator: OperatorIdentity) -> Wish:
    """Return the wish in a query string, never about more than the operator's own sites.

    Raises
    ------
    BadInput
        ``bad_field``: a time or a place to go on that is none.
    """
    query, site = cut_text(args.get("q"), LONGEST_QUERY) or "", args.get("site") or None
    kinds: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind == args.get("kind")) or KINDS
    return Wish(
        terms=read_terms(query),
        digits=read_digits(query),
        kinds=kinds,
        site_ids=operator.site_ids & {site} if site else operator.site_ids,
        operator_id=cut_text(args.get("person"), 26),
        tag_id=cut_text(args.get("tag"), 26),
        since=read_moment(args, "from") if args.get("from") else None,
        until=read_moment(args, "until") if args.get("until") else None,
        before=_read_before(args.get("before", "")),
        most=PAGE if len(kinds) == 1 else FIRST,
    )


def _read_before(raw: str) -> int | None:
    if not raw:
        return None
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 18):
        raise BadInput("bad_field", field="before", expected="the next of the page before")
    return int(raw)
