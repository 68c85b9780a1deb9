"""A real Asterisk on free loopback ports, alive as long as its ``with`` block and no longer."""

import base64
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sysconfig
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

HERE = Path(__file__).parent
START_SECONDS = 20
STOP_SECONDS = 5
# Asterisk complains about these files when they are missing; empty they mean the defaults.
SILENT = (
    "acl",
    "ccss",
    "cdr",
    "cel",
    "features",
    "manager",
    "pjproject",
    "udptl",
    "websocket_client",
    "res_http_media_cache",
)
MULTIARCH = sysconfig.get_config_var("MULTIARCH") or "x86_64-linux-gnu"


class NoPbx(Exception):
    """Asterisk is not installed or does not start; the text says what to do."""


def default_root() -> Path:
    return Path(os.environ.get("WIDGET_PBX_ROOT") or Path.home() / ".cache/widget-server/pbx")


def free_port(kind: socket.SocketKind, host: str = "127.0.0.1") -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@dataclass
class Asterisk:
    """One Asterisk. ``operators`` may register with ``passwords``; calls outside and from outside go by the carrier."""

    operators: Sequence[str] = ("op1", "op2", "op3")
    app: str = "widget"
    user: str = "widget"
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    sip_port: int = field(default_factory=lambda: free_port(socket.SOCK_DGRAM))
    http_port: int = field(default_factory=lambda: free_port(socket.SOCK_STREAM))
    carrier: tuple[str, int] = field(default_factory=lambda: ("127.0.0.9", free_port(socket.SOCK_DGRAM, "127.0.0.9")))
    carrier_password: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    root: Path = field(default_factory=default_root)
    passwords: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None
    run_dir: Path | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}/ari"

    @property
    def sip(self) -> tuple[str, int]:
        return "127.0.0.1", self.sip_port

    @property
    def settings(self) -> dict[str, str]:
        """Return the product's settings for this PBX."""
        return {
            "TELEPHONY": "asterisk",
            "ASTERISK_URL": self.url,
            "ASTERISK_USER": self.user,
            "ASTERISK_PASSWORD": self.password,
            "ASTERISK_APP": self.app,
            "ASTERISK_TRUNK": "PJSIP/{number}@trunk",
            "ASTERISK_PHONES": "PJSIP/{address}",
        }

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> "Asterisk":
        if not (self.root / ".ready").exists():
            raise NoPbx(f"there is no Asterisk in {self.root} yet. First: make pbx")
        self.run_dir = Path(tempfile.mkdtemp(prefix="pbx-"))
        try:
            self._configure(self.run_dir)
            self._process = self._start(self.run_dir)
            self._wait_until_ready()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self.run_dir is not None:
            shutil.rmtree(self.run_dir, ignore_errors=True)
            self.run_dir = None

    def ask(self, path: str, method: str = "GET") -> bytes:
        """Ask ARI over HTTP."""
        mark = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        proof = {"Authorization": f"Basic {mark}"}
        request = urllib.request.Request(f"{self.url}/{path}", method=method, headers=proof)
        with urllib.request.urlopen(request, timeout=3) as answer:
            return bytes(answer.read())

    def log(self) -> str:
        """Return what Asterisk complained about."""
        assert self.run_dir is not None
        return "\n".join(path.read_text(errors="replace") for path in sorted((self.run_dir / "log").iterdir()))

    def _configure(self, run: Path) -> None:
        for folder in ("etc", "keys", "log", "cache", "spool/recording"):
            (run / folder).mkdir(parents=True)
        self.passwords = {name: self.passwords.get(name) or secrets.token_urlsafe(18) for name in self.operators}
        people = [operator_sections(name, self.passwords[name]) for name in self.operators]
        values = {
            "ROOT": self.root,
            "LIB": self.root / "usr/lib" / MULTIARCH,
            "RUN": run,
            "APP": self.app,
            "ARI_USER": self.user,
            "ARI_PASSWORD": self.password,
            "SIP_HOST": self.sip[0],
            "SIP_PORT": self.sip_port,
            "HTTP_PORT": self.http_port,
            "CARRIER": f"{self.carrier[0]}:{self.carrier[1]}",
            "CARRIER_HOST": self.carrier[0],
            "CARRIER_PASSWORD": self.carrier_password,
            "OPERATORS": "\n".join(people),
            "EVERYBODY": "&".join(f"PJSIP/{name}" for name in self.operators),
        }
        for name in SILENT:
            (run / "etc" / f"{name}.conf").touch()
        for form_file in (HERE / "asterisk").glob("*.conf"):
            if form_file.name != "operator.conf":
                (run / "etc" / form_file.name).write_text(filled(form_file.read_text(), values))

    def _start(self, run: Path) -> subprocess.Popen[bytes]:
        """Start it by the loader and the libraries of its own release; it dies with us, however we die."""
        lib = self.root / "usr/lib" / MULTIARCH
        loader = next((self.root / "usr").glob("lib*/ld-linux-*.so.*"), None) or next(lib.glob("ld-linux-*.so.*"))
        program = [str(loader), "--library-path", str(lib), str(self.root / "usr/sbin/asterisk")]
        command = ["setpriv", "--pdeathsig", "TERM", "--", *program, "-f", "-C", str(run / "etc/asterisk.conf")]
        with (run / "log/output").open("wb") as output:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=run)

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            try:
                self.ask("asterisk/ping")
                return
            except OSError:
                time.sleep(0.05)
        raise NoPbx(f"Asterisk did not start:\n{self.log()[-2000:]}")


def operator_sections(name: str, password: str) -> str:
    return filled((HERE / "asterisk/operator.conf").read_text(), {"NAME": name, "PASSWORD": password})


def filled(form: str, values: dict[str, object]) -> str:
    for name, value in values.items():
        form = form.replace(f"@{name}@", str(value))
    return form
