"""A server starts quickly: what only some questions need is not loaded for a start."""

import os
import subprocess
import sys
from pathlib import Path

HEAVY = ("numpy", "scipy", "alembic", "mako", "rq")
START = """
from gevent import monkey; monkey.patch_all()
import sys
from widget_server.app import create_app
from widget_server.commands.opening import open_house
with open_house() as house:
    create_app(house)
print(*(name for name in sys.argv[1:] if name in sys.modules))
"""


def test_a_start_loads_neither_statistics_nor_migrations(tmp_path: Path) -> None:
    environment = os.environ | {"WIDGET_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", START, *HEAVY]
    first, second = (subprocess.check_output(command, env=environment, text=True).split() for _ in range(2))
    assert first == ["alembic", "mako"]  # it makes the database
    assert second == []
