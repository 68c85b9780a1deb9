"""The hash against vectors that Python and the browser share, and against a slow second implementation.

``python tests/experiments/test_assignment.py`` writes the vectors anew (from the slow implementation).
"""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.assignment import Allocation, assign, bucket, bucket_ranges, choose, fnv32a

FILE = Path(__file__).parents[1] / "vectors" / "assignment.json"

# Facts from GrowthBook's public test cases (cases.json), not made by us.
GROWTHBOOK_BUCKETS = [["seed", "a", 0.0505]]
GROWTHBOOK_RANGES = [
    [[0.5, 0.5], 1, [[0, 0.5], [0.5, 1]]],
    [[0.5, 0.5], 0.5, [[0, 0.25], [0.5, 0.75]]],
    [[0.5, 0.5], 0, [[0, 0], [0.5, 0.5]]],
    [[0.25] * 4, 1, [[0, 0.25], [0.25, 0.5], [0.5, 0.75], [0.75, 1]]],
    [[0.4, 0.6], 1, [[0, 0.4], [0.4, 1]]],
    [[0.2, 0.3, 0.5], 1, [[0, 0.2], [0.2, 0.5], [0.5, 1]]],
    [[0.2, 0.3, 0.5], 0.2, [[0, 0.04], [0.2, 0.26], [0.5, 0.6]]],
    [[0.5, 0.5], -0.2, [[0, 0], [0.5, 0.5]]],
    [[0.5, 0.5], 1.5, [[0, 0.5], [0.5, 1]]],
    [[0.4, 0.1], 1, [[0, 0.5], [0.5, 1]]],
    [[0.7, 0.6], 1, [[0, 0.5], [0.5, 1]]],
    [[0.4, 0.5999], 1, [[0, 0.4], [0.4, 0.9999]]],
]
TEXTS = [
    "",
    "a",
    "b",
    "ab",
    "123",
    '___)((*":&',
    "8952klfjas09ujkasdf",
    "visitor-1",
    "Позвоните нам сегодня",
    "Ёлка, ёж и №7",
    "日本語",
    "é",
    "é",
    "☎️ call",
    "👋🏽",
    "👨‍👩‍👧‍👦",
    "𝒳𝒴",
    "\ud83d",
    "\x00\x01",
    "line\nbreak",
    "x" * 1000,
    "Длинная строка " * 40,
    "d2f1c1de-7a50-4b0f-9f3a-6a8f1f1f2c3b",
]
SEEDS = ["", "cta-text", "кнопка", "exp-📞", "seed"]
ALLOCATIONS: list[tuple[list[float], float]] = [
    ([0.5, 0.5], 1.0),
    ([0.9, 0.1], 1.0),
    ([0.34, 0.33, 0.33], 0.3),
    ([0.25] * 4, 0.05),
    ([1.0], 1.0),
]


def slow_fnv(text: str) -> int:
    """Straight from the definition: one UTF-16 code unit at a time, whole numbers without a mask."""
    value = 2166136261
    for character in text:
        point = ord(character)
        units = [point] if point < 0x10000 else [0xD800 + (point - 0x10000) // 1024, 0xDC00 + point % 1024]
        for unit in units:
            value = (value ^ unit) * 16777619 % 2**32
    return value


def slow_bucket(seed: str, unit: str) -> float:
    return float(Fraction(slow_fnv(str(slow_fnv(seed + unit))) % 10000, 10000))


def slow_assign(seed: str, weights: list[float], coverage: float, unit: str) -> int:
    place = slow_bucket(seed, unit)
    for index in range(len(weights)):
        start = sum(weights[:index])
        if start <= place < start + coverage * weights[index]:
            return index
    return -1


def vectors() -> dict[str, list[list[object]]]:
    units = [f"visitor-{number}" for number in range(20)] + ["посетитель-7", "👋🏽", ""]
    return {
        "fnv32a": [[text, slow_fnv(text)] for text in TEXTS],
        "bucket": [*GROWTHBOOK_BUCKETS, *([s, t, slow_bucket(s, t)] for s in SEEDS for t in TEXTS)],
        "ranges": GROWTHBOOK_RANGES,
        "choose": [
            [0.2, [[0, 0.5], [0.5, 1]], 0],
            [0.5, [[0, 0.5], [0.5, 1]], 1],
            [0, [[0, 0], [0, 1]], 1],
            [0.3, [[0, 0.25], [0.5, 0.75]], -1],
            [0.9999, [[0, 0.5], [0.5, 1]], 1],
            [0.1, [], -1],
        ],
        "assign": [
            [{"key": seed, "weights": weights, "coverage": coverage}, unit, slow_assign(seed, weights, coverage, unit)]
            for seed in ("cta-text", "кнопка")
            for weights, coverage in ALLOCATIONS
            for unit in units
        ],
    }


SHARED = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def test_file_holds_what_the_slow_implementation_gives() -> None:
    assert json.loads(json.dumps(vectors())) == SHARED


@pytest.mark.parametrize(("text", "expected"), SHARED.get("fnv32a", []))
def test_fnv32a(text: str, expected: int) -> None:
    assert fnv32a(text) == expected


def test_bucket() -> None:
    assert [[seed, unit, bucket(seed, unit)] for seed, unit, _ in SHARED["bucket"]] == SHARED["bucket"]


@pytest.mark.parametrize(("weights", "coverage", "expected"), SHARED.get("ranges", []))
def test_ranges(weights: list[float], coverage: float, expected: list[list[float]]) -> None:
    for piece, wanted in zip(bucket_ranges(weights, coverage), expected, strict=True):
        assert piece == pytest.approx(wanted)


@pytest.mark.parametrize(("n", "ranges", "expected"), SHARED.get("choose", []))
def test_choose(n: float, ranges: list[tuple[float, float]], expected: int) -> None:
    assert choose(n, ranges) == expected


def test_assign() -> None:
    for experiment, unit, expected in SHARED["assign"]:
        allocation = Allocation(experiment["key"], tuple(experiment["weights"]), experiment["coverage"])
        assert assign(allocation, unit) == expected


@given(st.text(st.characters(codec=None), max_size=30), st.text(max_size=30))
def test_bucket_equals_slow_bucket(seed: str, unit: str) -> None:
    assert bucket(seed, unit) == slow_bucket(seed, unit)


@given(st.text(max_size=20), st.floats(0, 1), st.floats(0, 1))
def test_more_coverage_never_moves_a_visitor(unit: str, one: float, other: float) -> None:
    less, more = (assign(Allocation("k", (0.2, 0.3, 0.5), c), unit) for c in sorted((one, other)))
    assert less in (-1, more)


def test_shares_are_met_and_two_experiments_are_independent() -> None:
    first = [assign(Allocation("exp1", (0.5, 0.5)), str(i)) for i in range(20_000)]
    second = [assign(Allocation("exp2", (0.5, 0.5)), str(i)) for i in range(20_000)]
    both = sum(a == b for a, b in zip(first, second, strict=True))
    assert abs(sum(first) - 10_000) < 300
    assert abs(both - 10_000) < 300


if __name__ == "__main__":
    lines = [f'"{name}": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]" for name, rows in vectors().items()]
    FILE.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")
