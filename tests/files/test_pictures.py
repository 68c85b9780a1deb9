"""Pictures from strangers are drawn anew, or refused."""

import io
import struct
import zlib

import pytest
from PIL import Image

from tests.files.conftest import Draw
from widget_server.files.pictures import is_picture, redraw
from widget_server.kernel.errors import BadInput

SECRET = b"<script>alert(1)</script>"


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def exif(**tags: object) -> Image.Exif:
    made = Image.Exif()
    made[0x010E] = "taken at home"
    made[0x0112] = tags.get("turned", 1)
    made.get_ifd(0x8825)[2] = (55.0, 45.0, 0.0)
    return made


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says it is huge."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "kept"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/png")]
)
def test_the_four_kinds_are_taken(draw: Draw, kind: str, kept: str) -> None:
    picture = redraw(draw(kind))
    assert (picture.type, picture.width, picture.height) == (kept, 40, 30)
    assert opened(picture.thumb).format == "WEBP"


def test_nothing_but_pixels_is_kept(draw: Draw) -> None:
    picture = redraw(draw("JPEG", exif=exif(), comment=SECRET) + SECRET)
    assert dict(opened(picture.data).getexif()) == {}
    assert SECRET not in picture.data
    assert b"taken at home" not in picture.data + picture.thumb


def test_a_photo_stands_upright(draw: Draw) -> None:
    assert redraw(draw("JPEG", exif=exif(turned=6))).width == 30


def test_of_a_moving_picture_the_first_frame_is_kept(draw: Draw) -> None:
    second = Image.new("RGB", (40, 30), "red")
    picture = redraw(draw("GIF", save_all=True, append_images=[second]))
    assert getattr(opened(picture.data), "n_frames", 1) == 1


def test_holes_stay_holes(draw: Draw) -> None:
    assert opened(redraw(draw("PNG", mode="RGBA")).data).mode == "RGBA"


def test_a_large_photo_is_made_smaller(draw: Draw) -> None:
    assert redraw(draw("JPEG", (5000, 2500))).width <= 3200


@pytest.mark.parametrize("raw", [bomb(10_000, 10_000), bomb(2**31 - 1, 2**31 - 1), bomb(1, 90_000_000)])
def test_a_bomb_is_not_decoded(raw: bytes) -> None:
    with pytest.raises(BadInput):
        redraw(raw)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_was_cut_off_is_refused(draw: Draw, kind: str) -> None:
    whole = draw(kind, (300, 200))
    for length in (12, 40, len(whole) // 2):
        with pytest.raises(BadInput):
            redraw(whole[:length])


def test_a_photo_in_a_thousand_passes_is_refused(draw: Draw) -> None:
    with pytest.raises(BadInput, match="file_broken"):
        redraw(draw("JPEG") + b"\xff\xda" * 1000)


@pytest.mark.parametrize(
    "raw", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>", b"", b"BM" + b"\0" * 60, b"II*\0", b"RIFF0000AVI "]
)
def test_what_is_no_picture_of_ours_is_none(raw: bytes) -> None:
    assert not is_picture(raw)
