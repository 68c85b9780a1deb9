"""Pictures from strangers: decoded and written anew, so nothing of the bytes that came is ever served.

What is written holds pixels and nothing else: no place where a photo was taken, no comment, no second file behind it.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from widget_server.kernel.errors import BadInput

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
WRITTEN = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP"}
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
MOST_PIXELS = {"JPEG": 60_000_000, "MPO": 60_000_000}  # a JPEG is made smaller while it is decoded
MOST_PIXELS_ELSE = 25_000_000
MOST_SCANS = 64  # a JPEG may be drawn in passes, each over all of it; a camera makes ten
LONGEST_SIDE = 3200
THUMB_SIDE = 640

Image.MAX_IMAGE_PIXELS = None  # the limits above are ours, and checked before anything is decoded


@dataclass(frozen=True)
class Picture:
    """A picture written anew, and a small one of it (always WebP)."""

    data: bytes
    thumb: bytes
    type: str
    width: int
    height: int


def is_picture(raw: bytes) -> bool:
    """Tell whether the bytes begin as a picture does that we take; whether they are one is seen when it is decoded."""
    begins = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
    return raw.startswith(begins) or (raw[:4] == b"RIFF" and raw[8:12] == b"WEBP")


def redraw(raw: bytes) -> Picture:
    """Decode a picture and write it anew, upright, no side longer than 3,200 pixels; of a moving one the first frame.

    Raises
    ------
    BadInput
        ``file_broken``; ``picture_too_large`` if it has more pixels than we decode.
    """
    if raw.startswith(b"\xff\xd8") and raw.count(b"\xff\xda") > MOST_SCANS:
        raise BadInput("file_broken", field="file")
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as opened:
            return _write(_decode(opened), WRITTEN[opened.format or ""])
    except BadInput:
        raise
    except Exception:  # a decoder fails in as many ways as there are ways to break a file
        raise BadInput("file_broken", field="file") from None


def _decode(opened: Image.Image) -> Image.Image:
    width, height = opened.size
    if width * height > MOST_PIXELS.get(opened.format or "", MOST_PIXELS_ELSE):
        raise BadInput("picture_too_large", field="file")
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    opened.load()
    upright = ImageOps.exif_transpose(opened)
    has_holes = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    plain = upright.convert("RGBA" if has_holes else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return plain


def _write(picture: Image.Image, kind: str) -> Picture:
    plain = picture.convert("RGB") if kind == "JPEG" else picture
    small = picture.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    return Picture(_bytes(plain, kind), _bytes(small, "WEBP"), TYPES[kind], *plain.size)


def _bytes(picture: Image.Image, kind: str) -> bytes:
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    written = io.BytesIO()
    options: dict[str, int] = {"JPEG": {"quality": 86}, "WEBP": {"quality": 82, "method": 3}}.get(kind, {})
    bare.save(written, kind, **options)
    return written.getvalue()
