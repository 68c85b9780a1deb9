"""What an owner is told to write is what these tests run on."""

import re

import pytest

from tests.pbx.server import HERE, filled, operator_sections
from widget_server.assets import ROOT

GUIDE = (ROOT / "docs/telephony-asterisk.md").read_text()
EXAMPLE = {
    "HTTP_PORT": 8088,
    "ARI_USER": "widget",
    "ARI_PASSWORD": "A-LONG-RANDOM-PASSWORD",
    "APP": "widget",
    "SIP_HOST": "0.0.0.0",
    "SIP_PORT": 5060,
    "CARRIER_PASSWORD": "THE-CARRIERS-PASSWORD",
    "CARRIER_HOST": "SIP.CARRIER.EXAMPLE",
    "CARRIER": "SIP.CARRIER.EXAMPLE:5060",
    "EVERYBODY": "PJSIP/anna&PJSIP/boris",
    "OPERATORS": operator_sections("anna", "ANOTHER-LONG-RANDOM-PASSWORD"),
}
# What the bed has besides: two threads' sizes, telephones in browsers, how to write a file of its own.
ONLY_HERE = {"pjsip.conf": ("[system]", "[transport-ws]"), "extensions.conf": ("[general]",)}


def sections(conf: str) -> list[str]:
    """Return its sections in order, without empty lines."""
    parts = re.split(r"^(?=\[)", conf, flags=re.M)
    # Words about a section stand above it: they belong to the next one.
    return ["\n".join(line for line in part.splitlines() if line and not line.startswith(";")) for part in parts]


@pytest.mark.parametrize("name", ["http.conf", "ari.conf", "pjsip.conf", "extensions.conf"])
def test_the_guide_says_what_the_bed_runs_on(name: str) -> None:
    told = re.search(rf"^`{name}`\n```ini\n(.*?)```", GUIDE, re.M | re.S)
    assert told
    used = filled((HERE / "asterisk" / name).read_text(), EXAMPLE)
    own = ONLY_HERE.get(name, ())
    assert [part for part in sections(used) if part and not part.startswith(own or ("\0",))] == [
        part for part in sections(told[1]) if part
    ]


def test_the_guide_names_the_settings_that_the_tests_use() -> None:
    from tests.pbx.server import Asterisk

    for name in Asterisk().settings:
        assert f"WIDGET_{name}=" in GUIDE
