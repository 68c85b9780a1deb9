"""The product as its owner runs it on this PBX: a process of its own, sites, operators at SIP telephones."""

import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from tests.pbx.server import Asterisk
from tests.pbx.visitors import Visitor
from tests.running import RunningServer
from tests.seeding import ALWAYS, NUMBERS, PASSWORD, house_on
from widget_server.edge.identity import OperatorIdentity
from widget_server.operators import store as people
from widget_server.operators.model import OperatorDraft
from widget_server.rooms import House
from widget_server.sites.calling import Calling
from widget_server.sites.draft import SiteDraft
from widget_server.sites.model import CallbackRules

ONCE = CallbackRules(retry_seconds=())
GENEROUS = Calling(per_hour=10_000, per_day=10_000, budget=0)
# Visitors come from everywhere: the proxy in front says where.
OPTIONS = {"TRUSTED_PROXIES": "1", "LIMIT_CALLBACKS_PER_NUMBER": "1000/hour"}


def operator_names(sites: int, each: int = 3) -> list[str]:
    return [f"op{site}-{seat}" for site in range(sites) for seat in range(each)]


@dataclass
class Shop:
    """``sites`` sites called shop0, shop1 …, each with operators at the telephones op<site>-0, op<site>-1 …

    ``options``: settings of the product, without ``WIDGET_``. ``mobiles``: operators who answer at a number instead.
    ``prepare(house, owner)``: what else is set up before the server starts.
    """

    pbx: Asterisk
    sites: int = 1
    operators: int = 3
    options: dict[str, str] = field(default_factory=dict)
    mobiles: dict[str, str] = field(default_factory=dict)
    prepare: Callable[[House, OperatorIdentity], None] = lambda house, owner: None
    site_ids: list[str] = field(default_factory=list)
    consent: str = ""

    def __enter__(self) -> "Shop":
        self._home = tempfile.TemporaryDirectory(prefix="shop-")
        data_dir = Path(self._home.name) / "var"
        self.open(data_dir)
        self.server = RunningServer(data_dir, options=OPTIONS | self.pbx.settings | self.options)
        try:
            self.server.start()
            self._wait_for_application()
            self.consent = self.visitor(0).document()["consent"]["version"]
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.stop()
        self._home.cleanup()

    def open(self, data_dir: Path) -> None:
        """Write down sites and people before the server starts."""
        house = house_on(data_dir)
        try:
            olga = OperatorDraft("Ольга", "olga@shop.example", PASSWORD, "owner", "ru")
            owner = house.operators.open_account("Окна", olga, first=False)
            for number in range(self.sites):
                self._open_site(house, owner.account_id, number)
            known = house.operators.find_operator(owner.id, owner.session_version)
            assert known is not None  # and sees the sites now
            self.prepare(house, known)
        finally:
            house.storage.close()

    def visitor(self, site: int) -> Visitor:
        address = ".".join(str(random.randint(11, 99)) for _ in range(4))
        return Visitor(self.server.url, f"shop{site}", address=address)

    def ask(self, phone: str, site: int = 0) -> tuple[Visitor, str]:
        """Let somebody ask to be called back at ``phone``; return them and the callback's id."""
        visitor = self.visitor(site)
        visitor.hello()
        return visitor, str(visitor.request_callback(phone, self.consent)["id"])

    def left_behind(self) -> str:
        """Return the channels and bridges that are still in the PBX. Of a call that is over the product keeps an empty
        bridge for a while, which tells that it was."""
        channels, bridges = (json.loads(self.pbx.ask(kind)) for kind in ("channels", "bridges"))
        standing = [one for one in bridges if one["channels"] or not one["id"].endswith("-over")]
        return " ".join(one["id"] for one in (*channels, *standing))

    def log(self) -> str:
        """Return what the product wrote to its log."""
        return (self.server.data_dir.parent / f"server-{self.server.port}.log").read_text(errors="replace")

    def _open_site(self, house: House, account_id: str, number: int) -> None:
        draft = SiteDraft(
            f"Окна {number}",
            key=f"shop{number}",
            numbers=NUMBERS,
            hours=ALWAYS,
            origins=("https://shop.example",),
            calling=GENEROUS,
            callback=ONCE,
        )
        site = house.sites.create_site(account_id, draft)
        self.site_ids.append(site.id)
        for seat in range(self.operators):
            name = f"op{number}-{seat}"
            person = OperatorDraft(name, f"{name}@shop.example", PASSWORD, site_ids=frozenset({site.id}))
            operator = house.operators.create_operator(account_id, person)
            device = ("phone", self.mobiles[name]) if name in self.mobiles else ("sip", name)
            with house.storage.begin() as tx:
                people.update_operator(tx, operator.id, device=device[0], device_address=device[1])

    def _wait_for_application(self, seconds: float = 15) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if f'"{self.pbx.app}"' in self.pbx.ask("applications").decode():
                return
            time.sleep(0.05)
        raise AssertionError(f"the product did not reach the PBX:\n{self.log()[-2000:]}")


def spread_numbers(chance: random.Random, count: int) -> Sequence[str]:
    """Return mobile numbers far apart, so that no cap on neighbours is met."""
    found: set[str] = set()
    while len(found) < count:
        found.add(f"+79{chance.choice((10, 11, 12, 13, 14, 15, 16, 17, 18, 19))}{chance.randrange(10**7):07}")
    return sorted(found, key=lambda _: chance.random())
