"""``check-number``: yes or no, by the code that the server itself asks."""

import argparse

from widget_server.commands.opening import open_house
from widget_server.commands.running import CannotRun
from widget_server.kernel.errors import BadInput, NotFound
from widget_server.sites.calling import Policy, Verdict, judge, policy_named
from widget_server.sites.formats import beauty_of, display_forms, number_kind
from widget_server.sites.phone import COUNTRIES

NO = 1
WHY = {
    "not_a_number": "this is not one full, valid number",
    "emergency": "emergency numbers are never called",
    "short": "short numbers are never called",
    "country": "only numbers of {countries} are called",
    "kind": "{kind} numbers are not called",
    "denied": "numbers that begin so are denied",
    "own": "it rings at one of our own sites",
    "blocked": "it is on the list of numbers not to be called",
    "paused": "calls back of this site are paused",
}


def check_number(args: argparse.Namespace) -> int:
    typed = " ".join(args.number)
    if args.site is None:
        country = args.country or "RU"
        if country not in COUNTRIES:
            raise BadInput("bad_country", field="country")
        policy = policy_named(args.policy or "own", country)
        return _answer(typed, judge(typed, country, policy), policy)
    if args.country or args.policy:
        raise CannotRun("--site brings its own country and policy: leave --country and --policy out")
    return _by_site(typed, args.site)


def _by_site(number: str, key: str) -> int:
    with open_house() as house:
        site = house.sites.find_by_key(key)
        if site is None:
            raise NotFound("no_site")
        policy = site.calling.policy_for(site.country)
        verdict = judge(number, site.country, policy)
        if verdict.phone is None or not verdict.allowed:
            return _answer(number, verdict, policy)
        with house.storage.read() as tx:
            return _answer(number, verdict, policy, house.guard.why_not(tx, site, verdict.phone.e164))


def _answer(typed: str, verdict: Verdict, policy: Policy, late: str | None = None) -> int:
    phone, why = verdict.phone, late or verdict.why
    if why == "allowed" and phone is not None:
        print(f"yes: {phone.e164} may be called back")
    else:
        listed = ", ".join(sorted(policy.countries)) if len(policy.countries) < 20 else "countries"
        kind = phone.kind.replace("_", " ") if phone else ""
        print(f"no: {phone.e164 if phone else typed}: {WHY[why].format(countries=listed, kind=kind)}")
    if phone is not None:
        print(f"  {phone.kind.replace('_', ' ')}, {'no country' if phone.country == '001' else phone.country}")
        for form in display_forms(phone.e164):
            beauty = beauty_of(phone.e164, form)
            kind = number_kind(phone.e164, form).replace("_", "-")
            print(f"  {form}  ({kind}, {beauty.digits - beauty.saves} of {beauty.digits} digits to remember)")
    return 0 if why == "allowed" else NO
