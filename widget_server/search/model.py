"""What somebody looks for, and how what was found is shown. Pure.

A word is looked for by its beginning, without the ending that grammar gave it: "окна" finds "окно" and "окнами",
"windows" finds "window". Both databases and the marks in what is shown go by this one rule.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Kind = Literal["visitor", "message", "note", "call"]
KINDS: tuple[Kind, ...] = ("visitor", "message", "note", "call")
LONGEST_QUERY = 200
MOST_TERMS = 12
PAGE = 20
FIRST = 5
COUNTED = 1000  # further on it is only said that there are more
EXCERPT = 160

_WORD = re.compile(r"[^\W_]+")
_PARTS = re.compile(r'"([^"]*)"|([^"]+)')
_RUSSIAN = re.compile(r"[а-я]+")
_ENGLISH = re.compile(r"[a-z]+")
# Of one word the longest ending that leaves enough of it goes: (ending, how many letters must stay).
_ENDINGS = tuple(
    (ending, least)
    for least, endings in (
        (4, "аться яться иться ться ешь ете ите ать ять ить еть ает яет ует ают яют уют ала али ила или"),
        (3, "иями ями ами ого его ому ему ыми ими ием иях иям ий ый ой ая яя ое ее ые ие ую юю ых их ия ию ии"),
        (3, "ов ев ей ам ям ах ях ом ем ым им ою ею а я о е и ы у ю ь й"),
    )
    for ending in endings.split()
)
_ENGLISH_ENDINGS = (("ing", 4), ("ies", 3), ("ed", 4), ("es", 4), ("s", 3), ("y", 4), ("e", 4))


@dataclass(frozen=True)
class Term:
    """One thing that must be there: a word (its beginning, if ``is_prefix``) or several in a row."""

    words: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True)
class Wish:
    """A question and what narrows it."""

    terms: tuple[Term, ...]
    digits: tuple[str, ...] = ()  # beginnings of what may stand in a telephone number, if the question is one
    kinds: tuple[Kind, ...] = KINDS
    site_ids: Collection[str] = ()
    operator_id: str | None = None
    tag_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    most: int = PAGE


@dataclass(frozen=True)
class Hit:
    """One entry of the index: where the words stand."""

    id: int
    kind: Kind
    site_id: str
    ref: str
    seq: int
    at: datetime


@dataclass(frozen=True)
class Found:
    """The newest hits of one kind, and how many there are (``COUNTED + 1``: more than that)."""

    hits: Sequence[Hit] = ()
    count: int = 0
    texts: Mapping[int, Any] = field(default_factory=dict)


def read_terms(query: str) -> tuple[Term, ...]:
    """Return what a question asks for; the last word may be half typed.

    >>> read_terms('Окна "под ключ" дом')  # doctest: +ELLIPSIS
    (Term(words=('окн',), is_prefix=True), Term(words=('под', 'ключ'), is_prefix=False), Term(words=('дом',), ...True))
    """
    terms: list[Term] = []
    for exact, loose in _PARTS.findall(query[:LONGEST_QUERY]):
        if exact and (words := words_of(exact)):
            terms.append(Term(tuple(words)))
        terms.extend(_term(word) for word in words_of(loose))
    typed = words_of(query[-1:])
    if terms and typed and len(terms[-1].words) == 1 and len(terms[-1].words[0]) > 1:
        terms[-1] = Term(terms[-1].words, is_prefix=True)
    return tuple(dict.fromkeys(terms))[:MOST_TERMS]


def read_digits(query: str) -> tuple[str, ...]:
    """Return the beginnings by which a telephone number is found, none if the question is no number.

    >>> read_digits("8 (912) 345-67"), read_digits("окна 60")
    (('891234567', '91234567'), ())
    """
    digits = re.sub(r"\D", "", query)
    if len(digits) < 3 or re.search(r"[^\d\s+().\-]", query):
        return ()
    return (digits, digits.lstrip("80")) if digits[0] in "80" and len(digits.lstrip("80")) > 2 else (digits,)


def words_of(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def fold(text: str) -> str:
    return text.lower().replace("ё", "е")


def _term(word: str) -> Term:
    stem = stem_of(word)
    return Term((stem,), is_prefix=stem != word or len(word) > 3)


def stem_of(word: str) -> str:
    """Return the word without its ending.

    >>> [stem_of(word) for word in ("окнами", "цена", "дом", "заказать", "windows", "bus")]
    ['окн', 'цен', 'дом', 'заказ', 'window', 'bus']
    """
    endings = _ENDINGS if _RUSSIAN.fullmatch(word) else _ENGLISH_ENDINGS if _ENGLISH.fullmatch(word) else ()
    for ending, least in endings:
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: -len(ending)]
    return word


def marked(text: str, terms: Sequence[Term], digits: Sequence[str] = ()) -> list[tuple[str, bool]]:
    """Return the part of ``text`` around the first word that was looked for, cut into plain and marked pieces.

    >>> marked("Нужны окна, две штуки", read_terms("окно"))
    [('Нужны ', False), ('окна', True), (', две штуки', False)]
    """
    spans = [match.span() for match in _WORD.finditer(text) if _is_meant(match.group(), terms)]
    spans = spans or _number_spans(text, digits)
    start, end = _window(text, spans[0][0] if spans else 0)
    pieces, at = [("…", False)] if start else [], start
    for first, last in spans:
        if start <= first and last <= end:
            pieces += [(text[at:first], False), (text[first:last], True)]
            at = last
    pieces += [(text[at:end], False), ("…" if end < len(text) else "", False)]
    return [piece for piece in pieces if piece[0]]


def _is_meant(word: str, terms: Sequence[Term]) -> bool:
    plain = fold(word)
    return any(plain.startswith(term.words[0]) if term.is_prefix else plain in term.words for term in terms)


def _number_spans(text: str, digits: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the digits stand in a telephone number, whatever stands between them."""
    for one in digits:
        found = re.search(r"\D*?".join(one), text)
        if found:
            return [found.span()]
    return []


def _window(text: str, first: int) -> tuple[int, int]:
    if len(text) <= EXCERPT:
        return 0, len(text)
    start = max(0, first - EXCERPT // 3)
    start = text.find(" ", start, first) + 1 or start if start else 0
    return start, min(len(text), start + EXCERPT)
