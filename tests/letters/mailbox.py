"""A mailbox on a real IMAP server of our own: as much of RFC 3501 as a reader of unseen letters needs."""

import re
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.notify.receivers import Quiet, running


@dataclass
class Inbox:
    """``letters`` as they came; ``seen`` their numbers, from 1."""

    letters: list[bytes] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    logins: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"imap://replies:s%40cret@127.0.0.1:{self.port}"


@contextmanager
def inbox_served(inbox: Inbox) -> Iterator[Inbox]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say(b"* OK ready")
            for line in self.rfile:
                tag, _, words = line.decode().strip().partition(" ")
                self.do(words.upper(), words)
                self.say(f"{tag} OK done".encode())
                if words.upper() == "LOGOUT":
                    return

        def do(self, command: str, words: str) -> None:
            if command == "CAPABILITY":
                self.say(b"* CAPABILITY IMAP4rev1")
            elif command.startswith("LOGIN"):
                inbox.logins.append(words)
            elif command.startswith("SELECT"):
                self.say(f"* {len(inbox.letters)} EXISTS".encode())
            elif command.startswith("UID SEARCH"):
                unseen = [str(n) for n in range(1, len(inbox.letters) + 1) if n not in inbox.seen]
                self.say(" ".join(["* SEARCH", *unseen]).encode())
            elif found := re.match(r"UID FETCH (\d+)", command):
                raw = inbox.letters[int(found[1]) - 1]
                self.say(f"* {found[1]} FETCH (UID {found[1]} BODY[] {{{len(raw)}}}".encode())
                self.wfile.write(raw)
                self.say(b")")
            elif found := re.match(r"UID STORE (\d+) \+FLAGS", command):
                inbox.seen.add(int(found[1]))

        def say(self, words: bytes) -> None:
            self.wfile.write(words + b"\r\n")

    with running(Quiet(("127.0.0.1", 0), Handler)) as inbox.port:
        yield inbox
