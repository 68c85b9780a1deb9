"""A lead and its orders as the CRM is told of them, in the site's first language."""

from collections.abc import Mapping
from typing import Any

from widget_server.crm.model import Person, Sale
from widget_server.crm.store import find_link
from widget_server.funnel import store
from widget_server.funnel.contact_store import list_contacts
from widget_server.funnel.model import Lead, Order
from widget_server.funnel.money import plain_amount
from widget_server.funnel.order_store import orders_of
from widget_server.funnel.words import lead_title
from widget_server.kernel.errors import NotFound
from widget_server.sites.model import Site
from widget_server.storage import Tx
from widget_server.texts import text

UTM = ("source", "medium", "campaign", "content", "term")


def read_person(tx: Tx, lead_id: str, site: Site) -> Person | None:
    """Return a lead; of one that was merged, only into whom. None where there is none (any more)."""
    try:
        lead, root = store.get_lead(tx, lead_id), store.get_root(tx, lead_id)
    except NotFound:
        return None
    language = site.languages[0]
    keys = store.keys_of(tx, [root.id])[root.id]
    same_as = "" if root.id == lead.id else _merged(tx, root, language)
    return Person(
        id=lead.id,
        title=f"{lead_title(root, keys, site, language)} · {site.name}",
        name=root.name,
        phones=() if same_as else tuple(keys.get("phone", ())),
        emails=() if same_as else tuple(keys.get("email", ())),
        stage=root.stage if root.state == "open" else root.state,
        origin=lead.origin,
        comment=_comment(tx, lead, language),
        utm=_utm(lead.source),
        sales=() if same_as else tuple(map(_sale, _paid(orders_of(tx, [root.id])[root.id]))),
        same_as=same_as,
    )


def _merged(tx: Tx, root: Lead, language: str) -> str:
    known = find_link(tx, root.id)
    return text(language, "crm.same_as", id=(known and known.remote_id) or root.id[:6])


def _comment(tx: Tx, lead: Lead, language: str) -> str:
    lines = [text(language, "crm.came_by", origin=text(language, f"funnel.origin.{lead.origin}"))]
    if lead.source_word:
        lines.append(text(language, "crm.came_from", source=lead.source_word))
    if page := str(lead.source.get("page") or ""):
        lines.append(text(language, "crm.page", page=page[:500]))
    notes = [one.note for one in reversed(list_contacts(tx, lead.id, 3)) if one.note]
    return "\n".join([*lines, *notes])


def _utm(source: Mapping[str, Any]) -> dict[str, str]:
    utm = source.get("utm") or {}
    return {name: str(utm[name])[:255] for name in UTM if utm.get(name)}


def _paid(orders: list[Order]) -> list[Order]:
    return [one for one in reversed(orders) if one.state in ("paid", "refunded")]


def _sale(order: Order) -> Sale:
    amount = plain_amount(order.amount, order.currency)
    return Sale(order.id, order.number, amount, order.currency, order.state == "paid")
