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

    ``beside`` (numbers, extras, identity: brought by the launcher) go together under one fingerprint, and so do
    ``callback`` and ``tables`` (what is known of numbers, by calling code).
    """

    launcher: Body
    panel: Body
    beside: Mapping[str, Body]
    beside_print: str
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
        kind, _, fingerprint = name.partition("-")
        if kind in self.beside:
            return self.beside[kind], fingerprint == self.beside_print
        if name.startswith("kit-"):
            return self.kit, name == f"kit-{self.kit.fingerprint}"
        if name.startswith("callback-"):
            fingerprint, _, code = name.removeprefix("callback-").partition("-")
            body = self.tables.get(code) if code else self.callback
            return None if body is None else (body, fingerprint == self.callback_print)
        return None


def load_widget_files(static: Path) -> WidgetFiles:
    names = ("widget.js", "panel.js", "chat_kit.js", "callback.js")
    launcher, panel, kit, callback = (make_body((static / name).read_bytes()) for name in names)
    beside = {name: make_body((static / f"{name}.js").read_bytes()) for name in ("numbers", "extras", "identity")}
    codes = (static / "phone_codes.json").read_bytes()
    tables = {
        code: make_body(f"export default {json.dumps(table, separators=(',', ':'), ensure_ascii=False)};".encode())
        for code, table in json.loads(codes).items()
    }
    together = _print(callback.plain, codes)
    return WidgetFiles(
        launcher, panel, beside, _print(*(one.plain for one in beside.values())), kit, callback, tables, together
    )


def _print(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()[:12]
