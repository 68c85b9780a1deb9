"""The rules of the house (CONTRIBUTING.md) that no linter knows."""

import re
from pathlib import Path

from widget_server.assets import ROOT

LONGEST = 300
CODE = ("widget_server", "experiments", "static/src", "static/console", "tests")
COMMITTED = (*CODE, "bench", "config", "docs", "templates", ".ci")
SAYS_NOTHING = re.compile(r"_?(utils?|helpers?|common|managers?|base)")
# Written so that these lines do not hold what they look for.
REGISTRY = re.compile(
    r"pypi\.org|python[h]osted|registry\.npmjs|npmjs\.(?:org|com)|yarn[p]kg|--index-[u]rl|\"resolv[e]d\""
)
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|X[X]X)\b")


def files(*folders: str, kinds: tuple[str, ...]) -> list[Path]:
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in kinds]
    found = [path for path in found if "node_modules" not in path.parts]
    return [path for path in sorted(found) if path.is_file() and "__pycache__" not in path.parts]


def committed() -> list[Path]:
    kinds = (".py", ".js", ".mjs", ".css", ".html", ".toml", ".md", ".sh", ".json", ".mako", "")
    top = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]
    return [*top, *files(*COMMITTED, kinds=kinds)]


def named(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_no_file_is_too_long() -> None:
    code = [path for path in files(*CODE, kinds=(".py", ".js", ".css")) if "versions" not in path.parts]  # generated
    assert code
    assert named([path for path in code if len(path.read_text().splitlines()) > LONGEST]) == []


def test_packages_hold_nothing_themselves() -> None:
    assert (
        named([path for path in files(*CODE, kinds=(".py",)) if path.name == "__init__.py" and path.read_text()]) == []
    )


def test_every_module_has_a_name_that_says_something() -> None:
    modules = files(*CODE, "bench", kinds=(".py", ".js"))
    assert named([path for path in modules if SAYS_NOTHING.fullmatch(path.stem)]) == []


def test_no_registry_is_named_and_nothing_is_left_unfinished() -> None:
    for rule in (REGISTRY, UNFINISHED):
        assert named([path for path in committed() if rule.search(path.read_text(errors="ignore"))]) == []
