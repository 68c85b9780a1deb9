"""Where an operator's calls ring: in the console, on a SIP phone, on a telephone of their own."""

import re

from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.errors import BadInput
from widget_server.kernel.untrusted import clean_text
from widget_server.operators import store
from widget_server.operators.model import DEVICES, DeviceKind, Person, PresenceChanged
from widget_server.operators.service import OperatorService
from widget_server.operators.store import operators
from widget_server.sites.calling import Verdict, judge
from widget_server.sites.model import Site
from widget_server.sites.phone import phone_format, phone_text
from widget_server.sites.service import SiteService
from widget_server.storage import Storage

LONGEST_NAME = 64
COUNTRY = "RU"  # of the example in an error, for who has no site yet


class DeviceService:
    """Everybody sets their own device; who administers sets those of others."""

    def __init__(self, storage: Storage, people: OperatorService, sites: SiteService) -> None:
        self._storage, self._people, self._sites = storage, people, sites

    def set_own(self, operator: OperatorIdentity, kind: str, address: str) -> None:
        """Let one's own calls ring there.

        Raises
        ------
        BadInput
            ``bad_choice``, ``bad_sip_name``, ``phone_needed``, ``bad_phone``, ``phone_not_allowed``.
        """
        self._set(operator.id, kind, address, self._sites.sites_of(operator))

    def set_for(self, by: OperatorIdentity, operator_id: str, kind: str, address: str) -> None:
        """Let somebody's calls ring there; raises what ``set_own`` does."""
        person = self._people.access_operator(by, operator_id)
        self._set(person.id, kind, address, self._sites.sites_of(by))

    def own(self, operator: OperatorIdentity) -> tuple[DeviceKind, str]:
        """Return one's own device as its form shows it."""
        with self._storage.read() as tx:
            row = store.find_row(tx, operators.c.id == operator.id)
        assert row is not None
        return row.device, shown_address(row.device, row.device_address)

    def _set(self, operator_id: str, kind: str, address: str, sites: list[Site]) -> None:
        device, checked = read_device(kind, address, sites)
        with self._storage.begin() as tx:
            store.update_operator(tx, operator_id, device=device, device_address=checked)
            tx.record(PresenceChanged(store.sites_seen(tx, operator_id)))


def read_device(kind: str, address: str, sites: list[Site]) -> tuple[DeviceKind, str]:
    """Check what was typed; a telephone must be a number that one of the sites may dial."""
    device = next((one for one in DEVICES if one == kind), None)
    typed = clean_text(address)
    if device is None:
        raise BadInput("bad_choice", field="device")
    if device == "sip" and not re.fullmatch(rf"[A-Za-z0-9._-]{{1,{LONGEST_NAME}}}", typed):
        raise BadInput("bad_sip_name", field="device_address", most=LONGEST_NAME)
    if device == "phone":
        return device, _number(typed, sites)
    return device, typed if device == "sip" else ""


def shown_address(kind: DeviceKind, address: str) -> str:
    return phone_text(address, "") if kind == "phone" else address


def device_of(person: Person) -> tuple[DeviceKind, str]:
    return person.device, shown_address(person.device, person.device_address)


def _number(typed: str, sites: list[Site]) -> str:
    if not typed:
        raise BadInput("phone_needed", field="device_address")
    verdicts = [judge(typed, site.country, site.calling.policy_for(site.country)) for site in sites]
    good = next((one.phone for one in verdicts if one.allowed), None)
    if good is None:
        example = phone_format(sites[0].country if sites else COUNTRY)["example"]
        raise BadInput(_why(verdicts), field="device_address", example=example)
    return good.e164


def _why(verdicts: list[Verdict]) -> str:
    return "phone_not_allowed" if any(one.phone is not None for one in verdicts) else "bad_phone"
