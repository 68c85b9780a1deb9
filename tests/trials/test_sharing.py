"""A report outside the console: behind a link, as a table, as data."""

import csv
import io
import re

import pytest
from flask.testing import FlaskClient

from tests.cast import FakeClock
from tests.seeding import Cast
from tests.trials.test_console import LogIn, create
from widget_server.beacon.model import Reported, VisitorReported
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.visitors.model import Context


@pytest.fixture
def page(log_in: LogIn, cast: Cast) -> str:
    return create(log_in("olga@demo.example"), cast)


def link_in(owner: FlaskClient, page: str) -> str:
    found = re.search(r"/r/[a-z2-7]{26}", owner.get(page).get_data(as_text=True))
    assert found is not None
    return found.group()


def test_whoever_has_the_link_reads_the_report_until_it_is_closed(
    log_in: LogIn, page: str, client: FlaskClient
) -> None:
    owner = log_in("olga@demo.example")
    assert owner.post(f"{page}/share").status_code == 302
    link = link_in(owner, page)
    owner.post(f"{page}/share")
    assert link_in(owner, page) == link  # pressed twice, it is the same
    answer = client.get(link)
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    html = answer.get_data(as_text=True)
    assert "Цена вместо звонка" in html
    assert "<form" not in html
    assert "<script" not in html
    owner.post(f"{page}/unshare")
    assert client.get(link).status_code == 404
    owner.post(f"{page}/share")
    assert link_in(owner, page) != link


@pytest.mark.parametrize("token", ["", "x", "b" * 26, "%00", "a" * 5000])
def test_what_is_no_link_opens_nothing(client: FlaskClient, token: str) -> None:
    assert client.get(f"/r/{token}").status_code == 404


def test_only_who_may_see_an_experiment_may_share_or_take_it_along(log_in: LogIn, page: str) -> None:
    anna = log_in("anna@demo.example")
    assert {anna.post(f"{page}/share").status_code, anna.get(f"{page}.csv").status_code} == {403}
    assert log_in("olga@demo.example").get(f"/console/experiments/{new_id()}.json").status_code == 404


def test_the_files_hold_the_figures_of_the_report(
    log_in: LogIn, cast: Cast, house: House, clock: FakeClock, page: str
) -> None:
    key = house.trials.running(cast.site.id)[0]["key"]
    context = Context(page="https://okna.example/", device="phone")
    for variant in "aaabb":
        seen = Reported(new_id(), "exposure", clock.now(), experiment=key, variant=variant)
        with house.storage.begin() as tx:
            tx.record(VisitorReported(cast.site.id, new_id(), clock.now(), False, context, (seen,)))
    clock.forward(minutes=1)
    owner = log_in("olga@demo.example")
    rows = list(csv.reader(io.StringIO(owner.get(f"{page}.csv").get_data(as_text=True)[1:]), delimiter=";"))
    assert [row[:4] for row in rows[1:]] == [["A", "Как сейчас", "3", "0"], ["B", "Цена", "2", "0"]]
    data = owner.get(f"{page}.json").get_json()
    assert [line["exposed"] for line in data["variants"]] == [3, 2]
    assert data["winner"] is None
