"""How much the thin front saves: the site document from prepared bytes against a Flask view that says it by jsonify.

Both are called in this process, in turns, so the ratio holds on a busy machine. Exits 0 if it is at least 10.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, jsonify
from werkzeug.test import EnvironBuilder

from tests.seeding import house_on, seed
from widget_server.app import create_app

ROUNDS, CALLS, LEAST = 9, 300, 10.0


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        house = house_on(Path(folder))
        site = seed(house).site
        ours = create_app(house).wsgi_app
        reference = _reference(house.documents.compose(site))
        environ = EnvironBuilder("/w/v1/site/demo").get_environ()
        ratios = [_time(reference, environ) / _time(ours, environ) for _ in range(ROUNDS)]
        house.storage.close()
    middle = statistics.median(ratios)
    print("site document, Flask + jsonify over thin front, time per call")
    print("  rounds:", " ".join(f"{ratio:.1f}" for ratio in ratios))
    print(f"front ratio {middle:.1f} (must be at least {LEAST})")
    return 0 if middle >= LEAST else 1


def _reference(document: dict[str, Any]) -> Callable[..., Any]:
    app = Flask("reference")
    app.add_url_rule("/w/v1/site/<key>", view_func=lambda key: jsonify(document), endpoint="site")
    return app.wsgi_app


def _time(application: Callable[..., Any], environ: dict[str, Any]) -> float:
    start = time.perf_counter()
    for _ in range(CALLS):
        b"".join(application(dict(environ), lambda *_: None))
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
