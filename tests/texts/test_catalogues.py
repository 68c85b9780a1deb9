"""Every sentence that code, templates and scripts ask for is there in both languages, and none is there for nobody."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from string import Formatter
from typing import get_args

from babel import Locale

from widget_server.assets import CONFIG, ROOT, STATIC, TEMPLATES
from widget_server.callbacks.guard.model import AlarmKind, BlockWhy
from widget_server.callbacks.model import UNSETTLED, State
from widget_server.calls.log import PERIODS, RESULTS
from widget_server.calls.model import Outcome
from widget_server.edge.answers import HTTP_CODES
from widget_server.kernel import errors
from widget_server.notify.model import CHANNELS as CHANNELS_OF_ALERTS
from widget_server.notify.model import EVENTS
from widget_server.notify.model import Kind as AlertKind
from widget_server.notify.model import State as DeliveryState
from widget_server.operators.model import ROLES
from widget_server.sites.beauty import TraitKind
from widget_server.sites.calling import ALLOWABLE, PolicyName
from widget_server.sites.model import CHANNELS, PLACEMENTS, NumberKind, NumberUse
from widget_server.texts import LANGUAGES, catalogue
from widget_server.tracking.model import TRACKING, Match
from widget_server.trials.model import LEVERS, METRICS, Phase
from widget_server.trials.number_test import NumberTest

ROOMS = "|".join(sorted({path.name.split(".")[0] for path in (CONFIG / "texts").glob("*.toml")}))
# Keys that are put together from a list: what the list holds must be there.
FAMILIES = {
    "calls.results.*": RESULTS,
    "calls.periods.*": PERIODS,
    "calls.state.*": get_args(Outcome),
    "experiments.channel.*": CHANNELS,
    "experiments.lever.*.name": LEVERS,
    "experiments.metric.*.name": METRICS,
    "experiments.phase.*": get_args(Phase),
    "experiments.placement.*": PLACEMENTS,
    "inbox.history.*": get_args(State),
    "notify.channel.*": CHANNELS_OF_ALERTS,
    "notify.event.*": EVENTS,
    "notify.kind.*.action": get_args(AlertKind),
    "notify.kind.*.lead": get_args(AlertKind),
    "notify.kind.*.name": get_args(AlertKind),
    "notify.kind.*.title": get_args(AlertKind),
    "notify.outcome.*": (*get_args(DeliveryState), "held", "retry"),
    "people.role.*": ROLES,
    "shell.call.*": UNSETTLED,
    "calls.guard.alarm.*": get_args(AlarmKind),
    "calls.guard.why.*": get_args(BlockWhy),
    "sites.beauty.*": get_args(TraitKind),
    "tracking.match.*": get_args(Match),
    "tracking.use.*.name": get_args(NumberUse),
    "tracking.use.*.hint": TRACKING,
    "experiments.number_test.*.hint": get_args(NumberTest),
    "sites.channel.*": CHANNELS,
    "sites.kind.*": get_args(NumberKind),
    "sites.phone_kind.*": ALLOWABLE,
    "sites.placement.*": PLACEMENTS,
    "sites.policy.*": get_args(PolicyName),
}
LABELS = "*.field.*"  # asked for by ``edge.answers.field_label``
Asked = Iterator[tuple[str, str]]  # a key (``*`` where something is put in), and who asks for it


def values_in(found: str | dict[str, str]) -> set[str]:
    """Return what is put into a sentence; what a program expected is English and said in English only."""
    forms = found.values() if isinstance(found, dict) else [found]
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name} - {"expected"}


def asked_by_python() -> Asked:
    for path, call in calls():
        if isinstance(call.func, ast.Name) and call.func.id in ("text", "page_texts") and len(call.args) > 1:
            for key in written(call.args[1]):
                yield key, path


def written(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from (*written(node.body), *written(node.orelse))


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted((ROOT / "widget_server").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                yield str(path.relative_to(ROOT)), node


def asked_by_templates() -> Asked:
    joined = rf"""(["'])((?:{ROOMS})\.[^"']*)\1(\s*~(?:[^~,]*~\s*["']([\w.-]+)["'])?)?"""
    for path in sorted(TEMPLATES.rglob("*.html")):
        template = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
        for call in re.findall(r"\b(?:text|page_texts)\(((?:[^()]|\([^()]*\))*)\)", template):
            for _, start, more, end in re.findall(joined, call):
                yield f"{start}*{end}" if more else start, path.name


def asked_by_scripts() -> Asked:
    quoted = rf"""(["`])((?:{ROOMS})\.(?:\$\{{[^`]*?\}}|[\w.-])+)\1"""
    for path in sorted((STATIC / "console").rglob("*.js")):
        for _, key in re.findall(quoted, path.read_text()):
            if not key.endswith("."):
                yield re.sub(r"\$\{.*?\}", "*", key), str(path.relative_to(STATIC / "console"))


@cache
def asked() -> frozenset[tuple[str, str]]:
    return frozenset((*asked_by_python(), *asked_by_templates(), *asked_by_scripts()))


@cache
def raised() -> frozenset[str]:
    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type)} | {"_Plain"}
    return frozenset(HTTP_CODES.values()) | {
        code
        for _, call in calls()
        if isinstance(call.func, ast.Name) and call.func.id in kinds and call.args
        for code in written(call.args[0])
    }


def holds(key: str, known: str) -> bool:
    """Tell whether ``key`` asks for ``known``: itself, one of a family, or one of a page's."""
    return known == key or re.fullmatch(re.escape(key).replace(r"\*", r"[\w.-]+"), known) is not None


def test_both_languages_say_the_same_with_the_same_values() -> None:
    russian, english = catalogue("ru"), catalogue("en")
    assert sorted(russian) == sorted(english)
    assert [key for key in russian if values_in(russian[key]) != values_in(english[key])] == []


def test_plurals_have_every_form_of_their_language() -> None:
    poor = [
        f"{language}: {key}"
        for language in LANGUAGES
        for key, found in catalogue(language).items()
        if isinstance(found, dict) and not {*Locale.parse(language).plural_form.tags, "other"} <= {*found, "other"}
    ]
    assert poor == []


def test_what_is_asked_for_is_there() -> None:
    known = [*catalogue("ru")]
    prefixes = {key.rpartition(".")[0] for key in known} | set(ROOMS.split("|"))
    missing = [
        f"{who}: {key}"
        for key, who in sorted(asked())
        if not any(holds(key, one) for one in known) and key not in prefixes
    ]
    assert missing == []


def test_families_are_whole() -> None:
    wanted = [family.replace("*", str(name)) for family, names in FAMILIES.items() for name in names]
    assert [key for key in wanted if key not in catalogue("ru")] == []


def test_every_error_has_its_sentence() -> None:
    assert [code for code in sorted(raised()) if f"errors.{code}" not in catalogue("ru")] == []


def test_no_sentence_is_there_for_nobody() -> None:
    used = {key for key, _ in asked() if key != "errors.*"} | {f"errors.{code}" for code in raised()} | {LABELS}
    assert [key for key in catalogue("ru") if not any(holds(one, key) for one in used)] == []


def test_scripts_of_every_page_need_the_words_of_every_page_only() -> None:
    own_page = ("inbox/", "visitors", "alerts_", "experiments", "sites", "invitation")
    assert [
        one
        for one in asked_by_scripts()
        if not one[1].startswith(own_page) and one[0].split(".")[0] not in ("shell", "search")
    ] == []
