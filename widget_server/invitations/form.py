"""The form of one invitation: from a rule to fields and back."""

import re
from typing import Any

from werkzeug.datastructures import MultiDict

from widget_server.edge.form import Form
from widget_server.kernel.untrusted import clean_text
from widget_server.sites.invitations import FIGURES, LONGEST_NAME, LONGEST_WORDS, SOURCES, Rule
from widget_server.sites.model import Site

CHOICES = ("leads", "visitor", "hours")
SWITCHES = ("is_on", "on_exit", "needs_people")
MOST_WORDS = 20


def blank_rule(site: Site) -> Rule:
    """Return what the form of a new invitation begins with: quiet, and due late enough to be a help."""
    leads: Any = "chat" if "chat" in site.channels else site.channels[0]
    return Rule("", "", dict.fromkeys(site.languages, ""), leads, seconds=30)


def fields_of(rule: Rule, site: Site) -> MultiDict[str, str]:
    shown: MultiDict[str, str] = MultiDict({"title": rule.title, "person": rule.person, "element": rule.element})
    shown.update({f"words_{language}": rule.words.get(language, "") for language in site.languages})
    shown.update({name: str(getattr(rule, name) or "") for name in FIGURES})
    shown.update({name: getattr(rule, name) for name in CHOICES})
    shown.update({name: "1" if getattr(rule, name) else "" for name in SWITCHES})
    shown["paths"] = "\n".join(rule.paths)
    shown.update({name: ", ".join((rule.source or {}).get(name, ())) for name in SOURCES})
    return shown


def read_rule(form: Form, site: Site, rule_id: str) -> Rule:
    """Read what is posted; look into ``form.errors`` before using it."""
    values = form.values
    source = {name: words for name in SOURCES if (words := _listed(values.get(name, ""), name))}
    chosen: dict[str, Any] = {name: values.get(name, "") for name in CHOICES}
    chosen |= {name: form.number(name) if values.get(name, "").strip() else 0 for name in FIGURES}
    chosen |= {name: bool(values.get(name)) for name in SWITCHES}
    return Rule(
        id=rule_id,
        title=form.text("title", most=2 * LONGEST_NAME),
        words={one: form.text(f"words_{one}", most=LONGEST_WORDS, least=0) for one in site.languages},
        person=form.text("person", most=LONGEST_NAME, least=0),
        element=form.text("element", most=2 * LONGEST_NAME, least=0),
        paths=tuple(path for line in values.get("paths", "").splitlines() if (path := clean_text(line)[:200])),
        source=source or None,
        **chosen,
    )


def _listed(raw: str, name: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(word for part in raw.split(",") if (word := clean_text(part).lower()[:80])))
    if name == "referrer":
        words = tuple(re.sub(r"^(\w+://)?(www\.)?|/.*$", "", word) for word in words)
    return words[:MOST_WORDS]
