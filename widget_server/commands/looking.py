"""``check-config`` and ``check-number``: they only look."""

import argparse
from dataclasses import asdict

from sqlalchemy import make_url

from widget_server.kernel.errors import BadInput
from widget_server.settings import load_settings
from widget_server.sites.formats import display_forms, number_kind
from widget_server.sites.phone import COUNTRIES, callable_back, read_phone

KINDS = {"toll_free": "toll-free", "pretty": "pretty", "ordinary": "ordinary"}


def check_config(_args: argparse.Namespace) -> None:
    settings = load_settings()
    shown = asdict(settings) | {
        "secret_key": "(set)" if settings.secret_key else "(made on first use)",
        "public_url": settings.url,
        "database_url": make_url(settings.database).render_as_string(hide_password=True),
        "redis_url": make_url(settings.redis_url).render_as_string(hide_password=True) if settings.redis_url else "",
    }
    for name, value in shown.items():
        print(f"{name} = {str(value).lower() if isinstance(value, bool) else value}".rstrip())


def check_number(args: argparse.Namespace) -> None:
    if args.country not in COUNTRIES:
        raise BadInput("bad_country", field="country")
    phone = read_phone(args.number, args.country)
    try:
        callable_back(phone, args.country)
        called = "yes"
    except BadInput:
        called = f"no, only ordinary numbers of {args.country} are"
    print(f"{phone.e164}  {phone.kind.replace('_', ' ')}, {phone.country}")
    print(f"called back: {called}")
    for form in display_forms(phone.e164):
        print(f"  {form}  ({KINDS[number_kind(phone.e164, form)]})")
