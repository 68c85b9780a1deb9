import io
from collections.abc import Callable

import pytest
from PIL import Image

from tests.cast import VISITOR_ID
from tests.seeding import Cast
from widget_server.files.model import Owner

Draw = Callable[..., bytes]


@pytest.fixture
def draw() -> Draw:
    """Return the bytes of a picture."""

    def make(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object) -> bytes:
        written = io.BytesIO()
        Image.new(mode, size, "teal" if mode == "RGB" else 0).save(written, kind, **options)
        return written.getvalue()

    return make


@pytest.fixture
def owner(cast: Cast) -> Owner:
    return Owner(cast.site.id, VISITOR_ID)
