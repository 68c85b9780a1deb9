"""The letter of the week: words and the same in HTML."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any

from babel.dates import format_date

from widget_server.digest.model import Count, SiteWeek
from widget_server.edge.identity import OperatorIdentity
from widget_server.funnel.money import money
from widget_server.notify.providers.email.payload import colours, one_line, templates
from widget_server.texts import text
from widget_server.trials.words import figure


def compose(
    reader: OperatorIdentity,
    weeks: Sequence[SiteWeek],
    message_id: str,
    at: datetime,
    mail_from: str,
    url: str,
    stop_url: str,
) -> EmailMessage:
    """Return the letter. Sent twice with the same ``message_id``, it is one letter."""
    name, sender = parseaddr(mail_from)
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(display_name=name, addr_spec=sender)
    made["To"] = Address(addr_spec=reader.email)
    title = text(reader.language, "digest.subject", days=_days(weeks[0].first, weeks[0].last, reader.language))
    made["Subject"] = one_line(title)
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made["List-Unsubscribe"] = f"<{stop_url}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    told = {"title": title, "sites": [_site(one, reader.language, url) for one in weeks], "stop_url": stop_url}
    made.set_content(_render("digest.txt", told, reader.language), cte="quoted-printable")
    made.add_alternative(_render("digest.html", told, reader.language), subtype="html", cte="quoted-printable")
    made["Content-Language"] = reader.language
    return made


def _site(week: SiteWeek, language: str, url: str) -> dict[str, Any]:
    return {
        "name": week.name,
        "days": _days(week.first, week.last, language),
        "rows": [_row(one, language) for one in week.counts],
        "money": ", ".join(money(amount, currency, language) for currency, amount in week.money.items()),
        "tests": week.tests,
        "worries": [
            {"words": text(language, f"digest.worry.{one.key}", **one.args), "url": f"{url}{one.path}"}
            for one in week.worries
        ],
    }


def _row(one: Count, language: str) -> dict[str, str]:
    change = one.now - one.before
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    words = {"before": figure(one.before, language), "change": f"{sign}{figure(abs(change), language)}"}
    return {
        "name": text(language, f"digest.count.{one.name}"),
        "now": figure(one.now, language),
        "against": text(language, "digest.before", **words),
        **words,
    }


def _days(first: date, last: date, language: str) -> str:
    start = format_date(first, "d MMMM", locale=language)
    return f"{start} – {format_date(last, 'd MMMM', locale=language)}"


def _render(name: str, told: Mapping[str, Any], language: str) -> str:
    return (
        templates()
        .get_template(f"mail/{name}")
        .render(
            **told,
            language=language,
            light=colours(":root,\n.cw {"),
            dark=colours("@media (prefers-color-scheme: dark)"),
            text=lambda key, **args: text(language, key, **args),
        )
    )
