"""Calls to a site's numbers: taken once, put down to a visitor as well as can be known, rung."""

import re
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from widget_server.calls.port import InboundCall
from widget_server.calls.service import CallService
from widget_server.kernel.clock import Clock
from widget_server.operators.service import OperatorService
from widget_server.sites.model import Site, is_open
from widget_server.sites.phone import find_phone
from widget_server.sites.service import SiteService
from widget_server.sites.store import numbers, sites
from widget_server.storage import Storage, Tx
from widget_server.tracking import pool_store, store
from widget_server.tracking.match_model import match
from widget_server.tracking.model import Inbound, TrackedNumber
from widget_server.tracking.traces import find_traces


class InboundService:
    """The ``Switchboard`` of the house."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        sites: SiteService,
        operators: OperatorService,
        calls: CallService,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._sites = sites
        self._operators = operators
        self._calls = calls

    def take(self, inbound: InboundCall) -> str | None:
        """Take a call to one of our numbers; the same call reported again is the same one. None: not our number."""
        if known := self._calls.find_inbound(inbound.reference):
            return known.id
        with self._storage.read() as tx:
            number = find_dialled(tx, inbound.dialled)
        if number is None:
            return None
        site = self._sites.get_site(number.site_id)
        caller = find_phone(_with_plus(inbound.caller), site.country)
        phone = caller.e164 if caller is not None else ""
        try:
            return self._write(site, number, InboundCall(inbound.reference, number.e164, phone))
        except IntegrityError:  # reported twice at the same moment
            known = self._calls.find_inbound(inbound.reference)
            return known.id if known is not None else None

    def _write(self, site: Site, number: TrackedNumber, inbound: InboundCall) -> str:
        now, phone = self._clock.now(), inbound.caller
        rung = self._who_rings(site, number, now)
        with self._storage.begin() as tx:
            traces = find_traces(tx, number, phone, now)
            visitor_id, how = match(traces, store.find_rules(tx, site.id), now)
            made = Inbound(
                call_id="",
                site_id=site.id,
                number_id=number.id,
                use=number.use,
                source=number.source,
                caller_id=store.caller_of(tx, site.id, phone),
                visitor_id=visitor_id,
                match=how,
                at=now,
            )
            free = self._calls.free_of(tx, rung)
            call = self._calls.start_inbound(tx, site.id, made.sure_visitor, inbound, free)
            store.insert_inbound(tx, replace(made, call_id=call.id))
            if how == "held" and traces.lease is not None and traces.lease.call_id is None:
                pool_store.pin(tx, traces.lease, call.id)
        return call.id

    def _who_rings(self, site: Site, number: TrackedNumber, at: datetime) -> list[str]:
        """Return who answers this number at that moment; nobody outside the hours."""
        department = site.find_department(number.department)
        if not is_open(site, at, department):
            return []
        return [one.id for one in self._operators.takers(site.id, department.id if department else None)]


def find_dialled(tx: Tx, dialled: str) -> TrackedNumber | None:
    """Return the number behind what a provider says was dialled: E.164, with or without plus, or as the country dials.

    A number that several sites show belongs, when it rings, to the first of them.
    """
    countries = tx.execute(select(sites.c.country).distinct()).scalars()
    read = [find_phone(dialled, country) for country in countries]
    wanted = {_with_plus(dialled), *(phone.e164 for phone in read if phone is not None)}
    found = store.list_numbers(tx, numbers.c.e164.in_(wanted))
    return min(found, key=lambda one: (one.use == "shown", one.site_id), default=None)


def _with_plus(raw: str) -> str:
    """Read what providers write instead of E.164: without plus, or as the user of a SIP address.

    >>> _with_plus("78005553535"), _with_plus("sip:+74951234567@trunk"), _with_plus("anonymous")
    ('+78005553535', '+74951234567', '')
    """
    user = raw.removeprefix("sip:").split("@")[0].strip()
    return "+" + user.lstrip("+") if re.fullmatch(r"\+?[1-9]\d{6,14}", user) else ""
