"""What is wrong with the words on a button, and why. Pure.

>>> from widget_server.trials.cta_words import load_library
>>> english = load_library().phrases["en"]
>>> advise("Call us!", "", english), advise("Get a price in a minute", "An engineer answers", english)
({'cta': ('template',), 'promise': ('no_after',)}, {})
"""

import re
from collections.abc import Iterable

from widget_server.trials.cta_words import Phrases

# Advance widths of DejaVu Sans Bold as Chromium measures them, in hundredths of the font size. It is wider than the
# fonts of phones, so what fits here fits there.
WIDTHS = {
    34: "'ijl/IJ\\| ,.’:;",
    45: "-f!()[]tr_`–",
    60: '"*г?zзтcсэsвьLГя',
    68: "vxy«»ух“”akаEFTeёЕТекЁoнопч",
    72: "$0123456789₽бийhnu{}ЗSYbdgpqрCPZРСЭлцъ",
    80: "BБВЬAKRVXАУХЯUЧдGКмDЛ",
    88: "#+<=>HN^~ИЙНПOQО&Дыw",
    100: "ЦЪюФф%@M—…МжmЫшWщ",
    125: "Ю№ЖШЩ",
}
WIDTH_OF = {letter: width for width, letters in WIDTHS.items() for letter in letters}
UNKNOWN = 75
LINE_PX = 252  # on a phone 360 px wide: 16 beside the button, 54 for its sign, 22 behind the words
SIZES = {"cta": 16, "promise": 14}
PLACEHOLDER = re.compile(r"\[[^\]]*\]")

Advice = dict[str, tuple[str, ...]]


def advise(cta: str, promise: str, phrases: Phrases) -> Advice:
    """Return what to mend by field (``cta``, ``promise``), the worst first; nothing for words that are fine or missing.

    ``template`` every site says it · ``no_benefit`` nothing is gained by a tap · ``no_after`` nobody knows what happens
    then · ``two_lines`` too long for one line of a phone · ``placeholder`` something is to be filled in.
    """
    if not cta.strip():
        return {}
    both = f"{cta} {promise}"
    stale = _plain(cta) in phrases.templates
    found = {
        "cta": [
            *(["template"] if stale else []),
            *(["no_benefit"] if not stale and not _begins(both, phrases.benefit) else []),
        ],
        "promise": [] if _begins(both, phrases.after) else ["no_after"],
    }
    for field, said in (("cta", cta), ("promise", promise)):
        found[field] += ["placeholder"] if PLACEHOLDER.search(said) else []
        found[field] += ["two_lines"] if width(said, SIZES[field]) > LINE_PX else []
    return {field: tuple(notes) for field, notes in found.items() if notes}


def has_placeholder(said: Iterable[str]) -> bool:
    return any(PLACEHOLDER.search(words) for words in said)


def width(said: str, size: int) -> int:
    """Return how many pixels the words take in one line.

    >>> width("Позвоните", 16), width("", 14)
    (98, 0)
    """
    return round(sum(WIDTH_OF.get(letter, UNKNOWN) for letter in said) * size / 100)


def _plain(said: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", said.lower()).split())


def _begins(said: str, stems: Iterable[str]) -> bool:
    """Tell whether any word of ``said`` begins like one of the stems."""
    plain = f" {said.lower()} "
    return any(re.search(rf"(?<!\w){re.escape(stem)}", plain) for stem in stems)
