"""Files of counts, good and bad."""

import pytest

from experiments.table import TableError, read

HEADER = "experiment,variant,exposed,converted"


def table(*lines: str, header: str = HEADER) -> list[str]:
    return [header, *lines]


def test_reads_experiments_in_their_order() -> None:
    found = read(table("x,A,100,3", "y,A,10,1", "x,B,90,4", "y,B,11,0")).experiments
    assert [(name, [(v.name, v.exposed, v.converted) for v in counts.variants]) for name, counts in found.items()] == [
        ("x", [("A", 100, 3), ("B", 90, 4)]), ("y", [("A", 10, 1), ("B", 11, 0)]),
    ]  # fmt: skip


def test_other_names_are_mapped_or_known() -> None:
    mapped = read(["t;x".replace(";", ",") + ",n,k", "e,A,5,1", "e,B,5,2"],
                  {"experiment": "t", "variant": "x", "exposed": "n", "converted": "k"})  # fmt: skip
    known = read(["test_id,headline,impressions,clicks", "e,A,5,1", "e,B,5,2"])
    assert mapped.experiments["e"].variants == known.experiments["e"].variants
    assert (mapped.experiments["e"].metric, known.experiments["e"].metric) == ("conversion", "click")


def test_control_and_shares() -> None:
    found = read(table("x,A,900,3,.9", "x,B,100,4,.1", header=HEADER + ",share"), control="B").experiments["x"]
    assert (found.control_index, [variant.share for variant in found.variants]) == (1, [0.9, 0.1])


def test_repeated_variants() -> None:
    rows = table("x,A,100,3", "x,A,50,2", "x,B,90,4")
    summed, numbered = read(rows, repeated="sum"), read(rows, repeated="number")
    assert [(v.name, v.exposed) for v in summed.experiments["x"].variants] == [("A", 150), ("B", 90)]
    assert [(v.name, v.exposed) for v in numbered.experiments["x"].variants] == [("A", 100), ("A (2)", 50), ("B", 90)]
    assert numbered.renamed == 1


def test_a_byte_order_mark_quotes_and_empty_lines_are_fine() -> None:
    found = read(["\ufeff" + HEADER, "", '"a, b","He said ""call""",5,1', "", '"a, b",B,5,2', ""]).experiments
    assert found["a, b"].variants[0].name == 'He said "call"'


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "line 1: expected a column 'experiment'"),
        (["a,b"], "line 1: expected a column 'experiment' (or --map experiment=NAME), found the header 'a,b'"),
        (table(), "line 2: expected at least one row"),
        (table("x,A,100,3", "x,B,many,4"), "line 3, column 'exposed': expected a whole number from 0, found 'many'"),
        (table("x,A,100,-3", "x,B,90,4"), "line 2, column 'converted': expected a whole number from 0, found '-3'"),
        (table("x,A,100,3", "x,B,90,4.5"), "line 3, column 'converted': expected a whole number from 0, found '4.5'"),
        (table("x,A,100,3", "x,B,90,nan"), "line 3, column 'converted'"),
        (table("x,A,100,3", "x,B,²,4"), "line 3, column 'exposed'"),
        (table("x,A,100,3", "x,B,90,91"), "line 3, column 'converted': expected at most the 90 exposed, found 91"),
        (table("x,A,100"), "line 2: expected at least 4 cells, found 3"),
        (table("x,A,100,3", ",B,90,4"), "line 3, column 'experiment': expected a name, found nothing"),
        (table("x,A,100,3"), "line 2, column 'variant': expected at least two variants in experiment 'x', found 1"),
        (table("x,A,100,3", "x,A,90,4"), "line 3, column 'variant': expected each variant once per experiment"),
        (table("x,A,9,3,0", "x,B,9,4,1", header=HEADER + ",share"), "line 2, column 'share': expected a number above"),
        (table('x,"A'), "line 2: "),
        (
            table("x,A,9,3,1", "x,B,9,4,1", "x,A,8,3,2", header=HEADER + ",at"),
            "line 4, column 'exposed': expected counts that grow from look to look, found 3 of 8 after 3 of 9",
        ),
    ],
)
def test_what_is_wrong_is_named(lines: list[str], message: str) -> None:
    with pytest.raises(TableError) as caught:
        read(lines)
    assert message in str(caught.value)


def test_a_mapping_to_nowhere_is_named() -> None:
    with pytest.raises(TableError, match="expected a column 'views', found 'exposed'"):
        read(table("x,A,100,3"), {"exposed": "views"})


def test_a_control_that_is_nowhere_is_refused() -> None:
    rows = ["experiment,variant,exposed,converted", "cta,A,100,3", "cta,B,100,5"]
    assert read(rows, control="B").experiments["cta"].control == "B"
    with pytest.raises(TableError, match="expected the control 'b' in some experiment"):
        read(rows, control="b")
