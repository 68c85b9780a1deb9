"""Tables in and out: nothing is half imported, nothing doubled, nothing that leaves is a formula."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.funnel.conftest import PHONE, Funnel
from widget_server.funnel.importing import Outcome
from widget_server.funnel.order_store import list_orders, orders
from widget_server.funnel.table import decode, read_sheet
from widget_server.kernel.errors import BadInput, Conflict
from widget_server.kernel.spreadsheet import BOM

LEADS = "Телефон;Имя;Почта;Заметка\n8 912 345-67-89;Иван;;Балкон\n;Мария;maria@shop.example;\n"
ORDERS = "phone,amount,order number,date,status\n+79123456789,12500.50,A-1,2026-11-20,paid\n+79161112233,700,,,\n"


def bring(funnel: Funnel, content: str, kind: Any = "leads") -> Outcome:
    made = funnel.house.funnel.imports.open(funnel.owner, funnel.site_id, kind, "file.csv", content)
    return funnel.house.funnel.imports.run(funnel.owner, made.id)


def rehearse(funnel: Funnel, content: str, kind: Any = "leads") -> Outcome:
    made = funnel.house.funnel.imports.open(funnel.owner, funnel.site_id, kind, "file.csv", content)
    return funnel.house.funnel.imports.rehearse(funnel.owner, made.id)


def test_a_table_of_leads_is_brought_in_once(funnel: Funnel) -> None:
    funnel.write(PHONE)
    assert bring(funnel, LEADS) == Outcome(new_leads=1, met_leads=1)
    assert bring(funnel, LEADS) == Outcome(known=2)
    assert sorted(lead.name for lead in funnel.leads()) == ["Иван", "Мария"]
    assert [contact.note for contact in funnel.contacts(_named(funnel, "Иван"))].count("Балкон") == 1


def _named(funnel: Funnel, name: str) -> Any:
    return next(lead for lead in funnel.leads() if lead.name == name)


def test_a_rehearsal_says_what_an_import_does_and_leaves_nothing(funnel: Funnel) -> None:
    assert rehearse(funnel, LEADS) == Outcome(new_leads=2)
    assert funnel.leads() == []


def test_orders_are_brought_in_once_and_brought_up_to_date(funnel: Funnel) -> None:
    funnel.write(PHONE)
    assert bring(funnel, ORDERS, "orders") == Outcome(new_leads=1, new_orders=2)
    assert bring(funnel, ORDERS, "orders") == Outcome(known=2)
    bring(funnel, ORDERS.replace("paid", "refunded"), "orders")
    with funnel.house.storage.read() as tx:
        found = {order.number: order for order in list_orders(tx, orders.c.site_id == funnel.site_id)}
    assert (found["A-1"].amount, found["A-1"].state, found[""].amount) == (1250050, "refunded", 70000)
    assert {lead.state for lead in funnel.leads()} == {"won"}


def test_one_bad_line_and_nothing_is_imported(funnel: Funnel) -> None:
    content = "Телефон;Почта;Дата\n8 912 345-67-89;;\n12;;\n;никто;\n;;\n;a@b.example;завтра\n"
    outcome = rehearse(funnel, content)
    assert [(slip.line, slip.field, slip.error.code) for slip in outcome.slips] == [
        (3, "phone", "bad_phone"),
        (4, "email", "bad_email"),
        (6, "at", "bad_past_day"),
    ]
    with pytest.raises(Conflict, match="import_slips"):
        bring(funnel, content)
    assert funnel.leads() == []


def test_lines_are_counted_as_the_file_has_them(funnel: Funnel) -> None:
    outcome = rehearse(funnel, 'phone,note\n+79123456789,"two\nlines"\n\nbad,x\n')
    assert [slip.line for slip in outcome.slips] == [5]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "no_table"),
        ("phone\n", "no_table"),
        ("a\n" + "1\n" * 2001, "too_many_rows"),
        ("a,b\n1,2,3\n", "uneven_row"),
    ],
)
def test_what_is_no_table_is_refused(content: str, code: str) -> None:
    with pytest.raises(BadInput, match=code):
        read_sheet(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_encodings_of_spreadsheets_are_read(encoding: str) -> None:
    assert decode(LEADS.encode(encoding)) == LEADS


@pytest.mark.parametrize("junk", [b"\x00\x01\x02", b"PK\x03\x04\x00\x98", b"\xff\xfe\x00\xd8\x01"])
def test_files_that_are_no_text_are_refused(junk: bytes) -> None:
    with pytest.raises(BadInput, match="no_table"):
        decode(junk)


def test_the_pages_lead_through_an_import(log_in: Callable[[str], FlaskClient], funnel: Funnel) -> None:
    olga = log_in("olga@demo.example")
    content = LEADS.replace("Телефон", "Куда звонить")
    sent = {"site": funnel.site_id, "kind": "leads", "file": (io.BytesIO(content.encode()), "клиенты.csv")}
    opened = olga.post("/console/leads/import", data=sent, content_type="multipart/form-data")
    assert opened.status_code == 302
    shown = olga.get(opened.location).get_data(as_text=True)
    assert "Ошибок: 1" in shown
    assert "Нужен телефон или почта" in shown
    columns = {"column.phone": "0", "column.name": "1", "column.email": "2", "column.note": "3"}
    assert "Ошибок нет" in olga.post(opened.location, data=columns).get_data(as_text=True)
    assert olga.post(opened.location, data={"then": "import"}).status_code == 302
    assert len(funnel.leads()) == 2
    assert "уже загружен" in _flash(olga, opened.location)
    bad = {**sent, "file": (io.BytesIO(b""), "пусто.csv")}
    assert olga.post("/console/leads/import", data=bad, content_type="multipart/form-data").status_code == 400


def _flash(browser: FlaskClient, address: str) -> str:
    browser.post(address, data={"then": "import"})
    return browser.get("/console/leads").get_data(as_text=True)


def test_exports_hold_no_formula_and_are_read_again(log_in: Callable[[str], FlaskClient], funnel: Funnel) -> None:
    evil = '=HYPERLINK("http://evil.example")'
    lead = funnel.write(PHONE, name=evil, source="@SUM(1)")
    funnel.sell(lead, number="-1+1", amount=100)
    olga = log_in("olga@demo.example")
    table = olga.get("/console/leads/export/leads.csv?state=").get_data(as_text=True)
    (head, row) = csv.reader(io.StringIO(table.removeprefix(BOM), newline=""), delimiter=";")
    told = dict(zip(head, row, strict=True))
    assert (told["Имя"], told["Источник"], told["Телефон"]) == ("'" + evil, "'@sum(1)", "8 (912) 345-67-89")
    ordered = olga.get("/console/leads/export/orders.csv").get_data(as_text=True)
    assert '"\'-1+1"' in ordered
    assert rehearse(funnel, table.removeprefix(BOM)) == Outcome(met_leads=1)
    assert rehearse(funnel, ordered.removeprefix(BOM), "orders") == Outcome(known=1)


def test_operators_take_nothing_out_and_bring_nothing_in(log_in: Callable[[str], FlaskClient], funnel: Funnel) -> None:
    anna = log_in("anna@demo.example")
    for path in ("import", "export/leads.csv", "export/orders.csv"):
        assert anna.get(f"/console/leads/{path}").status_code == 403
    assert log_in("olga@demo.example").get("/console/leads/export/people.csv").status_code == 404
