"""What people type about leads: from forms to drafts."""

from collections.abc import Mapping
from typing import Any

from widget_server.edge.form import Form
from widget_server.funnel.model import MADE_BY_HAND, ORDER_STATES, Warmth
from widget_server.funnel.money import read_currency, read_money
from widget_server.funnel.order_service import OrderDraft
from widget_server.funnel.service import ContactDraft, LeadDraft
from widget_server.funnel.setup_store import EVERYBODY
from widget_server.funnel.stage_model import DEFAULT_KEYS, INDICATORS, LIMITS, Benchmarks, Stage
from widget_server.funnel.words import read_local, stage_chain, stage_name
from widget_server.kernel.errors import BadInput
from widget_server.kernel.ids import new_id
from widget_server.kernel.untrusted import clean_text
from widget_server.sites.model import Site

MOST_FIELDS = 20


def read_draft(values: Mapping[str, str], owner_id: str | None = None) -> LeadDraft:
    warmth: Warmth = "cold" if values.get("warmth") == "cold" else "warm"
    told = {name: clean_text(values.get(name, ""))[:3000] for name in ("phone", "email", "name", "note", "source")}
    return LeadDraft(**told, warmth=warmth, owner_id=owner_id)


def read_contact(values: Mapping[str, str], site: Site) -> ContactDraft:
    kind = next((one for one in MADE_BY_HAND if one == values.get("kind")), None)
    if kind is None:
        raise BadInput("bad_choice", field="kind")
    note, step = clean_text(values.get("note", "")), clean_text(values.get("next_step", ""))
    next_at = read_local(values.get("next_at", ""), site, "next_at")
    return ContactDraft(kind, note, values.get("stage", ""), step, next_at)


def read_order(values: Mapping[str, str]) -> OrderDraft:
    state = next((one for one in ORDER_STATES[:2] if one == values.get("state")), None)
    if state is None:
        raise BadInput("bad_choice", field="state")
    currency = read_currency(values.get("currency", ""))
    amount, number = read_money(values.get("amount", ""), currency), clean_text(values.get("number", ""))
    return OrderDraft(amount, currency, state, number)


def read_stages(form: Form, language: str) -> list[Stage]:
    """Read the stages in the order of their fields; one without a name is taken away. Unchanged words stay ours."""
    found: list[Stage] = []
    for place in range(MOST_FIELDS):
        name = clean_text(form.values.get(f"name.{place}", ""))
        if name:
            found.append(_read_stage(form, place, name, language))
    return found


def _read_stage(form: Form, place: int, name: str, language: str) -> Stage:
    key = form.values.get(f"key.{place}", "") or new_id()
    chain = tuple(filter(None, (clean_text(line) for line in form.values.get(f"chain.{place}", "").splitlines())))
    norm, age = form.number(f"norm.{place}"), form.number(f"age_days.{place}")
    usual = Stage(key[:26])
    is_default = key in DEFAULT_KEYS
    return Stage(
        usual.key,
        "" if is_default and name == stage_name(usual, language) else name,
        None if is_default and chain == stage_chain(usual, language) else chain,
        norm / 100,
        age,
    )


def read_plan(form: Form, operator_ids: list[str]) -> tuple[Benchmarks, dict[tuple[str, str], int]]:
    """Read benchmarks and goals; an empty goal is none."""
    figures: dict[str, Any] = {name: form.number(name) for name in LIMITS}
    goals: dict[tuple[str, str], int] = {}
    for operator_id in (EVERYBODY, *operator_ids):
        for indicator in INDICATORS:
            field = f"goals.{operator_id}.{indicator}"
            if form.values.get(field, "").strip():
                goals[operator_id, indicator] = form.number(field)
    return Benchmarks(**figures), goals
