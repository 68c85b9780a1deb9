"""``add-site``."""

import argparse

from widget_server.commands.opening import account_of, open_house
from widget_server.kernel.errors import BadInput
from widget_server.sites.draft import NumberDraft, SiteDraft
from widget_server.sites.formats import offered_forms
from widget_server.sites.model import DEMO_KEY, tag_of
from widget_server.sites.origins import read_domains
from widget_server.sites.phone import COUNTRIES, read_phone


def add_site(args: argparse.Namespace) -> None:
    if args.country not in COUNTRIES:
        raise BadInput("bad_country", field="country")
    draft = SiteDraft(
        name=args.name,
        key=args.key,
        origins=read_domains(" ".join(args.domain), any_page=args.key == DEMO_KEY),
        country=args.country,
        timezone=args.timezone,
        languages=tuple(dict.fromkeys(args.language)) or ("ru", "en"),
        numbers=tuple(_number(raw, args.country) for raw in args.number),
    )
    with open_house() as house:
        site = house.sites.create_site(account_of(house), draft)
        print(tag_of(house.settings.url, site.key))


def _number(raw: str, country: str) -> NumberDraft:
    e164 = read_phone(raw, country).e164
    forms = offered_forms(e164, "", raw.strip())
    return NumberDraft(e164, raw.strip() if raw.strip() in forms else forms[0])
