"""``numbers``: add tracking numbers, list them, read what came in on them."""

import argparse
import json
from collections.abc import Sequence
from typing import Any

from widget_server.commands.opening import open_house
from widget_server.commands.running import CannotRun
from widget_server.kernel.clock import iso, iso_or_none
from widget_server.rooms import House
from widget_server.sites.formats import offered_forms
from widget_server.sites.model import Site
from widget_server.sites.phone import mask_phone, read_phone
from widget_server.tracking.figures import InboundLine
from widget_server.tracking.model import LineOfVariant, NumberDraft, Source, read_source

MOST_CALLS = 10_000


def add(args: argparse.Namespace) -> None:
    """Add the numbers, all of them for one purpose."""
    raw = {name: getattr(args, name) or "" for name in ("utm_source", "utm_medium", "referrer")}
    source: Source | None = read_source(raw, args.direct) if args.use == "channel" else None
    with open_house() as house:
        site = _site(house, args.site)
        department = _department(site, args.department)
        for typed in args.number:
            e164 = read_phone(typed, site.country).e164
            forms = offered_forms(e164, "", typed)
            words = typed if typed in forms else forms[0]
            number = house.tracking.numbers.add(site.id, NumberDraft(e164, words, args.use, source, department))
            print(f"{number.id}  {number.e164}  {number.use}")


def show(args: argparse.Namespace) -> None:
    """Print every number, what it is for and what it brought."""
    with open_house() as house:
        rows = [row for site in _sites(house, args.site) for row in _number_rows(house, site)]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        stands = f" {row['experiment']}:{row['variant']}" if row["variant"] else ""
        last = f", last {row['last_call_at']}" if row["last_call_at"] else ""
        print(f"{row['e164']:<16}{row['site']:<12}{row['use']}{stands}  calls in 30 days: {row['calls']}{last}")


def calls(args: argparse.Namespace) -> None:
    """Print every call that came in and what its number told; callers' numbers are masked."""
    with open_house() as house:
        rows = [row for site in _sites(house, args.site) for row in _call_rows(house, site, args.days)]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        told = f"{row['experiment']}:{row['variant']}" if row["variant"] else row["use"]
        whose = f"{row['match']} {row['visitor']}" if row["visitor"] else row["match"]
        print(f"{row['at']}  {row['dialled']:<16}{told:<24}{whose:<20}{row['outcome'] or 'going on'}")


def _number_rows(house: House, site: Site) -> list[dict[str, Any]]:
    found = house.tracking.numbers.numbers_of([site.id])
    figures = house.tracking.figures.of_numbers([number.id for number in found])
    lines = house.trials.lines_of(site.id)
    now = house.clock.now()
    return [
        {
            "id": number.id,
            "site": site.key,
            "e164": number.e164,
            "use": number.use,
            "source": number.source.view() if number.source else None,
            "department": number.department,
            **_variant(next((one for one in lines if one.number_id == number.id and one.covers(now)), None)),
            "calls": figures[number.id].calls,
            "talked": figures[number.id].talked,
            "last_call_at": iso_or_none(figures[number.id].last),
        }
        for number in found
    ]


def _call_rows(house: House, site: Site, days: int) -> list[dict[str, Any]]:
    lines = house.trials.lines_of(site.id)
    return [_call_row(one, lines, site) for one in house.tracking.figures.list_calls([site.id], days, MOST_CALLS)]


def _call_row(one: InboundLine, lines: Sequence[LineOfVariant], site: Site) -> dict[str, Any]:
    inbound, call = one.inbound, one.call
    line = next((line for line in lines if line.number_id == inbound.number_id and line.covers(inbound.at)), None)
    return {
        "call": call.id,
        "reference": call.reference,
        "site": site.key,
        "at": iso(inbound.at),
        "dialled": call.dialled,
        "caller": mask_phone(call.phone) if call.phone else None,
        "use": inbound.use,
        "source": inbound.source.view() if inbound.source else None,
        **_variant(line),
        "match": inbound.match,
        "visitor": inbound.visitor_id,
        "outcome": call.outcome,
    }


def _variant(line: LineOfVariant | None) -> dict[str, str | None]:
    return {"experiment": line.experiment if line else None, "variant": line.variant if line else None}


def _sites(house: House, key: str | None) -> list[Site]:
    return house.sites.all_sites() if key is None else [_site(house, key)]


def _site(house: House, key: str) -> Site:
    found = house.sites.find_by_key(key)
    if found is None:
        raise CannotRun(f"there is no site with the key {key}")
    return found


def _department(site: Site, name: str | None) -> str | None:
    if name is None:
        return None
    found = next((one for one in site.departments if name in (one.id, *one.name.values())), None)
    if found is None:
        raise CannotRun(f"the site {site.key} has no department {name}")
    return found.id
