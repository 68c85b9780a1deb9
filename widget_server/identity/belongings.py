"""What else an anonymous browser leaves to the customer that its visitor turns out to be: files and calls back."""

from sqlalchemy import update

from widget_server.callbacks.store import callbacks
from widget_server.files.store import files
from widget_server.storage import Tx


def move(tx: Tx, site_id: str, from_id: str, to_id: str) -> None:
    for table in (files, callbacks):
        own = (table.c.site_id == site_id) & (table.c.visitor_id == from_id)
        tx.execute(update(table).where(own).values(visitor_id=to_id))
