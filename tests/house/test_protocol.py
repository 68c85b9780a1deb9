"""docs/protocol.md is what the server says."""

import json
import re
from typing import Any

from flask.testing import FlaskClient

from tests.seeding import Cast
from widget_server.assets import ROOT

PROTOCOL = (ROOT / "docs" / "protocol.md").read_text()


def test_the_site_document_has_the_documented_fields(client: FlaskClient, cast: Cast) -> None:
    written = re.search(r"```json\n(\{\n  \"format\".*?)```", PROTOCOL, re.DOTALL)
    assert written
    documented: dict[str, Any] = json.loads(written[1])
    said = json.loads(client.get(f"/w/v1/site/{cast.site.key}").data)
    assert list(said) == list(documented)
    for part in ("online", "settings", "texts", "phone", "consent"):
        assert sorted(said[part]) == sorted(documented[part]), part
    assert list(said["numbers"][0]) == list(documented["numbers"][0])
