"""Leads and orders as tables that spreadsheets open and ``importing`` reads again."""

from collections.abc import Iterator

from widget_server.calls.store import operator_names
from widget_server.funnel import order_store, setup_store, store
from widget_server.funnel.money import plain_amount
from widget_server.funnel.views import Wanted, where_wanted
from widget_server.funnel.words import stage_names
from widget_server.kernel.spreadsheet import Cell, write_table
from widget_server.sites.model import Site
from widget_server.sites.phone import phone_text
from widget_server.storage import Storage, Tx
from widget_server.texts import text

A_STEP = 500
LEAD_COLUMNS = (
    "name",
    "phone",
    "email",
    "state",
    "stage",
    "owner",
    "origin",
    "warmth",
    "source",
    "reason",
    "next_step",
)
ORDER_COLUMNS = ("number", "phone", "email", "amount", "currency", "paid")


class Exports:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def leads(self, site: Site, wanted: Wanted, language: str) -> str:
        """Return the leads of a list, all of its pages."""
        head = [text(language, f"funnel.field.{name}") for name in LEAD_COLUMNS]
        with self._storage.read() as tx:
            rows = list(_lead_rows(tx, site, wanted, language))
        return write_table([*head, text(language, "funnel.column.created")], rows, language)

    def orders(self, site: Site, language: str) -> str:
        head = [text(language, f"funnel.field.{name}") for name in ORDER_COLUMNS]
        with self._storage.read() as tx:
            rows = list(_order_rows(tx, site, language))
        return write_table([*head, text(language, "funnel.column.ordered")], rows, language)


def _lead_rows(tx: Tx, site: Site, wanted: Wanted, language: str) -> Iterator[list[Cell]]:
    names, skip = stage_names(setup_store.list_stages(tx, site.id), language), 0
    while found := store.list_leads(tx, *where_wanted(site, wanted), most=A_STEP, skip=skip):
        skip += A_STEP
        keys = store.keys_of(tx, [lead.id for lead in found])
        owners = operator_names(tx, {lead.owner_id for lead in found if lead.owner_id})
        for lead in found:
            known = keys[lead.id]
            words = [text(language, f"funnel.state.{lead.state}"), names.get(lead.stage, lead.stage)]
            words += [owners.get(lead.owner_id or "", ""), text(language, f"funnel.origin.{lead.origin}")]
            words += [text(language, f"funnel.warmth.{lead.warmth}"), lead.source_word, lead.reason, lead.next_step]
            at = lead.created_at.astimezone(site.zone).strftime("%Y-%m-%d %H:%M")
            yield [lead.name, _phone(known, site), next(iter(known.get("email", ())), ""), *words, at]


def _order_rows(tx: Tx, site: Site, language: str) -> Iterator[list[Cell]]:
    found = order_store.list_orders(tx, order_store.orders.c.site_id == site.id)
    for start in range(0, len(found), A_STEP):
        step = found[start : start + A_STEP]
        roots = {order.lead_id: store.get_root(tx, order.lead_id).id for order in step}
        keys = store.keys_of(tx, set(roots.values()))
        for order in step:
            known = keys[roots[order.lead_id]]
            amount = plain_amount(order.amount, order.currency)
            state = text(language, f"funnel.order.{order.state}")
            at = order.ordered_at.astimezone(site.zone).strftime("%Y-%m-%d %H:%M")
            email = next(iter(known.get("email", ())), "")
            yield [order.number, _phone(known, site), email, amount, order.currency, state, at]


def _phone(known: dict[str, list[str]], site: Site) -> str:
    return phone_text(known["phone"][0], site.country) if known.get("phone") else ""
