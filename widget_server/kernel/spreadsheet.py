"""Tables for spreadsheets, safe to open: no cell of ours is ever read as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from widget_server.kernel.untrusted import clean_text

Cell = str | int | float | None
SEPARATORS = {"ru": ";", "en": ","}  # what the spreadsheets of these languages expect
BOM = "\ufeff"  # by it Excel knows UTF-8
# What begins a formula, also behind quotes, spaces and control characters, and in the wide forms of East Asia.
_FORMULA = re.compile(r"[\s\"'`‘’“”«»\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff]*[=+\-@|%＝＋－＠\t\r\n]")
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")


def write_table(head: Sequence[str], rows: Iterable[Sequence[Cell]], language: str = "en") -> str:
    """Return a table as CSV, every cell in quotes, as spreadsheets of the reader's language open it."""
    written = io.StringIO()
    table = csv.writer(written, delimiter=SEPARATORS.get(language, ","), quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for row in (head, *rows):
        table.writerow([safe_cell(cell) for cell in row])
    return BOM + written.getvalue()


def safe_cell(cell: Cell) -> str:
    """Return what to write so that a spreadsheet shows the text itself.

    >>> safe_cell("=1+1"), safe_cell(' "=1+1"'), safe_cell("-12.50"), safe_cell(-12), safe_cell("plain = text")
    ("'=1+1", '\\'"=1+1"', '-12.50', '-12', 'plain = text')
    """
    if cell is None:
        return ""
    raw = str(cell)
    words = clean_text(raw)
    if _NUMBER.fullmatch(words):
        return words
    return f"'{words}" if _FORMULA.match(raw) or _FORMULA.match(words) else words


def plain_cell(written: str) -> str:
    """Return what ``safe_cell`` was given, read back.

    >>> plain_cell("'+49 30 1234567"), plain_cell("O'Neill")
    ('+49 30 1234567', "O'Neill")
    """
    return written[1:] if written.startswith("'") and _FORMULA.match(written[1:]) else written
