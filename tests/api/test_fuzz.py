"""Whatever a program sends, within the schemas and beside them: no 500, and every answer as the document says."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.api.conftest import DOCUMENT, Program, World, operations

JUNK: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def fitting(schema: dict[str, Any]) -> SearchStrategy[Any]:
    """Return values that a schema takes, mostly."""
    if "$ref" in schema:
        return fitting(DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        return st.one_of(*map(fitting, schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of(*(of_type(kind, schema) for kind in kinds))


def of_type(kind: str, schema: dict[str, Any]) -> SearchStrategy[Any]:
    if kind == "object":
        needed = {name: one for name, one in schema["properties"].items() if name in schema["required"]}
        more = {name: fitting(one) for name, one in schema["properties"].items() if name not in needed}
        return st.fixed_dictionaries({name: fitting(one) for name, one in needed.items()}, optional=more)
    if kind == "array":
        return st.lists(fitting(schema["items"]), min_size=schema.get("minItems", 0), max_size=5)
    if kind == "integer":
        return st.integers(schema.get("minimum"), schema.get("maximum"))
    if kind == "string" and "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    if schema.get("format") == "date-time":
        return st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat())
    simple: dict[str, SearchStrategy[Any]] = {"boolean": st.booleans(), "null": st.none()}
    return simple.get(kind, st.text(min_size=schema.get("minLength", 0), max_size=40))


def near(schema: dict[str, Any]) -> SearchStrategy[Any]:
    """Return what fits, what nearly fits (one field is junk), and junk."""
    whole = fitting(schema)
    one_off = st.builds(_with_junk, whole, st.integers(0, 9), JUNK)
    return whole | one_off | JUNK


def _with_junk(made: Any, which: int, junk: Any) -> Any:
    if not isinstance(made, dict) or not made:
        return junk
    name = sorted(made)[which % len(made)]
    return {**made, name: junk}


@pytest.mark.parametrize("operation", sorted(operations()))
def test_nothing_breaks_it(world: World, program: Program, operation: str) -> None:
    _, _, said = operations()[operation]
    known = world.ids(operation)
    ids = st.fixed_dictionaries({name: st.sampled_from([one, "x", "a" * 26]) for name, one in known.items()})
    asked = [one for one in said.get("parameters", []) if one["in"] == "query"]
    queries = {one["name"]: fitting(one["schema"]) | st.text(max_size=20) for one in asked}
    content = said.get("requestBody", {}).get("content", {}).get("application/json")
    bodies = near(content["schema"]) if content else st.none()
    names = st.none() | st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\x00"), max_size=20)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(ids, st.fixed_dictionaries({}, optional=queries), bodies, names)
    def run(ids: dict[str, str], query: dict[str, Any], body: Any, name: str | None) -> None:
        headers = {"Idempotency-Key": name} if name is not None else {}
        sent = {"json": body} if content else {}
        answer = program.ask(operation, ids, query_string=query, headers=headers, **sent)
        assert answer.status_code < 500

    run()
