"""The widget's built files, held in memory: raw, gzipped, fingerprinted."""

import gzip
import hashlib
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
    """``widget.js`` is evergreen; a path with the fingerprint of its content never changes."""

    launcher: Body
    panel: Body

    def find(self, path: str) -> tuple[Body, bool] | None:
        """Return the file behind ``path`` and whether that path is immutable."""
        if path == "/widget.js":
            return self.launcher, False
        name = path.removeprefix("/widget/").removesuffix(".js")
        if name == self.launcher.fingerprint:
            return self.launcher, True
        if name.startswith("panel-"):
            return self.panel, name == f"panel-{self.panel.fingerprint}"
        return None


def load_widget_files(static: Path) -> WidgetFiles:
    return WidgetFiles(*(make_body((static / name).read_bytes()) for name in ("widget.js", "panel.js")))
