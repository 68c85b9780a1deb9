"""The report as a page: the verdict, one picture, one table, the rest behind folds."""

from collections.abc import Mapping, Sequence
from typing import Any

from widget_server.sites.model import Site
from widget_server.texts import text
from widget_server.trials import chart, crossed, rollout, words
from widget_server.trials.model import METRICS, Experiment, Variant
from widget_server.trials.number_test import number_test
from widget_server.trials.page import KINDS, preview_boot, sentence, state_of
from widget_server.trials.report import TrialReport, VariantLine

EFFECTS = ("stopped", "paused", "resumed", "widened")  # acts that mean something for the result
SIGNS = {"winner": "success", "broken": "danger", "loser": "warning", "not_enough_traffic": "warning"}


def report_page(report: TrialReport, site: Site, log: Sequence[Any], plan: Any, language: str) -> dict[str, Any]:
    """Return everything the page shows, in the reader's language."""
    experiment = report.experiment
    picture, rolled_out = chart.draw(report.lines), rollout.find_rollout(log)
    phase = state_of(report) if rolled_out is None else "rolled_out"
    return {
        "experiment": experiment,
        "report": report,
        "site": site,
        "state": text(language, f"experiments.phase.{phase}"),
        "kind": "danger" if report.verdict == "broken" else KINDS[report.phase],
        "verdict_kind": SIGNS.get(report.verdict, "neutral"),
        "sentence": sentence(report, language),
        "next_step": _next_step(report, language) if rolled_out is None else _rolled_out(rolled_out, language),
        "winner": _winner(report),
        "rolled_out": rolled_out,
        "facts": _facts(experiment, report, site, language),
        "chart": picture,
        "ticks": [] if picture is None else [(place, words.rate(rate, language)) for place, rate in picture.ticks],
        "rows": [_row(line, language) for line in report.lines],
        "others": [metric for metric in METRICS if metric != experiment.draft.metric],
        "split": _split(report, language),
        "left_out": _left_out(report, language),
        "lines": number_test(experiment.draft, site) == "lines",
        "log": [_log_line(row, site, language) for row in log],
        "plan": plan,
        "effects": _effects(report, language),
        "looks": [(v, _look_url(experiment, v, site)) for v in experiment.variants],
        "shots": [{"settings": dict(variant.settings)} for variant in experiment.variants],
        "boot": preview_boot(site, language),
    }


def _row(line: VariantLine, language: str) -> dict[str, Any]:
    against = line.against
    lift = interval = None
    if against is not None and line.exposed:
        lift = None if against.lift is None else words.percent(against.lift, language, signed=True)
        low, high = against.decisive_interval
        # An interval from -100 % to anything says nothing; an empty cell says so better.
        interval = None if low <= -1 and high is None else words.span((low, high), language, signed=True)
    return {
        "letter": line.letter,
        "name": line.variant.name,
        "exposed": words.figure(line.exposed, language),
        "converted": words.figure(line.converted, language),
        "by_number": text(language, "experiments.report.by_number", n=line.by_number) if line.by_number else None,
        "rate": None if line.rate is None else words.rate(line.rate, language),
        "rate_interval": None if line.rate is None else words.rate_span(line.rate_interval, language),
        "is_first": against is None,
        "lift": lift,
        "interval": interval,
        "others": {metric: words.figure(people, language) for metric, people in line.others.items()},
    }


def _effects(report: TrialReport, language: str) -> dict[str, Any] | None:
    """Return what each change of a crossed test does, in sentences."""
    if not report.effects or report.phase not in ("running", "ended"):
        return None
    depends = report.effects_depend
    return {
        "lines": [
            (
                text(language, f"experiments.lever.{lever}.name"),
                one.verdict.sentence[language],
                _won_alone(report, lever),
            )
            for lever, one in report.effects.items()
        ],
        "note": None if depends is None else text(language, f"experiments.crossed.{'depends' if depends else 'fixed'}"),
    }


def _won_alone(report: TrialReport, lever: str) -> Variant | None:
    """Return what to show everybody of a lever that won; None while it may do something else without the other."""
    verdict = report.effects[lever].verdict
    won = (verdict.word, verdict.variant) == ("winner", crossed.LEVELS[1])
    return crossed.alone(report.experiment.draft, lever) if won and report.effects_depend is False else None


def _facts(experiment: Experiment, report: TrialReport, site: Site, language: str) -> list[tuple[str, str]]:
    draft = experiment.draft
    levers = ", ".join(text(language, f"experiments.lever.{lever}.name").lower() for lever in draft.levers)
    facts = [
        ("metric", text(language, f"experiments.metric.{draft.metric}.name")),
        ("levers", levers),
        ("site", site.name),
    ]
    if experiment.started_at is not None and experiment.ends_at is not None:
        end = experiment.stopped_at or experiment.ends_at
        moments = [words.moment(at, site.zone, language) for at in (experiment.started_at, end)]
        facts.append(("period", f"{moments[0]} — {moments[1]}"))
        facts.append(("zone", words.zone_name(site.zone, language)))
    else:
        facts.append(("length", text(language, "experiments.weeks", n=draft.planned_days // 7)))
    if kind := number_test(draft, site):
        facts.append(("numbers", text(language, f"experiments.number_test.{kind}.name")))
    if draft.coverage < 1:
        facts.append(("coverage", words.percent(draft.coverage, language)))
    return [(text(language, f"experiments.fact.{name}"), value) for name, value in facts]


def _next_step(report: TrialReport, language: str) -> str | None:
    """Return what to do now, None where the verdict says it already."""
    if state_of(report) == "paused":
        return text(language, "experiments.next.paused")
    if report.phase == "running" and report.verdict in ("keep_running", "waiting"):
        return text(language, "experiments.next.running")
    if report.verdict == "winner" and report.winner is not None:
        return text(language, "experiments.next.winner", name=report.winner)
    if report.verdict in ("broken", "not_enough_traffic"):
        return text(language, f"experiments.next.{report.verdict}")
    return None


def _rolled_out(detail: Mapping[str, Any], language: str) -> str:
    return text(language, "experiments.next.rolled_out", letter=detail["variant"].upper(), name=detail["name"])


def _winner(report: TrialReport) -> Variant | None:
    """Return the variant that may be shown to everybody: the one that won, None without a winner."""
    return next((line.variant for line in report.lines if report.winner == line.letter), None)


def _split(report: TrialReport, language: str) -> dict[str, Any]:
    total = report.exposed
    shares = [
        text(
            language,
            "experiments.split.share",
            name=line.letter,
            seen=words.rate(line.exposed / total, language),
            planned=words.rate(line.variant.weight, language),
        )
        for line in report.lines
        if total
    ]
    state = "none" if not total else "even" if report.split_is_even else "uneven"
    p_value = "< 0.0001" if report.split_p_value < 1e-4 else f"{report.split_p_value:.2g}"
    return {"answer": text(language, f"experiments.split.{state}"), "shares": shares, "p_value": p_value}


def _left_out(report: TrialReport, language: str) -> list[str]:
    return [
        text(language, f"experiments.left_out.{name}", n=people) for name, people in _left_out_people(report) if people
    ]


def _left_out_people(report: TrialReport) -> list[tuple[str, int]]:
    return [
        ("bots", report.bots),
        ("crossed", report.crossed),
        ("hidden", report.hidden),
        ("surplus", report.surplus),
    ]


def _log_line(row: Any, site: Site, language: str) -> dict[str, Any]:
    warnings = [text(language, f"experiments.log.warning.{name}") for name in row.detail.get("warnings", [])]
    if row.what in EFFECTS:
        warnings.append(text(language, f"experiments.log.effect.{row.what}"))
    at = words.moment(row.at, site.zone, language)
    what = text(language, f"experiments.log.{row.what}", name=row.detail.get("name", ""))
    return {"at": at, "what": what, "warnings": warnings}


def _look_url(experiment: Experiment, variant: Variant, site: Site) -> str:
    """Return the address at which this variant is shown for a look, without being counted."""
    page = site.seen_url or f"/demo/{site.key}"
    return f"{page}?widget-variant={experiment.key}:{variant.key}"
