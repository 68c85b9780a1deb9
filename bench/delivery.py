"""Delivery beside others: ours, a Node socket.io server and a stock Flask-SocketIO one, in turns, in one run.

1,000 sockets (20 sites with one operator and 49 visitors each), 500 messages a second from visitors to operators in
conversations that are open already; then closed loops. Ours keeps every message before it says so, the others keep
nothing. Echo is measured on our sockets' edge alone, as they do. Prints a table and ratios; exits 0 only if all hold.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from tests.running import RunningServer, free_port
from tests.seeding import PASSWORD, house_on, seed
from tests.torture.run import UNLIMITED
from widget_server.kernel.ids import new_id

HERE = Path(__file__).parent
SITES, VISITORS, RATE = 20, 49, 500
ORIGIN = "https://shop.example"
Result = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="how long each figure is measured, each round")
    args = parser.parse_args()
    found: dict[str, list[Result]] = {"ours": [], "edge": [], "node": [], "stock": []}
    for _ in range(args.rounds):
        for name, measure in (("ours", _ours), ("node", _node), ("edge", _edge), ("stock", _stock)):
            found[name].append(measure(args.seconds))
            print(f"{name:6} {json.dumps(found[name][-1])}", flush=True)
    return _conclude(found)


def _ours(seconds: int) -> Result:
    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "data"
        house = house_on(data)
        keys = [f"shop-{number}" for number in range(SITES)]
        for key in keys:
            seed(house, key=key, origins=(ORIGIN,))
        house.storage.close()
        server = RunningServer(data, options=UNLIMITED).start()
        try:
            sockets = [one for key in keys for one in people(server.url, key)]
            return _load(server.url, server.pid, sockets, {"delivery": seconds, "send": seconds})
        finally:
            server.kill()


def people(url: str, key: str, visitors: int = VISITORS) -> Iterator[Result]:
    cookie = _log_in(url, f"anna@{key}.example")
    yield {
        "role": "operator",
        "site": key,
        "namespace": "/console",
        "auth": {},
        "headers": {"Origin": url, "Cookie": cookie},
    }
    for _ in range(visitors):
        auth = {"site": key, "token": f"{new_id()}.{new_id()}", "context": {"page": ORIGIN + "/"}}
        yield {"role": "visitor", "site": key, "namespace": "/visitor", "auth": auth, "headers": {"Origin": ORIGIN}}


def _log_in(url: str, email: str) -> str:
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    opener.addheaders = [("Referer", url + "/")]
    page = opener.open(url + "/console/login").read().decode()
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    form = {"csrf_token": found[1], "email": email, "password": PASSWORD}
    opener.open(url + "/console/login", urllib.parse.urlencode(form).encode())
    return "; ".join(f"{one.name}={one.value}" for one in jar)


def _plain(namespace: str = "/") -> list[Result]:
    return [
        {
            "role": "visitor" if number else "operator",
            "site": f"shop-{site}",
            "namespace": namespace,
            "auth": {},
            "headers": {"Origin": ORIGIN},
        }
        for site in range(SITES)
        for number in range(VISITORS + 1)
    ]


def _node(seconds: int) -> Result:
    return _other(
        ["node", str(HERE / "delivery_node.mjs")], _plain(), {"delivery": seconds, "echo": seconds}, join=True
    )


def _stock(seconds: int) -> Result:
    command = [sys.executable, "-m", "bench.delivery_stock"]
    return _other(command, _plain(), {"delivery": seconds, "echo": seconds}, join=True)


def _edge(seconds: int) -> Result:
    return _other([sys.executable, "-m", "bench.delivery_edge"], _plain("/visitor"), {"echo": seconds})


def _other(command: list[str], sockets: list[Result], phases: dict[str, int], *, join: bool = False) -> Result:
    port = free_port()
    with _process([*command, str(port)]) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        time.sleep(0.5)
        return _load(f"http://127.0.0.1:{port}", server.pid, sockets, phases, join=join)


def _load(url: str, pid: int, sockets: list[Result], phases: dict[str, int], *, join: bool = False) -> Result:
    settings = {"sockets": sockets, "phases": phases, "rate": RATE, "join": join}
    before, connected = _memory_kb(pid), []
    said = load("delivery_load.mjs", url, settings, lambda: connected.append(_memory_kb(pid)))
    return {**said, "kb": round((connected[0] - before) / len(sockets), 1)}


def load(program: str, url: str, settings: Result, when_connected: Callable[[], None] = lambda: None) -> Result:
    """Run a program of ours under Node against ``url`` and return what it found."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({**settings, "url": url.replace("http", "ws", 1)}, file)
        file.flush()
        with _process(["node", str(HERE / program), file.name]) as running:
            assert running.stdout is not None
            assert running.stdout.readline() == "connected\n"
            when_connected()
            found: Result = json.loads(running.communicate("go\n", timeout=180)[0])
            return found


@contextmanager
def _process(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait(5)


def _memory_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def _conclude(found: dict[str, list[Result]]) -> int:
    def middle(name: str, phase: str, figure: str) -> float:
        return statistics.median(one[phase][figure] for one in found[name])

    kept = statistics.median(one["kb"] for one in found["ours"])
    p99, node_p99 = middle("ours", "delivery", "p99"), middle("node", "delivery", "p99")
    echo, node_echo, stock_echo = (middle(name, "echo", "perSecond") for name in ("edge", "node", "stock"))
    sends = middle("ours", "send", "perSecond")
    lost = sum(one["delivery"]["sent"] - one["delivery"]["shown"] for one in found["ours"])
    print(f"\n{'':34}{'ours':>9}{'node':>9}{'stock':>9}")
    for figure in ("p50", "p99"):
        row = "".join(f"{middle(name, 'delivery', figure):9.1f}" for name in ("ours", "node", "stock"))
        print(f"{f'visitor to operator, {figure}, ms':34}{row}")
    print(f"{'echo, answers/s (ours: the edge)':34}{echo:9.0f}{node_echo:9.0f}{stock_echo:9.0f}")
    print(f"{'durable sends/s':34}{sends:9.0f}{'-':>9}{'-':>9}")
    memory = "".join(
        f"{statistics.median(one['kb'] for one in found[name]):9.1f}" for name in ("ours", "node", "stock")
    )
    print(f"{'memory, KB a socket':34}{memory}")
    rules = {
        f"p99 {p99:.1f} ms (≤ 5, or ≤ 2 × {node_p99:.1f})": p99 <= max(5.0, 2 * node_p99),
        f"echo {echo / node_echo:.2f} × Node's (≥ 0.35)": echo >= 0.35 * node_echo,
        f"echo {echo / stock_echo:.1f} × stock's (≥ 3)": echo >= 3 * stock_echo,
        f"{kept:.0f} KB a socket (≤ 70)": kept <= 70,
        f"durable sends {sends / stock_echo:.2f} × stock's echo (≥ 1)": sends >= stock_echo,
        f"{lost} not shown (0)": lost == 0,
    }
    print("delivery: " + "; ".join(f"{words}{'' if holds else ' NOT REACHED'}" for words, holds in rules.items()))
    return 0 if all(rules.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
