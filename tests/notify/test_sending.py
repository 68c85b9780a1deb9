"""Every delivery ends in a state that people can see, whatever the receiver or our own worker does."""

from datetime import timedelta

import pytest

from tests.notify.conftest import Desk
from tests.notify.receivers import WebServer
from widget_server.jobs import store as jobs
from widget_server.kernel.errors import Conflict, NotFound
from widget_server.notify import store
from widget_server.notify.model import BACK_OFF
from widget_server.notify.outbox import Outbox


def test_what_arrived_is_written_down(desk: Desk, web: WebServer) -> None:
    web.will_say(202, "thank you")
    desk.target("webhook", web.url)
    desk.alert()
    desk.work()
    (one,) = desk.deliveries()
    assert (one.state, one.status, one.excerpt, one.attempts, one.error) == ("sent", 202, "thank you", 1, None)


def test_failures_are_repeated_later_and_later(desk: Desk, web: WebServer) -> None:
    desk.target("webhook", web.url)
    for _ in range(20):
        web.will_say(500, "\x1b[31mbroken\x00")
    desk.alert()
    waits = []
    while desk.deliveries("queued"):
        waits.append(desk.deliveries()[0].due_at - desk.clock.now())
        desk.clock.at = desk.deliveries()[0].due_at
        desk.work()
    (one,) = desk.deliveries()
    assert tuple(waits) == (timedelta(0), *BACK_OFF)
    assert (one.state, one.attempts, one.excerpt) == ("failed", len(BACK_OFF) + 1, "[31mbroken")
    assert len({received.headers["webhook-id"] for received in web.received}) == 1


def test_the_receiver_may_ask_for_more_time(desk: Desk, web: WebServer) -> None:
    web.will_say(429, Retry_After="90")
    desk.target("webhook", web.url)
    desk.alert()
    desk.work()
    assert desk.deliveries()[0].due_at == desk.clock.now() + timedelta(seconds=90)


def test_a_dead_worker_loses_nothing(desk: Desk, web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    desk.target("webhook", web.url)
    desk.alert()
    with monkeypatch.context() as patched:
        patched.setattr(Outbox, "_note_success", die)
        with pytest.raises(Killed):
            desk.work()
    desk.clock.forward(seconds=61)
    assert desk.runner.sweep() == 1
    desk.clock.forward(seconds=2)
    desk.work()
    assert [one.state for one in desk.deliveries()] == ["sent"]
    first, second = web.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_two_workers_do_not_send_at_once(desk: Desk, web: WebServer) -> None:
    desk.target("webhook", web.url)
    desk.alert()
    desk.work()
    (one,) = desk.deliveries()
    desk.room.handlers["notify.send"].run({"delivery_id": one.id})
    assert len(web.received) == 1


def test_a_mistake_of_ours_has_an_outcome_too(desk: Desk) -> None:
    desk.target("webpush", "https://push.example/1", operator_id=desk.owner.id, data={})
    desk.alert()
    desk.work()
    assert [(one.state, one.error) for one in desk.deliveries()] == [("queued", "broken")]


def test_a_channel_that_is_not_set_up_says_so(desk: Desk) -> None:
    desk.target("telegram", "5")
    desk.alert()
    desk.work()
    assert [(one.state, one.error) for one in desk.deliveries()] == [("queued", "not_set_up")]


def test_gone_shuts_the_target(desk: Desk, web: WebServer) -> None:
    web.will_say(410)
    target = desk.target("webhook", web.url)
    desk.alert()
    desk.work()
    assert (desk.find(target).problem, desk.deliveries()[0].state) == ("gone", "failed")
    assert desk.alert(subject="cb2") == 0


def test_a_target_removed_meanwhile_is_not_told(desk: Desk, web: WebServer) -> None:
    target = desk.target("webhook", web.url)
    desk.alert()
    desk.room.targets.remove(desk.owner, target.id)
    desk.work()
    assert (web.received, [one.error for one in desk.deliveries()]) == ([], ["target_shut"])


def test_a_test_fails_at_once_where_it_fails(desk: Desk, web: WebServer) -> None:
    web.will_say(500)
    target = desk.target("webhook", web.url)
    desk.room.targets.test(desk.owner, target.id)
    desk.work()
    assert [(one.state, one.error) for one in desk.deliveries()] == [("failed", "refused")]


def test_a_test_that_arrives_opens_the_target_again(desk: Desk, web: WebServer) -> None:
    target = desk.target("webhook", web.url, problem="gone")
    desk.room.targets.test(desk.owner, target.id)
    desk.work()
    assert (desk.find(target).problem, web.received[0].json["type"]) == (None, "test")


def test_replaying_sends_the_same_again(desk: Desk, web: WebServer) -> None:
    desk.target("webhook", web.url)
    desk.alert()
    desk.work()
    desk.room.targets.replay(desk.owner, desk.deliveries()[0].id)
    desk.work()
    first, second = web.received
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])


def test_what_is_being_sent_is_not_replayed(desk: Desk, web: WebServer) -> None:
    desk.target("webhook", web.url)
    desk.alert()
    (one,) = desk.deliveries()
    with desk.storage.begin() as tx:
        store.begin_attempt(tx, one, desk.clock.now())
    with pytest.raises(Conflict, match="still_sending"):
        desk.room.targets.replay(desk.owner, one.id)


def test_nobody_replays_what_is_not_theirs(desk: Desk, web: WebServer) -> None:
    desk.target("webhook", web.url)
    desk.alert()
    with pytest.raises(NotFound):
        desk.room.targets.replay(desk.add_operator("anna"), desk.deliveries()[0].id)


def test_all_jobs_run_beside_calls(desk: Desk) -> None:
    assert all(handler.slow and handler.repeatable for handler in desk.room.handlers.values())


def test_a_finished_job_leaves_no_other(desk: Desk, web: WebServer) -> None:
    desk.target("webhook", web.url)
    desk.alert()
    desk.work()
    with desk.storage.read() as tx:
        left = jobs.list_due(tx, desk.clock.now() + timedelta(days=9), desk.room.handlers.keys(), 10)
    assert [job.kind for job in left] == ["notify.tidy"]
