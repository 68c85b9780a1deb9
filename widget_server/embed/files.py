"""The widget's built files, held in memory: raw, gzipped, fingerprinted."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Body:
    """Bytes ready to be sent."""

    plain: bytes
    packed: bytes
    etag: str

    @property
    def fingerprint(self) -> str:
        return self.etag.strip('"')[:12]


def make_body(plain: bytes) -> Body:
    return Body(plain, gzip.compress(plain, 9, mtime=0), f'"{hashlib.sha256(plain).hexdigest()[:32]}"')


@dataclass(frozen=True)
class WidgetFiles:
    """``widget.js`` is evergreen; a path with the fingerprint of its content never changes.

    ``callback`` and ``tables`` (what is known of numbers, by calling code) go together under one fingerprint.
    """

    launcher: Body
    panel: Body
    numbers: Body
    extras: Body
    kit: Body
    callback: Body
    tables: Mapping[str, Body]
    callback_print: str

    def find(self, path: str) -> tuple[Body, bool] | None:
        """Return the file behind ``path`` and whether that path is immutable."""
        if path == "/widget.js":
            return self.launcher, False
        name = path.removeprefix("/widget/").removesuffix(".js")
        if name == self.launcher.fingerprint:
            return self.launcher, True
        if name.startswith("panel-"):
            return self.panel, name == f"panel-{self.panel.fingerprint}"
        if name.startswith("numbers-"):
            return self.numbers, name == f"numbers-{self.numbers.fingerprint}"
        if name.startswith("extras-"):
            return self.extras, name == f"extras-{self.extras.fingerprint}"
        if name.startswith("kit-"):
            return self.kit, name == f"kit-{self.kit.fingerprint}"
        if name.startswith("callback-"):
            fingerprint, _, code = name.removeprefix("callback-").partition("-")
            body = self.tables.get(code) if code else self.callback
            return None if body is None else (body, fingerprint == self.callback_print)
        return None


def load_widget_files(static: Path) -> WidgetFiles:
    names = ("widget.js", "panel.js", "numbers.js", "extras.js", "chat_kit.js", "callback.js")
    launcher, panel, numbers, extras, kit, callback = (make_body((static / name).read_bytes()) for name in names)
    codes = (static / "phone_codes.json").read_bytes()
    tables = {
        code: make_body(f"export default {json.dumps(table, separators=(',', ':'), ensure_ascii=False)};".encode())
        for code, table in json.loads(codes).items()
    }
    together = hashlib.sha256(callback.plain + codes).hexdigest()[:12]
    return WidgetFiles(launcher, panel, numbers, extras, kit, callback, tables, together)
