"""Who is told, when, and how often."""

from datetime import timedelta

import pytest

from tests.notify.conftest import ALL, PHONE, Desk
from tests.notify.receivers import MailServer, WebServer
from tests.seeding import PASSWORD
from widget_server.notify.model import KINDS, Alert, Wishes
from widget_server.notify.store import forget_older
from widget_server.operators.model import OperatorDraft
from widget_server.sites.draft import SiteDraft

DAY = (9 * 60, 18 * 60)  # quiet now: it is noon


def test_nobody_is_told_where_nobody_wants_to_know(desk: Desk) -> None:
    assert (desk.alert(), desk.deliveries()) == (0, [])


def test_everybody_who_wants_to_know_is_told_once(desk: Desk) -> None:
    desk.target("webhook", "https://one.example/")
    desk.target("webhook", "https://two.example/", Wishes(frozenset({"spending_cap"})))
    assert [desk.alert(), desk.alert()] == [1, 0]


def test_the_next_episode_of_a_subject_is_news(desk: Desk) -> None:
    desk.target("webhook", "https://one.example/")
    told = [desk.alert("conversation_waiting", "talk", episode=episode) for episode in ("1", "1", "7")]
    assert told == [1, 0, 1]


def test_a_target_of_one_site_hears_nothing_of_another(desk: Desk) -> None:
    other = desk.sites.create_site(desk.owner.account_id, SiteDraft("Двери"))
    desk.target("webhook", "https://one.example/", Wishes(frozenset(KINDS), frozenset({other.id})))
    assert desk.alert() == 0


def test_a_shut_target_hears_nothing(desk: Desk) -> None:
    desk.target("webhook", "https://one.example/", problem="gone")
    assert desk.alert() == 0


def test_a_chat_that_is_not_connected_yet_hears_nothing(desk: Desk) -> None:
    desk.target("telegram", "")
    assert desk.alert() == 0


def test_an_alert_of_a_failed_transaction_never_existed(desk: Desk, web: WebServer) -> None:
    desk.target("webhook", web.url)

    def fail() -> None:
        with desk.storage.begin() as tx:
            desk.room.alerts.alert(tx, Alert("spending_cap", desk.site.id, "day", desk.clock.now()))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (desk.work(), web.received, desk.deliveries()) == (0, [], [])


def test_the_owner_is_told_by_mail_once_mail_is_set_up(desk: Desk, mail: MailServer) -> None:
    desk.alert()
    desk = desk.with_settings(smtp_url=f"smtp://127.0.0.1:{mail.port}", mail_from="alerts@okna.example")
    desk.alert(subject="cb2")
    desk.work()
    assert [letter["To"] for letter in mail.letters] == ["olga@okna.example"]


def test_the_owner_who_was_removed_is_not_added_again(desk: Desk) -> None:
    desk = desk.with_settings(smtp_url="smtp://127.0.0.1:1", mail_from="alerts@okna.example")
    (target,) = desk.room.targets.list_targets(desk.owner)
    desk.room.targets.remove(desk.owner, target.id)
    assert (desk.alert(), desk.room.targets.list_targets(desk.owner)) == (0, [])
    desk.clock.forward(days=40)
    with desk.storage.begin() as tx:
        forget_older(tx, desk.clock.now())
    assert desk.alert(subject="cb2") == 0


def test_numbers_are_masked_before_they_are_written_down(desk: Desk) -> None:
    desk.target("webhook", "https://one.example/")
    desk.alert(params={"phone": PHONE, "words": "позвоните на 8 912 345-67-89"})
    assert desk.deliveries()[0].params == {"phone": "+7 912 ***-**-89"}


def test_who_may_see_numbers_sees_them(desk: Desk) -> None:
    desk.target("webhook", "https://one.example/", Wishes(frozenset(KINDS), details=True))
    desk.alert(params={"phone": PHONE, "words": "Здравствуйте"})
    assert desk.deliveries()[0].params == {"phone": PHONE, "words": "Здравствуйте"}


@pytest.mark.parametrize("phone", ["anonymous", "+7", "+999999999999999", "", "8 912 345-67-89"])
def test_what_is_no_number_spoils_nothing(desk: Desk, phone: str) -> None:
    desk.target("webhook", "https://one.example/")
    assert desk.alert(params={"phone": phone}) == 1
    assert phone not in desk.deliveries()[0].params["phone"] or not phone


def test_a_browser_is_told_what_its_operator_may_know(desk: Desk) -> None:
    anna = desk.add_operator("anna")
    desk.target("webpush", "https://push.example/1", ALL, operator_id=anna.id, data={"p256dh": "", "auth": ""})
    assert [desk.alert(), desk.alert("spending_cap", "day")] == [1, 0]


def test_a_browser_of_somebody_who_was_shut_out_is_told_nothing(desk: Desk) -> None:
    anna = desk.add_operator("anna")
    desk.target("webpush", "https://push.example/1", ALL, operator_id=anna.id)
    desk.operators.set_disabled(desk.owner, anna.id, True)
    assert desk.alert() == 0


def test_a_browser_of_somebody_who_left_the_site_is_told_nothing(desk: Desk) -> None:
    anna = desk.add_operator("anna")
    desk.target("webpush", "https://push.example/1", ALL, operator_id=anna.id)
    desk.operators.change_person(desk.owner, anna.id, "operator", [])
    assert desk.alert() == 0


def test_other_accounts_hear_nothing(desk: Desk) -> None:
    eve = desk.operators.open_account("Чужие", OperatorDraft("Ева", "eve@x.example", PASSWORD, "owner"), first=False)
    desk.target("webhook", "https://one.example/", account_id=eve.account_id)
    assert desk.alert() == 0


def test_quiet_hours_hold_until_they_end(desk: Desk, web: WebServer) -> None:
    desk.target("telegram", "5", Wishes(frozenset(KINDS), quiet=DAY, wakes=False))
    desk.alert()
    assert desk.work() == 0
    held, summary = sorted(desk.deliveries(), key=lambda one: one.kind)
    assert (held.state, held.folded_into) == ("folded", summary.id)
    assert (summary.due_at - desk.clock.now()) == timedelta(hours=6)  # 18:00 in Moscow


def test_missed_callbacks_may_wake(desk: Desk) -> None:
    desk.target("telegram", "5", Wishes(frozenset(KINDS), quiet=DAY, wakes=True))
    desk.alert()
    desk.alert("spending_cap", "day")
    assert [one.state for one in desk.deliveries() if one.kind == "callback_missed"] == ["queued"]
    assert [one.state for one in desk.deliveries() if one.kind == "spending_cap"] == ["folded"]


def test_machines_know_no_quiet_hours(desk: Desk) -> None:
    desk.target("webhook", "https://one.example/", Wishes(frozenset(KINDS), quiet=DAY, wakes=False))
    desk.alert()
    assert [one.due_at for one in desk.deliveries()] == [desk.clock.now()]


def test_a_burst_becomes_one_summary(desk: Desk, mail: MailServer) -> None:
    desk = desk.with_settings(smtp_url=f"smtp://127.0.0.1:{mail.port}", mail_from="alerts@okna.example")
    for number in range(12):
        desk.alert(subject=f"cb{number}")
    desk.work()
    assert len(mail.letters) == 5
    desk.clock.forward(seconds=61)
    desk.work()
    assert len(mail.letters) == 6
    assert mail.letters[-1]["Subject"].startswith("7 оповещений")


def test_a_burst_reaches_machines_whole(desk: Desk, web: WebServer) -> None:
    desk.target("webhook", web.url)
    for number in range(12):
        desk.alert(subject=f"cb{number}")
    desk.work()
    assert len({one.json["data"]["subject"] for one in web.received}) == 12


def test_a_summary_of_one_is_that_alert(desk: Desk, mail: MailServer) -> None:
    desk = desk.with_settings(smtp_url=f"smtp://127.0.0.1:{mail.port}", mail_from="alerts@okna.example")
    desk.target("email", "a@okna.example", Wishes(frozenset({"spending_cap"}), quiet=DAY))
    (owner,) = desk.room.targets.list_targets(desk.owner)[1:]
    desk.room.targets.remove(desk.owner, owner.id)
    desk.alert("spending_cap", "day", params={"share": 80})
    desk.clock.forward(hours=6)
    desk.work()
    assert [letter["Subject"] for letter in mail.letters] == ["Расходы на звонки: 80 % предела · Окна Плюс"]


def test_what_a_person_dealt_with_is_not_told(desk: Desk, web: WebServer) -> None:
    desk.target("webhook", web.url)
    desk.alert("conversation_waiting", "talk", after=timedelta(minutes=5))
    desk.withdraw("talk")
    desk.clock.forward(minutes=6)
    desk.work()
    assert (web.received, desk.deliveries()) == ([], [])


def test_what_waits_too_long_is_told(desk: Desk, web: WebServer) -> None:
    desk.target("webhook", web.url)
    desk.alert("conversation_waiting", "talk", after=timedelta(minutes=5))
    assert desk.work() == 0
    desk.clock.forward(minutes=5)
    desk.work()
    assert [one.json["type"] for one in web.received] == ["conversation.waiting"]


def test_a_summary_of_nothing_is_not_sent(desk: Desk, web: WebServer) -> None:
    desk.target("telegram", "5", Wishes(frozenset(KINDS), quiet=DAY, wakes=False))
    desk.alert()
    desk.withdraw("cb1")
    desk.clock.forward(hours=6)
    desk.work()
    assert desk.deliveries() == []


def test_old_deliveries_are_forgotten(desk: Desk, web: WebServer) -> None:
    desk.target("webhook", web.url)
    desk.alert()
    desk.work()
    desk.clock.forward(days=31)
    desk.alert(subject="cb2")
    desk.work()
    assert [one.subject for one in desk.deliveries()] == ["cb2"]
