"""A PBX to build against, with people at its telephones, until Ctrl-C (README.md).

    python -m tests.pbx.bed [--operators 3] [--answer 0.5 3] [--talk 5]

A line on standard input calls in: `<dialled number> <caller's number> [seconds until the caller gives up]`.
"""

import argparse
import random
import signal
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import ExitStack

from tests.pbx.legs import Behaviour, Leg
from tests.pbx.running import Phones, by_number
from tests.pbx.server import Asterisk, NoPbx


def main(arguments: Sequence[str] | None = None) -> None:
    wanted = _read(arguments)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as stack:
        try:
            pbx = stack.enter_context(_pbx(wanted))
        except NoPbx as error:
            raise SystemExit(str(error)) from None
        phones = stack.enter_context(_phones(pbx, wanted))
        print(_card(pbx), flush=True)
        threading.Thread(target=_take_lines, args=(phones,), daemon=True).start()
        shown: set[str] = set()
        while not stop.wait(0.2):
            _show(phones, shown)


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.pbx.bed", description=__doc__)
    parser.add_argument("--operators", type=int, default=3, help="op1 … opN; all answer")
    parser.add_argument("--answer", type=float, nargs=2, default=(0.5, 3.0), metavar=("FROM", "TO"), help="seconds")
    parser.add_argument("--talk", type=float, default=5.0, help="the visitor hangs up after this many seconds")
    parser.add_argument("--password", default="bed", help="of ARI")
    parser.add_argument("--sip-port", type=int, default=15060)
    parser.add_argument("--http-port", type=int, default=18088)
    return parser.parse_args(arguments)


def _pbx(wanted: argparse.Namespace) -> Asterisk:
    names = [f"op{n}" for n in range(1, wanted.operators + 1)]
    return Asterisk(names, password=wanted.password, sip_port=wanted.sip_port, http_port=wanted.http_port)


def _phones(pbx: Asterisk, wanted: argparse.Namespace) -> Phones:
    def answer(leg: Leg) -> Behaviour:
        return Behaviour(random.uniform(*wanted.answer))

    return Phones(pbx, dict.fromkeys(pbx.operators, answer), by_number(Behaviour(0.3, hang_up_after=wanted.talk)))


def _card(pbx: Asterisk) -> str:
    lines = [f"export WIDGET_{name}='{value}'" for name, value in pbx.settings.items()]
    return "\n".join([f"# Asterisk {pbx.pid}; addresses of operators: {' '.join(pbx.operators)}", *lines, "ready"])


def _take_lines(phones: Phones) -> None:
    for line in sys.stdin:
        words = line.split()
        if len(words) in (2, 3):
            call: Future[Leg] = phones.call(words[0], words[1], ring_for=float((*words, "30")[2]))
            call.add_done_callback(lambda done: print(_told(done.result()), flush=True))


def _show(phones: Phones, shown: set[str]) -> None:
    """Print each call once it is over."""
    for leg in phones.legs() + phones.read(lambda: list(phones.carrier.legs)):
        if leg.over_at is not None and leg.call_id not in shown:
            shown.add(leg.call_id)
            print(_told(leg), flush=True)


def _told(leg: Leg) -> str:
    steps = ("ringing", "answered", "refused", "cancelled", "hung_up")
    times = [(getattr(leg, f"{step}_at"), step) for step in steps]
    told = ", ".join(f"{step} +{at - leg.invited_at:.3f} s" for at, step in times if at is not None)
    return f"{leg.phone}: {leg.caller} → {leg.called}: {told} {leg.cancel_reason}".rstrip()


if __name__ == "__main__":
    main()
