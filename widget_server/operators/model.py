"""People of an account: what they may be, what they type to get in, who is there."""

import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from widget_server.edge.identity import Role
from widget_server.kernel.errors import BadInput
from widget_server.kernel.untrusted import clean_text
from widget_server.texts import LANGUAGES

DeviceKind = Literal["console", "sip", "phone"]
DEVICES: tuple[DeviceKind, ...] = get_args(DeviceKind)
ROLES: tuple[Role, ...] = get_args(Role)
SEES_ALL: tuple[Role, ...] = ("owner", "admin")
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
EMAIL_FORM = re.compile(r"[^\s@<>\"',;]+@[^\s@<>\"',;.]+(\.[^\s@<>\"',;.]+)+")
# fmt: off
_WORST = frozenset((
    "1234567890", "0123456789", "12345678910", "123456789a", "1234554321", "0987654321", "1q2w3e4r5t", "1qaz2wsx3edc",
    "qwertyuiop", "qwerty12345", "qwerty123456", "qwertyuiop123", "password12", "password123", "password1234",
    "passw0rd123", "administrator", "admin12345", "welcome123", "iloveyou123", "letmein123", "changeme123",
    "йцукенгшщз", "пароль12345", "привет12345",
))
# fmt: on


@dataclass(frozen=True)
class OperatorDraft:
    """A person to be added. ``site_ids`` matter for marketers and operators; owners and admins see all sites."""

    name: str
    email: str
    password: str
    role: Role = "operator"
    language: str = "ru"
    site_ids: frozenset[str] = frozenset()
    takes_calls: bool = True


@dataclass(frozen=True)
class Person:
    """Someone in the list of people."""

    id: str
    account_id: str
    name: str
    email: str
    role: Role
    online: bool
    takes_calls: bool
    takes_chats: bool
    away: bool
    disabled: bool
    site_ids: frozenset[str]
    device: DeviceKind
    device_address: str


@dataclass(frozen=True)
class Online:
    """Who is there for a site: somebody for calls, somebody for chats; the departments with somebody for calls."""

    calls: bool
    chat: bool
    departments: tuple[str, ...] = ()

    def view(self) -> dict[str, Any]:
        """Return it as pages are told (docs/protocol.md, section 3)."""
        return {"calls": self.calls, "chat": self.chat, "departments": list(self.departments)}


@dataclass(frozen=True)
class PresenceChanged:
    """Somebody of these sites came, went, fell idle, or began or stopped to take calls or chats."""

    site_ids: tuple[str, ...]


@dataclass(frozen=True)
class AccessChanged:
    """A person sees other things than before, or their sessions are over: open sockets must prove themselves anew."""

    operator_id: str


def check_draft(draft: OperatorDraft) -> None:
    """Check a new person.

    Raises
    ------
    BadInput
        For the first field that is wrong.
    """
    if not draft.name:
        raise BadInput("field_empty", field="name")
    if len(draft.name) > 80:
        raise BadInput("field_too_long", field="name", most=80)
    if len(draft.email) > 254 or not EMAIL_FORM.fullmatch(draft.email):
        raise BadInput("bad_email", field="email")
    if draft.role not in ROLES:
        raise BadInput("bad_choice", field="role")
    if draft.language not in LANGUAGES:
        raise BadInput("bad_choice", field="language")
    check_password(draft.password, draft.email)


def check_password(password: str, email: str) -> None:
    """Refuse a password that a guesser tries first.

    Raises
    ------
    BadInput
        ``weak_password``, ``field_too_long``.
    """
    if len(password) > LONGEST_PASSWORD:
        raise BadInput("field_too_long", field="password", most=LONGEST_PASSWORD)
    plain = password.lower()
    if len(password) < SHORTEST_PASSWORD or len(set(plain)) < 3 or plain in _WORST or plain == email:
        raise BadInput("weak_password", field="password", least=SHORTEST_PASSWORD)


def read_email(raw: str) -> str:
    return clean_text(raw).lower()
