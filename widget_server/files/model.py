"""What people attach to a conversation. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from widget_server.kernel.untrusted import clean_text

KINDS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}
LONGEST_NAME = 120
ORPHANED_AFTER = timedelta(days=1)
LINK_LIVES = timedelta(minutes=10)
# Letters that reverse or hide what a name ends with, and what separates folders.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\"<>|:*?]")


@dataclass(frozen=True)
class Owner:
    """In whose conversation it lies, and which operator brought it (None: the visitor)."""

    site_id: str
    visitor_id: str
    operator_id: str | None = None


@dataclass(frozen=True)
class StoredFile:
    """A file that lies with us. ``posted_at``: since when a message names it; before that nobody else sees it."""

    id: str
    site_id: str
    visitor_id: str
    operator_id: str | None
    name: str
    type: str
    size: int
    width: int | None
    height: int | None
    created_at: datetime
    posted_at: datetime | None

    @property
    def is_image(self) -> bool:
        return self.type.startswith("image/")

    @property
    def owner(self) -> Owner:
        return Owner(self.site_id, self.visitor_id, self.operator_id)

    def view(self) -> dict[str, Any]:
        """Return the file as a message names it (docs/protocol.md, section 5)."""
        return {
            "id": self.id,
            "name": self.name,
            "type": self.type,
            "size": self.size,
            "width": self.width,
            "height": self.height,
        }


def safe_name(given: str, kind: str) -> str:
    """Return the name under which a file of type ``kind`` is kept: no folders, no tricks, the ending that is true.

    >>> safe_name("../../etc/passwd", "image/png"), safe_name("photo.JPEG", "image/jpeg")
    ('passwd.png', 'photo.jpg')
    >>> safe_name("invoice\\u202egpj.html", "application/pdf")
    'invoicegpj.pdf'
    """
    last = re.split(r"[/\\]", clean_text(given))[-1]
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", _UNSAFE.sub("", last)).strip(" .")
    return f"{stem[:LONGEST_NAME] or 'file'}.{KINDS[kind]}"
