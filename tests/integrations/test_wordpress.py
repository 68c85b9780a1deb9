"""The plugin for WordPress, as far as it can be looked at without WordPress."""

import re
import shutil
import subprocess

import pytest

from widget_server.assets import ROOT
from widget_server.sites.rules import KEY_FORM

PLUGIN = ROOT / "integrations" / "wordpress" / "widget-server"
FILES = sorted(PLUGIN.glob("*.php"))
MAIN = (PLUGIN / "widget-server.php").read_text()


@pytest.mark.skipif(shutil.which("php") is None, reason="no PHP on this machine")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_is_php(path: object) -> None:
    assert subprocess.run(["php", "-l", str(path)], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_runs_outside_of_wordpress(path: object) -> None:
    code = re.sub(r"/\*.*?\*/", "", (PLUGIN / str(path)).read_text(), flags=re.DOTALL)
    first = code.removeprefix("<?php").strip().splitlines()[0]
    assert re.fullmatch(r"defined\( '(ABSPATH|WP_UNINSTALL_PLUGIN)' \) \|\| exit;", first)


def test_whatever_is_printed_is_escaped() -> None:
    printed = re.findall(r"(?:echo|printf\(|sprintf\()(.*?);\n", MAIN, re.DOTALL)
    assert len(printed) >= 4
    for what in printed:
        values = re.findall(r"(?<!\w)(\$\w+|get_\w+\(|__\()", re.sub(r"esc_\w+\((?:[^()]|\([^()]*\))*\)", "", what))
        assert values == [], what


def test_versions_and_the_form_of_keys_agree() -> None:
    readme = (PLUGIN / "readme.txt").read_text()
    versions = re.findall(r"(?:^ \* Version|^Stable tag): (\S+)$", MAIN + "\n" + readme, re.MULTILINE)
    assert len(versions) == 2
    assert len(set(versions)) == 1
    assert f"/^{KEY_FORM.pattern}$/" in MAIN


def test_uninstalling_removes_what_is_kept() -> None:
    (option,) = re.findall(r"WIDGET_SERVER_OPTION = '(\w+)'", MAIN)
    assert f"delete_option( '{option}' );" in (PLUGIN / "uninstall.php").read_text()
