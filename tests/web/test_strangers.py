"""Two accounts on one server: whoever knows the other's ids gets nothing by them, at any door."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.seeding import seed
from tests.web.conftest import Ids, addresses
from widget_server.rooms import House
from widget_server.schema import all_tables

NOT_THEIRS = {"operators", "jobs", "leases"}  # signs of life of whoever asks, and work in the background


def rows(house: House) -> dict[str, list[str]]:
    with house.storage.read() as tx:
        tables = [one for one in all_tables().sorted_tables if one.name not in NOT_THEIRS]
        return {one.name: sorted(str(row) for row in tx.execute(select(one))) for one in tables}


def test_the_owner_of_another_account_gets_nothing_by_ids(
    app: Flask, house: House, everything: Ids, log_in: Callable[[str], FlaskClient]
) -> None:
    seed(house, key="rival", origins=("https://rival.example",))
    stranger, before = log_in("olga@rival.example"), rows(house)
    let_in = []
    for method, address in addresses(app, everything):
        status = stranger.open(address, method=method, data={} if method == "POST" else None).status_code
        if status not in ((403, 404) if method == "GET" else (400, 403, 404)):
            let_in.append((method, address, status))
    changed = {name for name, now in rows(house).items() if now != before[name]}
    assert (let_in, changed) == ([], set())


def test_the_own_owner_gets_in_by_the_same_ids(
    app: Flask, everything: Ids, log_in: Callable[[str], FlaskClient]
) -> None:
    owner = log_in("olga@demo.example")
    got = {address: owner.get(address).status_code for method, address in addresses(app, everything) if method == "GET"}
    without_bytes = {address for address in got if address.startswith(("/console/files/", "/console/recordings/"))}
    assert {address for address, status in got.items() if status == 404} <= without_bytes
