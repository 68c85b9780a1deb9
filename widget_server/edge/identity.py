"""Who is asking, as the edge knows it, and the doors by which features answer that."""

from dataclasses import dataclass
from typing import Literal, Protocol

Role = Literal["owner", "admin", "marketer", "operator"]


@dataclass(frozen=True)
class SiteIdentity:
    """A site as every request needs it. ``origins`` are scheme://host[:port], lower case; ``*`` means any (demo)."""

    id: str
    key: str
    account_id: str
    language: str
    origins: frozenset[str]

    def allows(self, origin: str | None) -> bool:
        return origin is not None and ("*" in self.origins or origin.lower() in self.origins)


@dataclass(frozen=True)
class VisitorIdentity:
    """An anonymous browser that proved to be the visitor ``visitor_id`` of one site."""

    site_id: str
    visitor_id: str
    language: str


@dataclass(frozen=True)
class OperatorIdentity:
    """A person of an account and the sites they may see; or a program of theirs, which takes nothing on itself."""

    id: str
    account_id: str
    name: str
    email: str
    role: Role
    language: str
    takes_calls: bool
    session_version: int
    site_ids: frozenset[str]
    takes_chats: bool = True
    is_program: bool = False

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()

    @property
    def administers(self) -> bool:
        return self.role in ("owner", "admin")


class SiteGate(Protocol):
    def find_site(self, key: str) -> SiteIdentity | None: ...

    def is_known_origin(self, origin: str) -> bool: ...


class VisitorGate(Protocol):
    def find_visitor(self, site: SiteIdentity, visitor_id: str, secret: str) -> VisitorIdentity | None: ...


class OperatorGate(Protocol):
    def find_operator(self, operator_id: str, session_version: int) -> OperatorIdentity | None: ...
