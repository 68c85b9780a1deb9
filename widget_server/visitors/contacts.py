"""What a visitor said of themselves: how to call them, where to answer them."""

from dataclasses import asdict, dataclass

from sqlalchemy import update

from widget_server.storage import Tx
from widget_server.visitors.store import find_visitor, visitors


@dataclass(frozen=True)
class Contact:
    """Told by the visitor or by the site's page; nobody checked that it is theirs."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None


def put_contact(tx: Tx, site_id: str, visitor_id: str, contact: Contact) -> None:
    """Note what is given; what is not given stays as it was."""
    given = {name: value for name, value in asdict(contact).items() if value is not None}
    if given:
        mine = (visitors.c.site_id == site_id) & (visitors.c.visitor_id == visitor_id)
        tx.execute(update(visitors).where(mine).values(**given))


def find_contact(tx: Tx, site_id: str, visitor_id: str) -> Contact:
    row = find_visitor(tx, site_id, visitor_id)
    return Contact() if row is None else Contact(row.name, row.phone, row.email)
