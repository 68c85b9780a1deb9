import json
import threading
from datetime import timedelta

import pytest

from tests.beacon.conftest import SITE, Scene, event
from tests.cast import MONDAY_NOON
from widget_server.kernel.errors import BadInput, TooLarge


def test_an_event_sent_three_times_is_counted_and_told_once(scene: Scene) -> None:
    tap = event("tap")
    for _ in range(3):
        scene.take(tap)
    assert scene.count() == {"tap": 1}
    assert len(scene.reported) == 1


def test_only_new_events_are_told(scene: Scene) -> None:
    view, tap = event("view"), event("tap")
    scene.take(view)
    scene.take(view, tap, tap)
    assert [[e.type for e in made.events] for made in scene.reported] == [["view"], ["tap"]]


def test_age_is_taken_from_the_servers_clock_and_held_between_now_and_a_day(scene: Scene) -> None:
    scene.take(event("view", ago_ms=1500), event("open", ago_ms=-5), event("tap", ago_ms=10**400), event("close"))
    at = {e.type: MONDAY_NOON - e.at for e in scene.reported[0].events}
    assert at == {
        "view": timedelta(seconds=1.5),
        "open": timedelta(0),
        "tap": timedelta(hours=24),
        "close": timedelta(0),
    }


def test_events_are_told_oldest_first(scene: Scene) -> None:
    scene.take(event("tap", ago_ms=1), event("view", ago_ms=900))
    assert [e.type for e in scene.reported[0].events] == ["view", "tap"]


@pytest.mark.parametrize(
    "broken",
    [
        7,
        {"type": "tap"},
        {"id": "short", "type": "tap"},
        {"id": "a" * 26, "type": "from-the-future"},
        {"id": "a" * 26, "type": ["tap"]},
        {"id": "a" * 26, "type": "tap", "ago_ms": "soon"},
        {"id": "a" * 26, "type": "exposure", "experiment": "x"},
    ],
)
def test_a_broken_event_is_left_out_and_the_others_kept(scene: Scene, broken: object) -> None:
    scene.take(broken, event("view"))
    assert scene.count() == {"view": 1}


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"\xff", b"{", b"[" * 60_000, b'{"visitor": NaN}', b'{"visitor": "' + b"a" * 26 + b'"}', b"1" * 5000]
    + [json.dumps({"visitor": v, "events": e}).encode() for v, e in [("x", []), ("a" * 26, [1] * 51), (None, {})]],
)
def test_a_wrong_envelope_is_refused(scene: Scene, raw: bytes) -> None:
    with pytest.raises(BadInput):
        scene.beacon.take(SITE, raw, "Firefox")


def test_a_huge_beacon_is_refused(scene: Scene) -> None:
    with pytest.raises(TooLarge):
        scene.beacon.take(SITE, b" " * 70_000, "Firefox")


def test_programs_are_marked_and_not_counted(scene: Scene) -> None:
    scene.take(event("view"), visitor="b" * 26, ua="Mozilla/5.0 (compatible; YandexBot/3.0)")
    scene.take(event("view"), visitor="c" * 26, automated=True)
    scene.take(event("view"))
    assert scene.count() == {"view": 1}
    assert [made.is_bot for made in scene.reported] == [True, True, False]


def test_history_shows_views_newest_first(scene: Scene) -> None:
    scene.take(event("view", ago_ms=9000), page="https://shop.example/a", title="A", utm={"source": "ya"})
    scene.take(event("view"), event("tap"), page="https://shop.example/b")
    assert [v.page for v in scene.beacon.history(SITE.id, scene.visitor, 5)] == [
        "https://shop.example/b",
        "https://shop.example/a",
    ]
    assert scene.beacon.history(SITE.id, scene.visitor, 5)[1].utm == {"source": "ya"}


def test_the_site_is_told_where_people_saw_it_alive(scene: Scene) -> None:
    scene.take(event("view"), page="https://shop.example/a")
    scene.take(event("view"), page="https://shop.example/b", ua="Googlebot/2.1")
    assert scene.seen == [(SITE.id, "https://shop.example/a")]


def test_concurrent_repeats_are_counted_once(scene: Scene) -> None:
    taps = [event("tap") for _ in range(20)]

    def send_all() -> None:
        for tap in taps:
            scene.take(tap)

    threads = [threading.Thread(target=send_all) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(len(made.events) for made in scene.reported) == 20
