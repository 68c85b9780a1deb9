"""Looking for something over everything that an operator may see."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.clock import iso
from widget_server.search import index, store
from widget_server.search.model import Found, Hit, Kind, Wish, marked
from widget_server.sites.model import Site
from widget_server.sites.phone import phone_text
from widget_server.storage import Storage

Pair = tuple[str, str]
Profiles = Callable[[Collection[Pair]], Mapping[Pair, dict[str, Any]]]


class Sites(Protocol):
    """The names of sites, and the country by which their numbers are written."""

    def sites_of(self, operator: OperatorIdentity) -> Sequence[Site]: ...


class SearchService:
    """The use case of the search; ``find_profiles`` is the visitors' (docs/protocol.md, section 7)."""

    def __init__(self, storage: Storage, sites: Sites, find_profiles: Profiles) -> None:
        self._storage = storage
        self._sites = sites
        self._find_profiles = find_profiles

    def search(self, operator: OperatorIdentity, wish: Wish) -> list[dict[str, Any]]:
        """Return a group per kind of thing that was found: the newest of it, how many, where to go on."""
        sites = {site.id: site for site in self._sites.sites_of(operator)}
        with self._storage.read() as tx:
            store.plan_afresh(tx)
            found = store.find(tx, wish)
            hits = [hit for one in found.values() for hit in one.hits]
            words, phones = store.texts_of(tx, hits), store.calls_of(tx, hits)
            pairs = store.visitors_of(tx, hits)
        people = self._find_profiles(sorted({*pairs.values(), *_callers(hits, phones)}))
        shown = _Shown(wish, sites, words, phones, pairs, people)
        return [_group(kind, one, shown, wish.most) for kind, one in found.items() if one.hits]

    def choices(
        self, operator: OperatorIdentity, people: Sequence[Mapping[str, Any]], tags: Sequence[Any]
    ) -> dict[str, Any]:
        """Return what a search can be narrowed to, where there is more than one of it."""
        sites = [{"id": site.id, "name": site.name} for site in self._sites.sites_of(operator)]
        colleagues = [{"id": one["id"], "name": one["name"]} for one in people]
        return {"sites": _if_several(sites), "people": _if_several(colleagues), "tags": tags}

    def rebuild(self) -> int:
        """Make the index again from what it is about; return how many entries it has."""
        with self._storage.begin() as tx:
            return index.rebuild(tx.connection)


class _Shown:
    """Hits as the console draws them."""

    def __init__(
        self,
        wish: Wish,
        sites: Mapping[str, Site],
        words: Mapping[int, Any],
        phones: Mapping[str, Any],
        pairs: Mapping[str, Pair],
        people: Mapping[Pair, dict[str, Any]],
    ) -> None:
        self._wish, self._sites, self._words, self._phones = wish, sites, words, phones
        self._pairs, self._people = pairs, people

    def view(self, hit: Hit) -> dict[str, Any]:
        site = self._sites[hit.site_id]
        more = self._call(hit, site) if hit.kind == "call" else self._said(hit, site)
        return {"kind": hit.kind, "at": iso(hit.at), "site": {"id": site.id, "name": site.name}, **more}

    def _said(self, hit: Hit, site: Site) -> dict[str, Any]:
        visitor, row = self._people[self._pairs[hit.ref]], self._words.get(hit.id)
        text = row.body if row is not None else _contact_line(visitor, site)
        author = {"author": row.author, "name": row.name} if row is not None else {}
        return {
            "conversation": hit.ref,
            "seq": hit.seq,
            "visitor": _named(visitor),
            "parts": self._mark(text),
            **author,
        }

    def _call(self, hit: Hit, site: Site) -> dict[str, Any]:
        row = self._phones[hit.ref]
        visitor = self._people.get((hit.site_id, row.visitor_id or ""))
        text = phone_text(row.phone, site.country)
        return {
            "call": row.call_id,
            "state": row.state,
            "visitor": _named(visitor) if visitor else None,
            "parts": self._mark(text),
        }

    def _mark(self, text: str) -> list[dict[str, Any]]:
        return [
            {"text": part, "marked": is_meant} for part, is_meant in marked(text, self._wish.terms, self._wish.digits)
        ]


def _group(kind: Kind, found: Found, shown: _Shown, most: int) -> dict[str, Any]:
    after = found.hits[-1].id if len(found.hits) == most else None
    return {"kind": kind, "count": found.count, "items": [shown.view(hit) for hit in found.hits], "next": after}


def _if_several(choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return choices if len(choices) > 1 else []


def _callers(hits: Sequence[Hit], phones: Mapping[str, Any]) -> set[Pair]:
    calls = [(hit.site_id, phones[hit.ref].visitor_id) for hit in hits if hit.kind == "call"]
    return {(site_id, visitor_id) for site_id, visitor_id in calls if visitor_id}


def _named(visitor: Mapping[str, Any]) -> dict[str, Any]:
    return {"label": visitor["label"], "name": visitor["name"]}


def _contact_line(visitor: Mapping[str, Any], site: Site) -> str:
    phone = phone_text(visitor["phone"], site.country) if visitor["phone"] else None
    return " · ".join(part for part in (visitor["name"], phone, visitor["email"]) if part) or str(visitor["label"])
