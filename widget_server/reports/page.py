"""The report in the words, numbers and order of its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from babel.dates import format_date, format_time, get_day_names
from babel.numbers import format_decimal, format_percent

from widget_server.reports.model import Dimension, Figures, total
from widget_server.reports.service import Counted
from widget_server.texts import text

NO_DATA = "—"
ROWS = 12
LEVELS = 6
WEEKEND = (5, 6)
NAMED: tuple[Dimension, ...] = ("device", "number", "operator", "known")  # their keys are ids or words of ours


@dataclass(frozen=True)
class Line:
    """A row of a table. ``share``: of the largest row, in percent. ``key``: None for all the rest together."""

    key: str | None
    name: str
    figures: Figures
    share: float


class Page:
    """``before``: the same figures of as many days before, to set them against."""

    def __init__(self, now: Counted, before: Counted, names: Mapping[str, Mapping[str, str]], language: str) -> None:
        self.now, self.before, self.language = now, before, language
        self._names = names

    # words

    def number(self, value: float | None) -> str:
        return NO_DATA if value is None else str(format_decimal(round(value), locale=self.language))

    def percent(self, value: float | None) -> str:
        return NO_DATA if value is None else str(format_percent(value, format="#,##0 %", locale=self.language))

    def minutes(self, seconds: float | None) -> str:
        """Write a time of less than a minute in seconds, else in minutes and hours."""
        if seconds is None:
            return NO_DATA
        if seconds < 60:
            return text(self.language, "reports.unit.seconds", n=round(seconds))
        minutes = round(seconds / 60)
        if minutes < 120:
            return text(self.language, "reports.unit.minutes", n=minutes)
        return text(self.language, "reports.unit.hours", n=self.number(minutes / 60))

    def clock(self, at: datetime) -> str:
        return str(format_time(at.astimezone(self.now.site.zone), "HH:mm", locale=self.language))

    def day(self, day: date) -> str:
        return str(format_date(day, "d MMM", locale=self.language))

    def change(self, now: float | None, before: float | None) -> str:
        """Say how a figure moved against the days before, in percent."""
        if not before or now is None or self.before.missing:
            return ""
        moved = round((now / before - 1) * 100)
        sign = "+" if moved > 0 else "−" if moved < 0 else "±"
        return text(self.language, "reports.against", change=f"{sign}{abs(moved)}", n=len(self.before.period))

    def sentence(self) -> str:
        it = self.now.whole()
        if not it.calls:
            return text(self.language, "reports.sentence.none", n=len(self.now.period))
        worst = max(self.heat(), key=lambda cell: cell["missed"])
        said = text(
            self.language,
            "reports.sentence.calls",
            calls=self.number(it.calls),
            n=len(self.now.period),
            missed=self.number(it.missed),
            share=self.percent(it.missed_share),
        )
        if not worst["missed"]:
            return said
        when = {"weekday": self.weekday(int(worst["weekday"]), "wide"), "hour": f"{worst['hour']}:00"}
        return f"{said} {text(self.language, 'reports.sentence.worst', **when, missed=self.number(worst['missed']))}"

    def weekday(self, number: int, width: Literal["wide", "abbreviated"] = "abbreviated") -> str:
        return str(get_day_names(width, locale=self.language)[number])

    # tables

    def lines(self, dimension: Dimension, by: str = "calls") -> list[Line]:
        """Return the largest rows of a dimension and, together, the rest."""
        found = {key: one for key, one in self.now.by_key(dimension).items() if getattr(one, by) or one.visitors}
        ordered = sorted(found.items(), key=lambda one: (-getattr(one[1], by), -one[1].visitors, one[0]))
        largest = max((getattr(one, by) for _, one in ordered), default=0) or 1
        lines = [
            Line(key, self.name(dimension, key), one, 100 * getattr(one, by) / largest) for key, one in ordered[:ROWS]
        ]
        if rest := [one for _, one in ordered[ROWS:]]:
            summed = total(rest)
            lines.append(Line(None, self.say("rest", n=len(rest)), summed, 100 * getattr(summed, by) / largest))
        return lines

    def name(self, dimension: Dimension, key: str) -> str:
        known = self._names.get(dimension, {})
        if key in known or not key or dimension in NAMED:
            return known.get(key) or self.say(f"unknown.{dimension}")
        return key

    def say(self, key: str, **values: Any) -> str:
        return text(self.language, f"reports.{key}", **values)

    def heat(self) -> list[dict[str, Any]]:
        """Return a cell per weekday and hour: calls, missed ones, and how dark it is (0 to 6)."""
        cells: dict[tuple[int, int], Figures] = {}
        for (day, hour), figures in self.now.by_day["hour"].items():
            place = day.weekday(), int(hour)
            cells[place] = cells.get(place, Figures()) + figures
        most = max((one.calls for one in cells.values()), default=0)
        return [
            {
                "weekday": weekday,
                "hour": hour,
                "calls": one.calls,
                "missed": one.missed,
                "level": -(-one.calls * LEVELS // most) if most else 0,
            }
            for weekday in range(7)
            for hour in range(24)
            for one in (cells.get((weekday, hour), Figures()),)
        ]

    def devices(self) -> list[dict[str, Any]]:
        """Return the share of devices on workdays and at weekends, of visitors and of callbacks."""
        rows = []
        for key, name in self._names["device"].items():
            row: dict[str, Any] = {"name": name}
            for when, is_weekend in (("work", False), ("weekend", True)):
                for by in ("visitors", "callbacks"):
                    row[f"{when}_{by}"] = self.percent(self._share(key, by, is_weekend))
            rows.append(row)
        return rows

    def _share(self, device: str, by: str, is_weekend: bool) -> float | None:
        days = self.now.by_day["device"].items()
        fitting = [(key, getattr(one, by)) for (day, key), one in days if (day.weekday() in WEEKEND) == is_weekend]
        whole = sum(count for _, count in fitting)
        return sum(count for key, count in fitting if key == device) / whole if whole else None

    # pictures

    def bars(self) -> list[dict[str, Any]]:
        """Return a bar per day (per week from 60 days on): answered and missed calls, in percent of the highest."""
        days = self.now.days()
        groups = _weeks(days) if len(days) > 60 else [((day, day), one) for day, one in days.items()]
        top = max((one.calls for _, one in groups), default=0) or 1
        width = 100 / len(groups)
        return [
            {
                "name": self.day(first) if first == last else f"{self.day(first)} – {self.day(last)}",
                "x": round(n * width, 3),
                "width": round(width * 0.78, 3),
                "talked": round(100 * one.talked / top, 2),
                "missed": round(100 * one.missed / top, 2),
                "figures": one,
                "is_weekend": first == last and first.weekday() in WEEKEND,
            }
            for n, ((first, last), one) in enumerate(groups)
        ]

    def launch(self) -> dict[str, Any] | None:
        """Return callbacks a day, week by week since the first one, on workdays and at weekends, if there are any."""
        days = {day: one.callbacks for day, one in self.now.days().items()}
        began = next((day for day, count in days.items() if count), None)
        if began is None:
            return None
        weeks: dict[int, list[list[int]]] = {}
        for day, count in days.items():
            if day >= began:
                weeks.setdefault((day - began).days // 7, [[], []])[day.weekday() in WEEKEND].append(count)
        rows = [
            {"week": number + 1, "work": _mean(work), "weekend": _mean(weekend)}
            for number, (work, weekend) in weeks.items()
        ]
        top = (
            max((value for row in rows for value in (row["work"], row["weekend"]) if value is not None), default=0) or 1
        )
        return {"rows": rows, "top": top, "began": self.day(began)}

    def hours(self) -> list[dict[str, Any]]:
        """Return, by the hour, how many asked to be called and how many called."""
        found = self.now.by_key("hour")
        rows = [(hour, found.get(str(hour), Figures())) for hour in range(24)]
        top = max((max(one.callbacks, one.inbound) for _, one in rows), default=0) or 1
        return [
            {
                "hour": hour,
                "callbacks": one.callbacks,
                "inbound": one.inbound,
                "callbacks_share": round(100 * one.callbacks / top, 2),
                "inbound_share": round(100 * one.inbound / top, 2),
            }
            for hour, one in rows
        ]


def _weeks(days: Mapping[date, Figures]) -> list[tuple[tuple[date, date], Figures]]:
    listed = list(days.items())
    chunks = [listed[start : start + 7] for start in range(0, len(listed), 7)]
    return [((chunk[0][0], chunk[-1][0]), total(one for _, one in chunk)) for chunk in chunks]


def _mean(counts: Sequence[int]) -> float | None:
    return sum(counts) / len(counts) if counts else None
