"""Each conversion is uploaded once, whatever happens on the way, and what became of it can be seen."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conversions.conftest import ACTIONS, Desk
from tests.conversions.systems import SECRETS, TOKEN, Counter, Google
from tests.conversions.test_files import CLIENT_ID, GCLID, click
from tests.funnel.conftest import Funnel
from tests.seeding import seed
from tests.tracking.conftest import owner
from widget_server.conversions import upload_store
from widget_server.conversions.upload_model import BACK_OFF, System
from widget_server.conversions.uploading import Uploading
from widget_server.rooms import House
from widget_server.sites.analytics import Analytics

LogIn = Callable[[str], FlaskClient]


def test_google_gets_click_action_moment(desk: Desk, google: Google) -> None:
    desk.do()
    desk.upload("google_ads")
    action = "customers/1234567890/conversionActions/111"
    at = "2026-11-23 09:00:00+00:00"
    assert google.rows == [{"gclid": GCLID, "conversionAction": action, "conversionDateTime": at}]
    assert desk.counts() == {("google_ads", "callback", "sent"): 1}


def test_what_the_visitors_agreed_to_is_said(desk: Desk, google: Google) -> None:
    desk.house.sites.update_site(desk.cast.site.id, {"analytics": Analytics(clicks="consent")})
    desk.do()
    desk.upload("google_ads")
    assert google.rows[0]["consent"] == {"adUserData": "GRANTED"}


def test_an_order_goes_with_its_value_and_not_after_a_refund(desk: Desk, funnel: Funnel, google: Google) -> None:
    lead = funnel.house.funnel.leads
    for visitor, refunded in (("a" * 26, False), ("b" * 26, True)):
        click(desk.house, desk.cast, visitor, gclid=f"click-of-{visitor[0]}")
        funnel.hello(visitor)
        talk = funnel.chat(visitor)
        who = next(one for one in funnel.leads() if any(it.ref == talk for it in funnel.contacts(one)))
        order = funnel.sell(lead.access_lead(funnel.owner, who.id))
        if refunded:
            funnel.house.funnel.orders.change(funnel.cast.anna, order.id, "refunded")
    desk.upload("google_ads")
    (row,) = google.rows
    assert (row["gclid"], row["conversionValue"], row["currencyCode"]) == ("click-of-a", 12500.5, "RUB")


def test_metrica_gets_the_file(desk: Desk, counter: Counter) -> None:
    desk.do()
    desk.upload("metrika")
    (made,) = counter.uploadings
    head = "ClientId,Yclid,Target,DateTime,Price,Currency"
    assert made["table"] == [head, f"{CLIENT_ID},,widget_callback,1795424400,,"]


def test_nothing_is_uploaded_twice(desk: Desk, google: Google, counter: Counter) -> None:
    desk.do()
    for _ in range(2):
        desk.upload("google_ads")
        desk.upload("metrika")
    assert (len(google.rows), len(counter.uploadings)) == (1, 1)


def test_every_night_once(desk: Desk, counter: Counter) -> None:
    desk.do()
    desk.clock.forward(hours=14)  # 02:00 in Moscow
    desk.house.conversions.uploading.schedule()
    desk.work()
    assert counter.uploadings == []
    desk.clock.forward(hours=1)
    for _ in range(2):
        desk.house.conversions.uploading.schedule()
        desk.work()
        desk.do("b" * 26)
    assert len(counter.uploadings) == 1
    desk.clock.forward(days=1)
    desk.house.conversions.uploading.schedule()
    desk.work()
    assert len(counter.uploadings) == 2


def test_one_bad_conversion_spoils_no_other(desk: Desk, google: Google) -> None:
    google.errors = {"bad-click-id": "UNPARSEABLE_GCLID", "new-click-id": "TOO_RECENT_EVENT"}
    desk.do(gclid="bad-click-id")
    desk.do("b" * 26, gclid="new-click-id")
    desk.do("c" * 26)
    desk.upload("google_ads")
    assert desk.counts() == {("google_ads", "callback", "sent"): 1, ("google_ads", "callback", "refused"): 1}
    (refused,) = desk.house.conversions.uploads.look_at(desk.cast.site, 30).refused
    assert (refused.error, refused.words) == ("UNPARSEABLE_GCLID", "It is UNPARSEABLE_GCLID.")
    google.errors.clear()
    desk.upload("google_ads")
    assert [row["gclid"] for row in google.rows[3:]] == ["new-click-id"]


@pytest.mark.parametrize("system", ["google_ads", "metrika"])
def test_a_worker_that_dies_after_uploading_counts_nothing_twice(
    desk: Desk, google: Google, counter: Counter, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    desk.do()
    with monkeypatch.context() as patched:
        patched.setattr(Uploading, "_note_success", die)
        with pytest.raises(Killed):
            desk.upload(system)
    for _ in range(4):
        desk.work(minutes=3)
    assert desk.counts() == {(system, "callback", "sent"): 1}
    assert len(google.known) + len(counter.uploadings) == 1


def test_an_answer_of_metrica_that_is_lost_is_looked_for(
    desk: Desk, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = counter.take

    def silently(*args: str) -> dict[str, Any]:
        plain(*args)
        raise ConnectionResetError

    desk.do()
    with monkeypatch.context() as patched:
        patched.setattr(counter, "take", silently)
        desk.upload("metrika")
    assert desk.counts() == {("metrika", "callback", "waiting"): 1}
    desk.work(minutes=2)
    assert desk.counts() == {("metrika", "callback", "sent"): 1}
    assert len(counter.uploadings) == 1


def test_what_fails_is_tried_again_and_by_hand_at_last(desk: Desk, counter: Counter) -> None:
    for _ in range(20):
        counter.will_say(503, '{"errors":[{"error_type":"backend_error"}],"code":503}')
    desk.do()
    desk.upload("metrika")
    for _ in range(len(BACK_OFF) + 1):
        desk.work(days=0.5)
    (batch,) = desk.house.conversions.uploads.look_at(desk.cast.site, 30).batches
    assert (batch.state, batch.error, batch.attempts) == ("failed", "down", len(BACK_OFF) + 1)
    counter.answers.clear()
    desk.upload("metrika")
    assert desk.counts() == {("metrika", "callback", "sent"): 1}


def test_a_quota_is_waited_for(desk: Desk, google: Google) -> None:
    google.will_fail(429, "quotaError", "RESOURCE_EXHAUSTED")
    desk.do()
    desk.upload("google_ads")
    desk.work(minutes=10)
    assert google.rows == []
    desk.work(minutes=6)
    assert len(google.rows) == 1


@pytest.mark.parametrize(
    ("status", "kind", "code", "problem"),
    [
        (401, "authenticationError", "OAUTH_TOKEN_INVALID", "token"),
        (403, "authorizationError", "USER_PERMISSION_DENIED", "rights"),
        (403, "authorizationError", "DEVELOPER_TOKEN_NOT_APPROVED", "developer_token"),
        (401, "authenticationError", "CUSTOMER_NOT_FOUND", "account"),
        (400, "requestError", "BAD_RESOURCE_ID", "refused"),
    ],
)
def test_what_somebody_must_do_first_stops_google(
    desk: Desk, google: Google, status: int, kind: str, code: str, problem: str
) -> None:
    google.will_fail(status, kind, code)
    desk.do()
    desk.upload("google_ads")
    assert (desk.account("google_ads").problem, desk.counts()) == (problem, {})
    desk.clock.forward(days=1)
    desk.house.conversions.uploading.schedule()
    desk.work()
    assert google.rows == []
    desk.upload("google_ads")
    assert (desk.account("google_ads").problem, len(google.rows)) == (None, 1)


def test_tokens_that_were_withdrawn_are_named(desk: Desk, google: Google) -> None:
    google.is_token_good = False
    desk.house.conversions.uploads.connect(
        owner(desk.house, desk.cast), desk.cast.site, "metrika", {"counter_id": "44147844", "token": "withdrawn"}
    )
    desk.do()
    desk.upload("google_ads")
    desk.upload("metrika")
    assert [desk.account(one).problem for one in ("google_ads", "metrika")] == ["token", "token"]


def test_what_metrica_linked_is_asked_later(desk: Desk) -> None:
    desk.do()
    desk.upload("metrika")
    desk.work(hours=4)
    (batch,) = desk.house.conversions.uploads.look_at(desk.cast.site, 30).batches
    assert batch.told == {"status": "PROCESSED", "linked_quantity": 1}


def test_a_site_that_stops_keeping_clicks_uploads_none(desk: Desk, google: Google) -> None:
    desk.do()
    desk.house.sites.update_site(desk.cast.site.id, {"analytics": Analytics(clicks="off")})
    desk.clock.forward(days=1)
    desk.house.conversions.uploading.schedule()
    desk.work()
    assert google.received == []


def test_the_owner_connects_and_sees_no_secret_again(log_in: LogIn, desk: Desk) -> None:
    olga, page = log_in("olga@demo.example"), "/console/conversions/accounts/google_ads"
    site = {"site": desk.cast.site.id}
    shown = olga.get(page, query_string=site).get_data(as_text=True)
    assert 'value="1234567890"' in shown
    with desk.house.storage.read() as tx:
        kept = str(tx.execute(select(upload_store.accounts)).all())
    assert not any(secret in shown + kept for secret in (*SECRETS.values(), TOKEN))
    assert olga.post(page, data={**site, **ACTIONS, "order": "333"}).status_code == 302  # secrets stay
    assert desk.account("google_ads").data["order"] == "333"
    assert olga.post(page, data={**site, "customer_id": "x"}).status_code == 400
    assert olga.post(page, data={**site, "customer_id": "1", "refresh_token": "has a space"}).status_code == 400
    desk.do()
    assert olga.post(f"{page}/upload", data=site).status_code == 302
    desk.work()
    assert "загружено 1" in olga.get("/console/conversions").get_data(as_text=True)
    assert olga.post(f"{page}/disconnect", data=site).status_code == 302
    assert olga.post(f"{page}/upload", data=site).status_code == 404


def test_accounts_are_the_owners(log_in: LogIn, house: House, desk: Desk) -> None:
    other = seed(house, key="other", name="Другие", origins=("https://other.example",))
    page = "/console/conversions/accounts/metrika"
    assert log_in("anna@demo.example").post(f"{page}/upload", data={"site": desk.cast.site.id}).status_code == 403
    assert log_in("olga@demo.example").get(f"{page}?site={other.site.id}").status_code == 404
    assert log_in("olga@demo.example").get("/console/conversions/accounts/x").status_code == 404
