"""The product as a process of its own, which tests may kill and start again on the same data."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

START_SECONDS = 30
QUICK = {"ANSWERED_AFTER_SECONDS": "1", "OPERATOR_RING_SECONDS": "20", "LIMIT_CALLBACKS_PER_VISITOR": "100/hour"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class RunningServer:
    """``widget-server run`` on a free port with data of its own; a name tells it from others on the same port."""

    data_dir: Path
    port: int = field(default_factory=free_port)
    options: dict[str, str] = field(default_factory=dict)
    name: str = ""
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> "RunningServer":
        environment = {key: value for key, value in os.environ.items() if not key.startswith("WIDGET_")}
        environment |= {f"WIDGET_{key}": value for key, value in (QUICK | self.options).items()}
        environment |= {"WIDGET_DATA_DIR": str(self.data_dir), "WIDGET_PORT": str(self.port)}
        command = [sys.executable, "-m", "widget_server.cli", "run"]
        log = self._log.open("wb" if self.name else "ab")
        self._process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        log.close()
        self._wait_until_ready()
        return self

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(15)
            self._process = None

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            if self.name and "\nready " not in self._log.read_text(errors="replace"):
                time.sleep(0.05)  # another process may answer on this port
                continue
            try:
                with urllib.request.urlopen(self.url + "/healthz", timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        said = self._log.read_text(errors="replace")
        raise AssertionError(f"the server did not get ready:\n{said[-3000:]}")

    @property
    def _log(self) -> Path:
        return self.data_dir.parent / f"server-{self.port}{self.name}.log"
