"""The four processes of ``bench.callback_latency``: our web and worker, a bare web and a bare RQ worker.

    python -m bench.latency_sides our-web PROVIDER REDIS PORT

Each imports what it needs by itself: the web processes run on gevent and are patched before anything else is loaded.
"""

import sys
from typing import Any


def be_our_web(provider: str, _redis_url: str, port: str) -> None:
    """Be ``widget-server run``, with a telephony that gives its command to ``provider``."""
    from gevent import monkey

    monkey.patch_all()
    import widget_server.house
    from widget_server.server import serve
    from widget_server.settings import load_settings

    vars(widget_server.house)["make_telephony"] = lambda *_: _telephony(provider)
    serve(load_settings(port=int(port)))


def be_our_worker(provider: str, _redis_url: str, _port: str) -> None:
    """Be ``widget-server worker``."""
    import argparse

    import widget_server.house
    from widget_server.commands import serving

    vars(widget_server.house)["make_telephony"] = lambda *_: _telephony(provider)
    serving.worker(argparse.Namespace())


def be_bare_web(provider: str, redis_url: str, port: str) -> None:
    """Be the least web application that leaves a command to a worker, on the same HTTP server as ours."""
    from gevent import monkey

    monkey.patch_all()
    from flask import Flask, request
    from redis import Redis
    from rq import Queue

    from widget_server.server import PatientHandler, PromptServer

    app = Flask("bare")
    queue = Queue("bare", connection=Redis.from_url(redis_url))

    @app.post("/order")
    def order() -> dict[str, str]:
        queue.enqueue("bench.latency_sides.give_command", provider, request.get_json()["key"])
        return {"status": "queued"}

    PromptServer(("127.0.0.1", int(port)), app, log=None, handler_class=PatientHandler).serve_forever()


def be_bare_worker(_provider: str, redis_url: str, _port: str) -> None:
    from redis import Redis
    from rq import Queue, SimpleWorker

    redis = Redis.from_url(redis_url)
    SimpleWorker([Queue("bare", connection=redis)], connection=redis).work(logging_level="WARNING")


def give_command(provider: str, call_id: str) -> None:
    """Tell the PBX to ring: one HTTP request, the same for both sides."""
    import urllib.request

    urllib.request.urlopen(urllib.request.Request(provider, call_id.encode(), method="POST")).read()


def _telephony(provider: str) -> Any:
    from tests.calls.quiet import QuietTelephony
    from widget_server.calls.port import RingOrder

    class HttpTelephony(QuietTelephony):
        def ring_operators(self, order: RingOrder) -> None:
            give_command(provider, order.call_id)

    return HttpTelephony()


SIDES = {"our-web": be_our_web, "our-worker": be_our_worker, "bare-web": be_bare_web, "bare-worker": be_bare_worker}

if __name__ == "__main__":
    SIDES[sys.argv[1]](*sys.argv[2:])
