"""Which numbers are dialled: an example of every region and kind, non-geographic and short ones, under four policies.

    python -m bench.number_matrix

Each number is judged by what the server asks (``sites.calling.judge``), on a site of Russia. What must come out is
taken from the tables themselves: the region and the kind under which libphonenumber lists the example. Short and
emergency numbers are typed on a site of their own region. Ends with 0 only if no decision is wrong.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType

from widget_server.sites.calling import EAEU, NAMED, NEVER, judge, policy_named
from widget_server.sites.phone import COUNTRIES

SITE = "RU"
# Written down once more, by hand: what each policy means is not read from the code that is measured.
REGIONS = {"own": {"RU"}, "mobile": {"RU"}, "eaeu": {"RU", "KZ", "BY", "AM", "KG"}, "world": set(COUNTRIES)}
ANY = {PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
KINDS = {"own": ANY, "mobile": ANY - {PhoneNumberType.FIXED_LINE}, "eaeu": ANY, "world": ANY}
TYPES = {value: name for name, value in vars(PhoneNumberType).items() if name.isupper() and isinstance(value, int)}
TO_TEN_DIGITS = ("911", "112", "999", "000", "110", "102")


@dataclass(frozen=True)
class Sample:
    """A number as somebody types it on a site of ``country``; ``region`` and ``kind`` as the tables list it."""

    typed: str
    country: str
    region: str
    kind: int | None

    @property
    def row(self) -> str:
        return "short and emergency" if self.kind is None else TYPES[self.kind].lower().replace("_", " ")


@dataclass(frozen=True)
class Outcome:
    """``dialled`` and ``tried`` by (policy, row); ``wrong`` names every decision that must not be."""

    samples: int
    tried: Counter[str]
    dialled: Counter[tuple[str, str]]
    wrong: list[str]


def examples() -> Iterator[Sample]:
    """Give the example of every region and kind."""
    for region in sorted(COUNTRIES):
        for kind in sorted(TYPES):
            number = phonenumbers.example_number_for_type(region, kind)
            if number is not None:
                yield Sample(_e164(number), SITE, region, phonenumbers.number_type(number))


def non_geographic() -> Iterator[Sample]:
    for code in sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS):
        number = phonenumbers.example_number_for_non_geo_entity(code)
        yield Sample(_e164(number), SITE, "001", phonenumbers.number_type(number))


def special() -> Iterator[Sample]:
    """Give satellites and Abkhazia, listed as ordinary Russian numbers."""
    for start in NEVER:
        number = phonenumbers.parse(f"{start}1234567")
        yield Sample(_e164(number), SITE, "-", phonenumbers.number_type(number))


def short_numbers() -> Iterator[Sample]:
    for region in sorted(COUNTRIES):
        known = PhoneMetadata.short_metadata_for_region(region)
        parts = [] if known is None else [known.emergency, known.short_code, known.toll_free, known.premium_rate]
        found = {part.example_number for part in parts if part is not None and part.example_number}
        for typed in sorted({*found, *TO_TEN_DIGITS}):
            yield Sample(typed, region, region, None)


def must_dial(sample: Sample, policy: str) -> bool:
    return sample.kind is not None and sample.kind in KINDS[policy] and sample.region in REGIONS[policy]


def run() -> Outcome:
    assert REGIONS["eaeu"] == set(EAEU)
    samples = list(dict.fromkeys([*examples(), *non_geographic(), *special(), *short_numbers()]))
    tried = Counter(sample.row for sample in samples)
    dialled: Counter[tuple[str, str]] = Counter()
    wrong = []
    for policy in NAMED:
        for sample in samples:
            verdict = judge(sample.typed, sample.country, policy_named(policy, sample.country))
            dialled[policy, sample.row] += verdict.allowed
            if verdict.allowed is not must_dial(sample, policy):
                wrong.append(f"{policy}: {sample.typed} ({sample.region}, {sample.row}): {verdict.why}")
    return Outcome(len(samples), tried, dialled, wrong)


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def main() -> int:
    outcome = run()
    print(f"{'dialled of tried':<24}" + "".join(f"{policy:>14}" for policy in NAMED))
    for row, count in sorted(outcome.tried.items()):
        cells = (f"{outcome.dialled[policy, row]} of {count}" for policy in NAMED)
        print(f"{row:<24}" + "".join(f"{cell:>14}" for cell in cells))
    print("\n".join(outcome.wrong[:20]))
    total = {policy: sum(outcome.dialled[policy, row] for row in outcome.tried) for policy in NAMED}
    sums = ", ".join(f"{policy} {count}" for policy, count in total.items())
    print(f"number matrix: {outcome.samples} numbers x {len(NAMED)} policies, dialled: {sums}; "
          f"{len(outcome.wrong)} wrong decisions")  # fmt: skip
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
