"""Reading a table that somebody exported: encoding, separator, which column is which of ours. Pure."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from widget_server.kernel.errors import BadInput
from widget_server.kernel.spreadsheet import plain_cell
from widget_server.kernel.untrusted import clean_text

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 2000, 60, 4000
ENCODINGS = ("utf-8-sig", "cp1251")  # what spreadsheets write, in this order
FIELDS = {
    "leads": ("phone", "email", "name", "note", "source", "medium", "warmth", "at"),
    "orders": ("phone", "email", "amount", "currency", "state", "number", "at"),
}
# How other programs call our fields, in lower case.
KNOWN_AS = {
    "phone": ("phone", "телефон", "телефоны", "phone number", "tel", "mobile", "мобильный", "номер телефона"),
    "email": ("email", "e-mail", "почта", "эл. почта", "электронная почта", "mail"),
    "name": ("name", "имя", "фио", "клиент", "lead", "full name", "контакт"),
    "note": ("note", "заметка", "комментарий", "comment", "notes", "примечание"),
    "source": ("source", "источник", "utm_source"),
    "medium": ("medium", "utm_medium", "канал"),
    "warmth": ("warm or cold", "тёплый или холодный", "warmth", "теплота"),
    "amount": ("amount", "сумма", "sum", "price", "total", "стоимость"),
    "currency": ("currency", "валюта"),
    "state": ("state", "status", "статус", "состояние", "оплата", "payment"),
    "number": ("order number", "номер заказа", "order", "заказ", "number", "номер", "id"),
    "at": ("date", "дата", "появился", "since", "created", "создан", "ordered", "дата заказа"),
}


@dataclass(frozen=True)
class Sheet:
    """``rows``: (the line it begins at, its cells). Every row has as many cells as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def decode(raw: bytes) -> str:
    """Read the bytes of a file: UTF-8, UTF-16 with its mark, else as Russian Windows writes.

    Raises
    ------
    BadInput
        ``no_table``: it is no text.
    """
    encodings = ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ENCODINGS
    for encoding in encodings:
        try:
            found = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in found:
            return found
    raise BadInput("no_table", field="file")


def read_sheet(content: str) -> Sheet:
    """Read a table of commas, semicolons or tabs, with a head.

    Raises
    ------
    BadInput
        ``no_table``, ``too_many_rows``, ``uneven_row`` with the line.
    """
    rows = list(_rows(content))
    if len(rows) < 2 or not any(rows[0][1]):
        raise BadInput("no_table", field="file")
    if len(rows) > MOST_ROWS + 1 or len(rows[0][1]) > MOST_COLUMNS:
        raise BadInput("too_many_rows", field="file", most=MOST_ROWS)
    head = rows[0][1]
    return Sheet(head, tuple((line, _even(line, cells, len(head))) for line, cells in rows[1:]))


def guess_columns(kind: str, head: Sequence[str]) -> dict[str, int]:
    """Return our field → the first column that is called so.

    >>> guess_columns("orders", ["Телефон", "Сумма", "Номер заказа"])
    {'phone': 0, 'amount': 1, 'number': 2}
    """
    names = [name.strip().lower() for name in head]
    found: dict[str, int] = {}
    for field in FIELDS[kind]:
        place = next((names.index(known) for known in KNOWN_AS[field] if known in names), None)
        if place is not None and place not in found.values():
            found[field] = place
    return found


def _rows(content: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    first = next((line for line in content.splitlines() if line.strip()), "")
    separator = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=separator)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, tuple(plain_cell(clean_text(cell))[:LONGEST_CELL] for cell in cells)
            line = reader.line_num + 1
    except csv.Error:
        raise BadInput("no_table", field="file") from None


def _even(line: int, cells: tuple[str, ...], wanted: int) -> tuple[str, ...]:
    if any(cells[wanted:]):
        raise BadInput("uneven_row", field="file", line=line)
    return (*cells[:wanted], *("" for _ in range(wanted - len(cells))))
