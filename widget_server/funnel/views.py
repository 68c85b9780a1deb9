"""What the pages of leads show: the board, the list, one lead. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from widget_server.calls.store import operator_names
from widget_server.chat.store import find_of_visitor
from widget_server.funnel import contact_store, conversions, order_store, setup_store, store
from widget_server.funnel.contact_store import contacts
from widget_server.funnel.model import Contact, Lead, Merge, Move, Order
from widget_server.funnel.stage_model import Stage, Worry, place_of, worry_about
from widget_server.funnel.store import lead_keys, leads
from widget_server.funnel.words import Keys, lead_title, stage_chain
from widget_server.kernel.clock import Clock
from widget_server.sites.model import Site
from widget_server.storage import Storage, Tx
from widget_server.trials.evidence import list_seen

A_COLUMN, A_PAGE, ALL = 50, 100, 2000
SEEN_CONTACTS = 200


@dataclass(frozen=True)
class Card:
    """A lead in a list. ``contacts``: by operators in its stage. ``step``: what comes next, planned or by the chain."""

    lead: Lead
    title: str
    keys: Keys
    stage: Stage
    owner: str | None
    contacts: int
    worry: Worry | None
    step: str
    is_due: bool


@dataclass(frozen=True)
class Column:
    """``count``: all leads of the stage, ``cards`` the first of them: the stuck ones on top, then what is due."""

    figures: conversions.StageFigures
    count: int
    stuck: int
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Wanted:
    """What a list shall hold. Anything unknown in an address means no wish."""

    state: str = "open"
    stage: str = ""
    owner: str = ""
    warmth: str = ""
    origin: str = ""
    find: str = ""
    page: int = 0


@dataclass(frozen=True)
class Dossier:
    """All that is known of one person. ``variants``: (test, letter, when seen)."""

    card: Card
    contacts: tuple[Contact, ...]
    moves: tuple[Move, ...]
    orders: tuple[Order, ...]
    merges: tuple[Merge, ...]
    conversations: tuple[str, ...]
    variants: tuple[tuple[str, str, datetime], ...]
    names: dict[str, str]


class FunnelViews:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    def board(self, site: Site, language: str, owner: str = "") -> list[Column]:
        now = self._clock.now()
        where = [leads.c.state == "open", *([leads.c.owner_id == owner] if owner else [])]
        with self._storage.read() as tx:
            stages = setup_store.list_stages(tx, site.id)
            found = store.list_leads(tx, leads.c.site_id == site.id, *where, most=ALL)
            cards = _cards(tx, found, site, stages, now, language)
            rates = conversions.figures(stages, conversions.list_ways(tx, site.id, stages, now))
        return [_column(one, [card for card in cards if card.stage.key == one.stage.key]) for one in rates]

    def page(self, site: Site, wanted: Wanted, language: str) -> tuple[list[Card], int]:
        """Return a page of leads, the latest changed first, and how many there are in all."""
        with self._storage.read() as tx:
            where = where_wanted(site, wanted)
            total = tx.execute(select(func.count()).select_from(leads).where(store.IS_ROOT, *where)).scalar_one()
            found = store.list_leads(tx, *where, most=A_PAGE, skip=wanted.page * A_PAGE)
            stages = setup_store.list_stages(tx, site.id)
            return _cards(tx, found, site, stages, self._clock.now(), language), int(total)

    def stuck(self, site: Site, language: str) -> list[Card]:
        """Return the leads that stand too long in their stage, or take too many contacts there; the oldest first."""
        cards = [card for column in self.board(site, language) for card in column.cards if card.worry]
        return sorted(cards, key=lambda card: card.lead.stage_at)

    def due(self, site: Site, owner_id: str, until: datetime, language: str) -> list[Card]:
        """Return the leads of an operator whose next contact is due before then, the longest overdue first."""
        own = leads.c.owner_id == owner_id, leads.c.next_at < until, leads.c.state == "open"
        with self._storage.read() as tx:
            found = store.list_leads(tx, leads.c.site_id == site.id, *own, most=A_PAGE, order=(leads.c.next_at,))
            stages = setup_store.list_stages(tx, site.id)
            return _cards(tx, found, site, stages, self._clock.now(), language)

    def unanswered(self, site: Site, language: str) -> list[Card]:
        """Return open leads that nobody has touched, the oldest first."""
        untouched = leads.c.owner_id.is_(None), leads.c.state == "open"
        with self._storage.read() as tx:
            where, order = leads.c.site_id == site.id, (leads.c.created_at,)
            found = store.list_leads(tx, where, *untouched, most=A_PAGE, order=order)
            stages = setup_store.list_stages(tx, site.id)
            return _cards(tx, found, site, stages, self._clock.now(), language)

    def dossier(self, lead: Lead, site: Site, language: str) -> Dossier:
        with self._storage.read() as tx:
            stages = setup_store.list_stages(tx, site.id)
            (card,) = _cards(tx, [lead], site, stages, self._clock.now(), language)
            found = contact_store.list_contacts(tx, lead.id, SEEN_CONTACTS)
            moves = contact_store.list_moves(tx, lead.id)
            visitors = contact_store.visitors_of(tx, lead.id)
            chats = [find_of_visitor(tx, site.id, visitor) for visitor in visitors]
            people = {one.operator_id or "" for one in found} | {one.operator_id or "" for one in moves}
            return Dossier(
                card=card,
                contacts=tuple(found),
                moves=tuple(moves),
                orders=tuple(order_store.orders_of(tx, [lead.id])[lead.id]),
                merges=tuple(store.list_merges(tx, lead.id)),
                conversations=tuple(chat.id for chat in chats if chat is not None),
                variants=tuple(list_seen(tx, site.id, visitors)),
                names=operator_names(tx, people),
            )

    def of_visitor(self, site: Site, visitor_id: str, language: str) -> tuple[Card, list[Order]] | None:
        """Return the lead that a visitor is, and its orders; for whoever talks to them now."""
        with self._storage.read() as tx:
            lead = store.find_by_key(tx, site.id, "visitor", visitor_id)
            if lead is None:
                return None
            stages = setup_store.list_stages(tx, site.id)
            (card,) = _cards(tx, [lead], site, stages, self._clock.now(), language)
            return card, order_store.orders_of(tx, [lead.id])[lead.id]


def _cards(
    tx: Tx, found: Sequence[Lead], site: Site, stages: Sequence[Stage], now: datetime, language: str
) -> list[Card]:
    ids = [lead.id for lead in found]
    keys, counts = store.keys_of(tx, ids), contact_store.count_in_stage(tx, ids)
    names = operator_names(tx, {lead.owner_id for lead in found if lead.owner_id})
    cards = []
    for lead in found:
        stage, worked = stages[place_of(stages, lead.stage)], counts.get(lead.id, 0)
        chain = stage_chain(stage, language)
        usual = chain[worked] if lead.state == "open" and worked < len(chain) else ""
        cards.append(
            Card(
                lead=lead,
                title=lead_title(lead, keys[lead.id], site, language),
                keys=keys[lead.id],
                stage=stage,
                owner=names.get(lead.owner_id or ""),
                contacts=worked,
                worry=worry_about(lead, stage, len(chain), worked, now),
                step=lead.next_step or usual,
                is_due=lead.next_at is not None and lead.next_at <= now,
            )
        )
    return cards


def _column(one: conversions.StageFigures, cards: Sequence[Card]) -> Column:
    ordered = sorted(cards, key=lambda card: (card.worry is None, not card.is_due, card.lead.stage_at, card.lead.id))
    return Column(one, len(cards), sum(card.worry is not None for card in cards), tuple(ordered[:A_COLUMN]))


def where_wanted(site: Site, wanted: Wanted) -> list[Any]:
    """Return the conditions on leads."""
    found: list[Any] = [leads.c.site_id == site.id]
    wishes = {"state": "state", "stage": "stage", "warmth": "warmth", "origin": "origin", "owner": "owner_id"}
    for wish, column in wishes.items():
        if value := getattr(wanted, wish):
            found.append(leads.c[column].is_(None) if value == "nobody" else leads.c[column] == value)
    if wanted.find:
        words = wanted.find.lower()
        digits = "".join(char for char in words if char.isdigit())
        named = lead_keys.c.value.contains(words, autoescape=True)
        if len(digits) >= 4:
            named = or_(named, lead_keys.c.value.contains(digits[-10:]))
        by_key = select(lead_keys.c.lead_id).where(lead_keys.c.site_id == site.id, lead_keys.c.kind != "visitor", named)
        by_note = select(contacts.c.lead_id).where(contacts.c.site_id == site.id, _says(contacts.c.note, words))
        family = select(leads.c.root_id).where(or_(leads.c.id.in_(by_key), leads.c.id.in_(by_note)))
        found.append(or_(_says(leads.c.name, words), leads.c.id.in_(family)))
    return found


def _says(column: Any, words: str) -> Any:
    """Find words whatever their letters' size; SQLite knows Latin letters only, so the usual sizes are tried."""
    forms = {words, words.capitalize(), words.upper(), words.title()}
    return or_(*(column.contains(form, autoescape=True) for form in sorted(forms)), column.icontains(words))
