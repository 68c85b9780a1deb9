"""Experiments and what their reports say."""

from typing import Any, get_args

from widget_server.api.kinds import Choice, Flag, Id, Many, Maybe, Moment, Real, Text, Whole
from widget_server.api.operation import Ask, Operation, Part
from widget_server.api.resources.seen import seen_sites
from widget_server.api.shape import Field, Shape
from widget_server.edge.services import service
from widget_server.kernel.clock import Clock
from widget_server.trials.model import LEVERS, METRICS, Experiment, Phase
from widget_server.trials.report import TrialReport, VariantLine
from widget_server.trials.service import TrialService

PHASES = get_args(Phase)
VARIANT = Shape(
    "Variant",
    "One of the things that are compared; the first is what the site shows anyway.",
    (
        Field("key", Text(example="b")),
        Field("name", Text(example="Ask for a price")),
        Field("weight", Real(0.5), "Its share of the visitors."),
    ),
)
EXPERIMENT = Shape(
    "Experiment",
    "A test on a site.",
    (
        Field("id", Id()),
        Field("site", Id()),
        Field("key", Text(example="cta-september")),
        Field("name", Text(example="Words on the button")),
        Field("phase", Choice(PHASES)),
        Field("metric", Choice(METRICS), "What decides."),
        Field("levers", Many(Choice(LEVERS)), "What the variants change."),
        Field("variants", Many(VARIANT)),
        Field("planned_days", Whole()),
        Field("started_at", Maybe(Moment())),
        Field("ends_at", Maybe(Moment()), "The planned end."),
        Field("stopped_at", Maybe(Moment())),
        Field("created_at", Moment()),
    ),
)
LINE = Shape(
    "VariantReport",
    "How one variant does.",
    (
        Field("key", Text(example="b")),
        Field("name", Text(example="Ask for a price")),
        Field("exposed", Whole(), "Visitors who saw it."),
        Field("converted", Whole(), "Those of them who did what the metric counts."),
        Field("rate", Maybe(Real(0.041))),
        Field("rate_interval", Many(Real(0.03), 2, 2), "95 %.", example=[0.03, 0.054]),
        Field("lift", Maybe(Real(0.18)), "Against the first variant; 0.18 is +18 %."),
        Field("lift_interval", Maybe(Many(Maybe(Real(0.02)), 2, 2)), "Holds at every look.", example=[0.02, 0.37]),
    ),
)
REPORT = Shape(
    "Report",
    "What is known now. `verdict` never changes once the planned end is reached.",
    (
        Field("experiment", Id()),
        Field("phase", Choice(PHASES)),
        Field("until", Moment(), "Nothing newer is counted."),
        Field("days_left", Whole()),
        Field("verdict", Text(example="winner")),
        Field("winner", Maybe(Text(example="b")), "The key of the winning variant."),
        Field("exposed", Whole()),
        Field("converted", Whole()),
        Field("split_is_even", Flag(), "Whether visitors were split as planned; if not, believe nothing."),
        Field("split_p_value", Real(0.62)),
        Field("variants", Many(LINE)),
    ),
)


def list_experiments(ask: Ask) -> Part:
    wanted = seen_sites(ask)
    return Part([_view(one) for one in service(TrialService).experiments_of(ask.by) if one.site_id in wanted])


def get_experiment(ask: Ask) -> dict[str, Any]:
    return _view(service(TrialService).access_experiment(ask.by, ask.path["id"]))


def get_report(ask: Ask) -> dict[str, Any]:
    trials = service(TrialService)
    report: TrialReport = trials.report(trials.access_experiment(ask.by, ask.path["id"]))
    winner = next((line.variant.key for line in report.lines if report.winner in (line.letter, line.variant.key)), None)
    return {
        **{field.name: getattr(report, field.name, None) for field in REPORT.fields},
        "experiment": report.experiment.id,
        "winner": winner if report.winner is not None else None,
        "variants": [_line(line) for line in report.lines],
    }


def _view(experiment: Experiment) -> dict[str, Any]:
    draft = experiment.draft
    return {
        **{name: getattr(experiment, name) for name in ("id", "key", "name", "variants", "started_at", "ends_at")},
        "site": experiment.site_id,
        "phase": experiment.phase(service(Clock).now()),
        "metric": draft.metric,
        "levers": draft.levers,
        "planned_days": draft.planned_days,
        "stopped_at": experiment.stopped_at,
        "created_at": experiment.created_at,
    }


def _line(line: VariantLine) -> dict[str, Any]:
    against = line.against
    return {
        **{name: getattr(line, name) for name in ("exposed", "converted", "rate", "rate_interval")},
        "key": line.variant.key,
        "name": line.variant.name,
        "lift": against.lift if against is not None else None,
        "lift_interval": against.anytime_lift_interval if against is not None else None,
    }


OPERATIONS = (
    Operation(
        "listExperiments",
        "GET",
        "/experiments",
        "List experiments.",
        list_experiments,
        EXPERIMENT,
        is_list=True,
        query=(Field("site", Id(), "Only of this site (its id).", needed=False),),
        problems={404: ("not_found",)},
    ),
    Operation("getExperiment", "GET", "/experiments/{id}", "Read one experiment.", get_experiment, EXPERIMENT),
    Operation("getReport", "GET", "/experiments/{id}/report", "Read its report as of now.", get_report, REPORT),
)
