"""A site's numbers and what each is for: set up by owners, told to the widget."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import IntegrityError

from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.errors import BadInput, Conflict, NotFound
from widget_server.kernel.ids import new_id
from widget_server.sites.formats import number_kind
from widget_server.sites.model import Number, Site
from widget_server.sites.rules import check_text_of_number
from widget_server.sites.service import SiteService
from widget_server.sites.store import get_site, numbers
from widget_server.storage import Storage, Tx
from widget_server.tracking import store
from widget_server.tracking.model import TRACKING, NumberDraft, TrackedNumber, TrackingRules, check_rules


class NumberService:
    """The use cases of numbers. ``shown`` ones are added and removed with their site (``SiteService``)."""

    def __init__(self, storage: Storage, sites: SiteService) -> None:
        self._storage = storage
        self._sites = sites

    def add(self, site_id: str, draft: NumberDraft) -> TrackedNumber:
        """Add a tracking number.

        Raises
        ------
        BadInput
            ``bad_choice`` (use, department), ``no_source``, ``number_text``.
        Conflict
            ``main_number_first``: visitors for whom there is no other number need one;
            ``number_shown``: everybody sees it, on this site or another; ``number_in_use``: it tracks already.
        """
        site = self._sites.get_site(site_id)
        _check(draft, site)
        number = TrackedNumber(
            new_id(),
            site.id,
            draft.e164,
            draft.text,
            number_kind(draft.e164, draft.text),
            draft.use,
            draft.source if draft.use == "channel" else None,
            draft.department,
        )
        if not site.numbers:
            raise Conflict("main_number_first", field="number")
        try:
            with self._storage.begin() as tx:
                _check_not_shown(tx, draft.e164)
                store.insert_tracked(tx, number)
                self._sites.touch(tx, site.id)
        except IntegrityError:
            raise Conflict("number_in_use", field="number", number=draft.e164) from None
        return number

    def change(self, number: TrackedNumber, draft: NumberDraft) -> TrackedNumber:
        """Change what a number is for, how it looks and who answers; of a ``shown`` one who answers only."""
        site = self._sites.get_site(number.site_id)
        if number.use == "shown":
            _check_department(draft, site)
            changed = replace(number, department=draft.department)
        else:
            _check(draft, site)
            source = draft.source if draft.use == "channel" else None
            kind = number_kind(number.e164, draft.text)
            changed = replace(
                number, text=draft.text, kind=kind, use=draft.use, source=source, department=draft.department
            )
        with self._storage.begin() as tx:
            store.update_tracked(tx, changed)
            self._sites.touch(tx, site.id)
        return changed

    def remove(self, number: TrackedNumber) -> None:
        """Give a tracking number up: calls to it are not taken any more; what came in on it stays."""
        if number.use == "shown":
            raise Conflict("number_of_site", field="number")
        with self._storage.begin() as tx:
            store.delete_number(tx, number.id)
            self._sites.touch(tx, number.site_id)

    def access_number(self, operator: OperatorIdentity, number_id: str) -> TrackedNumber:
        """Return a number of one of the operator's sites.

        Raises
        ------
        NotFound
            If there is none, or it is not theirs to see.
        """
        with self._storage.read() as tx:
            found = store.find_number(tx, number_id)
        if found is None or found.site_id not in operator.site_ids:
            raise NotFound("not_found")
        return found

    def numbers_of(self, site_ids: Collection[str]) -> list[TrackedNumber]:
        """Return all numbers of these sites, the shown ones first."""
        with self._storage.read() as tx:
            return sorted(store.list_numbers(tx, numbers.c.site_id.in_(site_ids)), key=lambda one: one.use != "shown")

    def rules_of(self, site_id: str) -> TrackingRules:
        with self._storage.read() as tx:
            return store.find_rules(tx, site_id)

    def set_rules(self, site_id: str, rules: TrackingRules) -> None:
        """Change a site's rules.

        Raises
        ------
        BadInput
            ``out_of_range`` with the field.
        """
        check_rules(rules)
        with self._storage.begin() as tx:
            store.put_rules(tx, site_id, rules)

    def document(self, site: Site) -> dict[str, Any] | None:
        """Return what the site document says of tracking (docs/protocol.md, section 3); None: nothing to track."""
        with self._storage.read() as tx:
            found = store.list_numbers(tx, numbers.c.site_id == site.id, numbers.c.use.in_(("channel", "pool")))
        channels = [
            {"number": shown_view(one.shown()), "source": one.source.view()} for one in found if one.source is not None
        ]
        has_pool = any(one.use == "pool" for one in found)
        if not (channels or has_pool or site.variant_numbers):
            return None
        return {"pool": has_pool, "channels": channels}


def shown_view(number: Number) -> dict[str, Any]:
    """Return a number as the site document lists it."""
    return {"id": number.id, "tel": number.e164, "text": number.text, "kind": number.kind}


def _check(draft: NumberDraft, site: Site) -> None:
    if draft.use not in TRACKING:
        raise BadInput("bad_choice", field="use")
    check_text_of_number(draft.e164, draft.text)
    if draft.use == "channel" and draft.source is None:
        raise BadInput("no_source", field="source")
    _check_department(draft, site)


def _check_department(draft: NumberDraft, site: Site) -> None:
    if draft.department is not None and site.find_department(draft.department) is None:
        raise BadInput("bad_choice", field="department")


def _check_not_shown(tx: Tx, e164: str) -> None:
    """A number that some page shows to everybody tells nothing."""
    shown = store.list_numbers(tx, numbers.c.e164 == e164, numbers.c.use == "shown")
    if shown:
        raise Conflict("number_shown", field="number", number=e164, site=get_site(tx, shown[0].site_id).name)
