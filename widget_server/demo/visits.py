"""Visits as rows: what the widget would have reported, and the exposures drawn from it."""

from random import Random

from widget_server.beacon.store import beacon_events
from widget_server.demo.book import Book
from widget_server.demo.story import Person, Visit, made_id
from widget_server.sites.model import Site
from widget_server.trials.model import Experiment
from widget_server.trials.store import exposures
from widget_server.visitors.model import Context
from widget_server.visitors.source import source_word
from widget_server.visitors.store import visitors


class Visits:
    """Writes visits down; ``experiments``: name of the trial → the experiment that it became."""

    def __init__(self, rng: Random, book: Book, site: Site, experiments: dict[str, Experiment]) -> None:
        self._rng, self._book, self._site, self._experiments = rng, book, site, experiments
        self._exposed: set[tuple[str, str]] = set()

    def write(self, visit: Visit) -> None:
        for page in visit.pages:
            self._report(visit, "view", page)
        for trial in visit.trials:
            self._expose(visit, trial.name)
        if visit.act == "call":
            self._report(visit, "tap", visit.pages[-1], number_id=self._site.numbers[0].id)
        elif visit.act is not None or self._rng.random() < 0.03:
            self._report(visit, "open", visit.pages[-1])

    def context(self, visit: Visit) -> Context:
        page, title = visit.pages[-1]
        shown = {self._experiments[one.name].key: visit.person.shown[one.name] for one in visit.trials}
        return Context(
            page=f"https://okna-plus.example{page}",
            title=title,
            referrer=visit.person.referrer,
            utm=dict(visit.person.utm),
            device=visit.person.device,
            language="ru",
            timezone=self._site.timezone,
            variants=shown,
        )

    def register(self, visit: Visit) -> None:
        """Write a visitor who turned to the shop down, as the panel's first word does."""
        person, at = visit.person, visit.at
        if not person.is_known:
            person.is_known = True
            own = {"site_id": self._site.id, "visitor_id": person.id, "secret_hash": "made up: nobody can come as them"}
            context = self.context(visit).as_dict()
            self._book.add(visitors, **own, context=context, created_at=at, seen_at=at)

    def _expose(self, visit: Visit, trial: str) -> None:
        person, experiment = visit.person, self._experiments[trial]
        variant = person.shown[trial]
        self._report(visit, "exposure", visit.pages[0], experiment=experiment.key, variant=variant)
        if (experiment.id, person.id) in self._exposed:
            return
        self._exposed.add((experiment.id, person.id))
        self._book.add(
            exposures,
            experiment_id=experiment.id,
            visitor_id=person.id,
            variant=variant,
            at=visit.at,
            device=person.device,
            source=source_word({"utm": person.utm, "referrer": person.referrer}),
            is_bot=person.is_bot,
            crossed=False,
        )

    def _report(self, visit: Visit, kind: str, page: tuple[str, str], **more: str) -> None:
        person: Person = visit.person
        self._book.add(
            beacon_events,
            id=made_id(self._rng),
            site_id=self._site.id,
            visitor_id=person.id,
            type=kind,
            at=visit.at,
            page=f"https://okna-plus.example{page[0]}",
            title=page[1],
            channel=visit.act if kind == "open" else None,
            number_id=more.get("number_id"),
            experiment=more.get("experiment"),
            variant=more.get("variant"),
            device=person.device,
            language="ru",
            referrer=person.referrer,
            utm=dict(person.utm),
            is_bot=person.is_bot,
        )
