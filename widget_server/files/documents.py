"""PDF: looked at, never opened here; it is only ever handed out as a download."""

from widget_server.kernel.errors import BadInput

TYPE = "application/pdf"
END_WITHIN = 2048


def is_document(raw: bytes) -> bool:
    return raw.startswith((b"%PDF-1.", b"%PDF-2."))


def check_document(raw: bytes) -> None:
    """Refuse what begins as a PDF and does not end as one: it was cut off, or is something else besides.

    Raises
    ------
    BadInput
        ``file_broken``.
    """
    if b"%%EOF" not in raw[-END_WITHIN:]:
        raise BadInput("file_broken", field="file")
