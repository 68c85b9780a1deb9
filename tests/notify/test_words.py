"""Whatever can go wrong has a sentence."""

import ast
from pathlib import Path

import widget_server.notify
from widget_server.texts import catalogue


def codes() -> set[str]:
    """Return every code with which a message is called undelivered."""
    files = Path(widget_server.notify.__file__).parent.rglob("*.py")
    calls = [node for file in files for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("Undelivered", "_refused")]
    return {str(arg.value) for call in named for arg in call.args[:1] if isinstance(arg, ast.Constant)}


def test_every_failure_has_its_sentence() -> None:
    assert len(codes()) > 10
    assert [code for code in sorted(codes()) if f"notify.problem.{code}" not in catalogue("ru")] == []
