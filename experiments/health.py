"""What can be wrong although the figures look fine: time, the split, visitors who saw both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from experiments import multiplicity, sample_ratio
from experiments.model import Counts, Note, Report
from experiments.roots import Floats
from experiments.wording import percent, plural, quoted

WEEK = 7
FADING_ALPHA = 0.01
MOST_CROSSED = 0.01


@dataclass(frozen=True)
class Cause:
    """A group of visitors in which the split is uneven: its planned and its real share of the variant that is
    farthest off, and Holm's p-value over all groups of all dimensions."""

    dimension: str
    value: str
    variant: str
    planned: float
    seen: float
    adjusted_p_value: float


def split_causes(
    dimensions: Mapping[str, Mapping[str, Counts]], alpha: float = 0.01, *, always: bool = False
) -> list[Cause]:
    """Groups in which the visitors did not split as planned, the most certain first.

    Every group (a device, a browser, a day) is tested by chi-square with Holm's correction over all of them. When
    one browser or one day comes first by far, that is where to look; when all do, the fault is everywhere.

    Parameters
    ----------
    dimensions : mapping of str to mapping of str to Counts
        As in `experiments.segments.by_segment`.
    alpha : float
        Of Holm's p-values.
    always : bool
        Test so that it holds at any number of looks (`experiments.sample_ratio`), for decisions; otherwise what is
        named is the likely cause of a fault that is certain already.

    Returns
    -------
    list of Cause

    Examples
    --------
    >>> from experiments.model import Variant
    >>> groups = {name: Counts((Variant("A", 5000, 0), Variant("B", n, 0))) for name, n in
    ...           (("Chrome", 5020), ("Safari", 4100), ("Firefox", 4960))}
    >>> [(cause.value, cause.variant, round(cause.seen, 2)) for cause in split_causes({"browser": groups})]
    [('Safari', 'B', 0.45)]
    """
    rows = [(name, value, counts) for name, groups in dimensions.items() for value, counts in groups.items()]
    if not rows:
        return []
    exposed = [[each.exposed for each in counts.variants] for _, _, counts in rows]
    shares = [np.array([each.share for each in counts.variants]) for _, _, counts in rows]
    shares = [each / each.sum() for each in shares]
    family = np.repeat(np.arange(len(rows)), [len(each) for each in exposed])
    test = sample_ratio.sequential_p_value if always else sample_ratio.chi_square_p_value
    p_values = test(np.concatenate(exposed), np.concatenate(shares), family)
    adjusted = multiplicity.holm(p_values)[0].tolist()
    found = []
    for (name, value, counts), seen, share, p in zip(rows, exposed, shares, adjusted, strict=True):
        if p < alpha:
            parts = np.array(seen) / sum(seen)
            worst = len(seen) - 1 - int((np.abs(parts - share) / np.sqrt(share)).round(9)[::-1].argmax())
            found.append(Cause(name, value, counts.variants[worst].name, float(share[worst]), float(parts[worst]), p))
    return sorted(found, key=lambda cause: cause.adjusted_p_value)


def split_note(causes: Sequence[Cause]) -> list[Note]:
    """The first cause in words; nothing when there is none."""
    if not causes:
        return []
    first, more = causes[0], len(causes) - 1
    seen, planned = (
        {way: percent(part, way, exact=True) for way in ("en", "ru")} for part in (first.seen, first.planned)
    )
    en = (
        f"The split is uneven where {first.dimension} is {first.value}: {quoted(first.variant, 'en')} got {seen['en']} "
        f"instead of {planned['en']}" + (f", and in {more} more group{'s' * (more > 1)}." if more else "; look there.")
    )
    ru = (
        f"Делится неровно там, где {first.dimension}: {first.value}. {quoted(first.variant, 'ru')} получает "
        f"{seen['ru']} вместо {planned['ru']}"
        + (f", и ещё в {more} {plural(more, 'группе', 'группах', 'группах')}." if more else "; ищите там.")
    )
    return [Note("split_cause", {"en": en, "ru": ru})]


def week_note(days: int) -> list[Note]:
    """A warning when a test was read before two whole weeks, or in the middle of one: weekdays differ.

    Examples
    --------
    >>> week_note(9)[0].code, week_note(14)
    ('unfinished_week', [])
    """
    if days >= 2 * WEEK and days % WEEK == 0:
        return []
    until = max(2, -(-days // WEEK)) * WEEK
    noun = f"day{'s' * (days != 1)}"
    en = f"Read after {days} {noun}: weekdays differ, day {until} ends a whole week."
    ru = f"Прочитано на {days}-й день: будни и выходные отличаются, неделя закончится на {until}-й день."
    return [Note("unfinished_week", {"en": en, "ru": ru})]


def fading(looks: Sequence[Counts], variant: str) -> float:
    """One-sided p-value of "the effect does not fade" (novelty), from cumulative counts at the looks.

    In each period a conversion belongs to the variant with probability ``s r / (1 - s + s r)``, s its part of the
    visitors then; the score statistic of a log r that is linear in time, at the best constant r, is normal. Only a
    change towards no effect counts.

    Examples
    --------
    >>> from experiments.model import Variant
    >>> weeks = [(100, 220), (200, 360), (300, 470), (400, 572)]
    >>> looks = [Counts((Variant("A", 9000 * k, a), Variant("B", 9000 * k, b))) for k, (a, b) in enumerate(weeks, 1)]
    >>> fading(looks, "B") < 0.001
    True
    """
    control = looks[-1].variants[looks[-1].control_index].name
    rows = [{each.name: each for each in counts.variants} for counts in looks]
    table = np.array(
        [[0, 0, 0, 0]] + [[r[n].exposed if k else r[n].converted for n in (variant, control) for k in (0, 1)]
                          for r in rows], dtype=float)  # fmt: skip
    x1, n1, x0, n0 = np.diff(table, axis=0).T
    used = (x1 + x0 > 0) & (n1 > 0) & (n0 > 0)
    time, x1, total, odds = np.arange(used.size)[used] + 1.0, x1[used], (x1 + x0)[used], (n1 / np.maximum(n0, 1))[used]
    if time.size < 2 or not 0 < x1.sum() < total.sum():
        return 1.0
    effect, part = _constant(x1, total, odds)
    weight = total * part * (1 - part)
    from_middle = time - weight @ time / weight.sum()
    z = from_middle @ (x1 - total * part) / np.sqrt(weight @ from_middle**2)
    return float(special.ndtr(z if effect > 0 else -z))


def _constant(x1: Floats, total: Floats, odds: Floats) -> tuple[float, Floats]:
    """Best constant log lift, and the part of the conversions that the variant gets under it, by period."""
    effect = 0.0
    for _ in range(50):
        part = np.asarray(special.expit(effect + np.log(odds)), dtype=float)
        step = float((x1 - total * part).sum() / (total * part * (1 - part)).sum())
        effect += float(np.clip(step, -1, 1))
        if abs(step) < 1e-10:
            break
    return effect, part


def time_notes(report: Report, looks: Sequence[Counts], days: int | None) -> list[Note]:
    """Warnings about time for a verdict that is final: unfinished weeks, and effects that fade."""
    if report.verdict.word not in ("winner", "loser", "no_difference"):
        return []
    notes = week_note(days) if days is not None else []
    variant = report.verdict.variant
    if variant is None or len(looks) < 4 or fading(looks, variant) >= FADING_ALPHA:
        return notes
    en = (
        f"The effect of {quoted(variant, 'en')} fades: part of it may be novelty. Look at the last weeks by themselves."
    )
    ru = f"Эффект {quoted(variant, 'ru')} слабеет: часть его может быть новизной. Посмотрите последние недели отдельно."
    return [*notes, Note("fading", {"en": en, "ru": ru})]


def crossed_note(crossed: int, visitors: int) -> list[Note]:
    """A warning when more than 1 % of the visitors saw more than one variant."""
    if crossed <= MOST_CROSSED * visitors:
        return []
    part = {way: percent(crossed / visitors, way, exact=True) for way in ("en", "ru")}
    en = f"{part['en']} of the visitors saw more than one variant: they blur the difference, and something moves them."
    ru = f"{part['ru']} посетителей видели больше одного варианта: они размывают разницу, и что-то их перемещает."
    return [Note("crossed", {"en": en, "ru": ru})]


def with_notes(report: Report, notes: Sequence[Note]) -> Report:
    """The report with more warnings."""
    return replace(report, notes=(*report.notes, *notes))
