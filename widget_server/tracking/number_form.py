"""The form of one number, and of a site's rules for numbers: from what is stored to fields and back."""

from typing import Any

from werkzeug.datastructures import MultiDict

from widget_server.edge.form import Form
from widget_server.kernel.errors import BadInput
from widget_server.sites.formats import offered_forms
from widget_server.sites.model import Site
from widget_server.sites.phone import phone_text, read_phone
from widget_server.tracking.model import (
    LIMITS,
    TRACKING,
    NumberDraft,
    Source,
    TrackedNumber,
    TrackingRules,
    read_source,
)

SOURCE_WORDS = ("utm_source", "utm_medium", "referrer")


def fields_of(number: TrackedNumber, site: Site) -> MultiDict[str, str]:
    """Return the fields as they stand for a number."""
    source = number.source or Source()
    shown: MultiDict[str, str] = MultiDict({name: ", ".join(getattr(source, name)) for name in SOURCE_WORDS})
    shown.update({"number": phone_text(number.e164, site.country), "number_text": number.text, "use": number.use})
    shown.update({"department": number.department or "", "direct": "1" if source.direct else ""})
    return shown


def read_number(form: Form, site: Site, known: TrackedNumber | None = None) -> NumberDraft | None:
    """Read what is posted; None if it is wrong, ``form.errors`` then says where. A known number stays that number."""
    values = form.values
    if known is not None and known.use == "shown":
        return NumberDraft(known.e164, known.text, "shown", None, values.get("department") or None)
    e164 = known.e164 if known is not None else form.take(lambda: _read(values.get("number", ""), site), "")
    use = next((use for use in TRACKING if use == values.get("use")), None)
    if use is None:
        form.add(BadInput("bad_choice", field="use"))
    source = form.take(lambda: read_source(values, bool(values.get("direct"))), None) if use == "channel" else None
    if form.errors or use is None:
        return None
    typed, chosen = values.get("number", "").strip(), values.get("number_text", "")
    forms = offered_forms(e164, chosen, typed)
    words = chosen if chosen in forms else typed if typed in forms else forms[0]
    return NumberDraft(e164, words, use, source, values.get("department") or None)


def read_rules(form: Form) -> TrackingRules:
    """Read a site's rules; what is no whole number is out of range."""
    figures: dict[str, Any] = {name: form.number(name) for name in LIMITS}
    return TrackingRules(**figures)


def _read(raw: str, site: Site) -> str:
    try:
        return read_phone(raw, site.country).e164
    except BadInput as error:
        raise BadInput(error.code, field="number", **error.args_for_text) from None
