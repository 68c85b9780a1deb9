"""People: adding them, letting them in, changing what they may."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy.exc import IntegrityError

from widget_server.audit.model import Act
from widget_server.audit.store import note
from widget_server.edge.identity import OperatorIdentity, Role
from widget_server.edge.limits import Limits
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, Conflict, Forbidden, NotFound, Unauthorized
from widget_server.kernel.ids import new_id
from widget_server.kernel.untrusted import clean_text
from widget_server.operators import store
from widget_server.operators.model import (
    ROLES,
    AccessChanged,
    OperatorDraft,
    Person,
    PresenceChanged,
    check_draft,
    check_password,
    read_email,
)
from widget_server.operators.passwords import Passwords, make_password
from widget_server.operators.presence import Presence
from widget_server.operators.store import ENABLED, operators
from widget_server.settings import Settings
from widget_server.sites.store import insert_account
from widget_server.storage import Storage, Tx
from widget_server.texts import LANGUAGES


class OperatorService(Presence):
    """The use cases of people; also the edge's ``OperatorGate``."""

    def __init__(
        self, storage: Storage, clock: Clock, hasher: PasswordHasher, limits: Limits, settings: Settings
    ) -> None:
        super().__init__(storage, clock, settings)
        self._limits = limits
        self._passwords = Passwords(hasher)

    def is_empty(self) -> bool:
        """Tell whether nobody has been added yet: then the first-run wizard is open."""
        with self._storage.read() as tx:
            return store.count_operators(tx) == 0

    def open_account(self, account_name: str, draft: OperatorDraft, *, first: bool = True) -> OperatorIdentity:
        """Create an account and its owner together.

        Raises
        ------
        NotFound
            If ``first`` and somebody is there already.
        """
        name = clean_text(account_name)
        if not name:
            raise BadInput("field_empty", field="account")
        if len(name) > 80:
            raise BadInput("field_too_long", field="account", most=80)
        with _emails_unique(), self._storage.begin() as tx:
            if first and store.count_operators(tx):
                raise NotFound("not_found")
            return self._add(tx, insert_account(tx, name, self._clock.now()), draft)

    def create_operator(self, account_id: str, draft: OperatorDraft) -> OperatorIdentity:
        """Add a person to an account.

        Raises
        ------
        BadInput
            ``bad_email``, ``weak_password``, ``bad_choice``, ``field_empty``, ``field_too_long``, with the field.
        Conflict
            ``email_taken``.
        """
        with _emails_unique(), self._storage.begin() as tx:
            return self._add(tx, account_id, draft)

    def create_operator_by(self, by: OperatorIdentity, draft: OperatorDraft) -> OperatorIdentity:
        """Add a person to the account of ``by``; owners are added by owners only."""
        _check_may_give(by, draft.role)
        with _emails_unique(), self._storage.begin() as tx:
            added = self._add(tx, by.account_id, draft)
            self._note(tx, "person_added", by, added)
            return added

    def log_in(self, email: str, password: str, address: str) -> OperatorIdentity:
        """Return the person whose mail and password these are.

        Raises
        ------
        Unauthorized
            ``wrong_login``, whichever of the two is wrong.
        TooMany
            For too many tries from one address or for one mail.
        """
        mail = read_email(email)[:254]
        self._limits.check(self._settings.limit_logins_per_address, "login-address", address)
        self._limits.check(self._settings.limit_logins_per_account, "login-account", mail)
        with self._storage.read() as tx:
            row = store.find_row(tx, operators.c.email == mail, ENABLED)
        if not self._passwords.match(row.password_hash if row else None, password) or row is None:
            raise Unauthorized("wrong_login", field="email")
        fresh = self._passwords.hash(password) if self._passwords.is_outdated(row.password_hash) else None
        with self._storage.begin() as tx:
            if fresh is not None:
                store.update_operator(tx, row.id, password_hash=fresh)
            who = store.find_identities(tx, operators.c.id == row.id)[0]
            note(tx, "logged_in", who, self._clock.now(), subject=who.id, address=address)
        return who

    def find_operator(self, operator_id: str, session_version: int) -> OperatorIdentity | None:
        """Return the person behind a session that is still good."""
        with self._storage.read() as tx:
            session = operators.c.id == operator_id, operators.c.session_version == session_version
            return next(iter(store.find_identities(tx, *session, ENABLED)), None)

    def is_current(self, known: OperatorIdentity) -> bool:
        """Tell whether a session that was good when it began still is, and sees the same sites."""
        now = self.find_operator(known.id, known.session_version)
        return now is not None and now.site_ids == known.site_ids

    def set_language(self, operator: OperatorIdentity, language: str) -> None:
        if language not in LANGUAGES:
            raise BadInput("bad_choice", field="language")
        with self._storage.begin() as tx:
            store.update_operator(tx, operator.id, language=language)

    def change_password(self, operator: OperatorIdentity, old: str, new: str) -> OperatorIdentity:
        """Set a new password; all sessions but the one that is started with the answer end.

        Raises
        ------
        BadInput
            ``wrong_password`` or ``weak_password``.
        """
        self._limits.check(self._settings.limit_logins_per_account, "login-account", operator.email)
        check_password(new, operator.email)
        with self._storage.read() as tx:
            row = store.find_row(tx, operators.c.id == operator.id, ENABLED)
        if row is None or not self._passwords.match(row.password_hash, old):
            raise BadInput("wrong_password", field="old")
        self._end_sessions(operator.id, password_hash=self._passwords.hash(new))
        return self._identity(operator.id)

    def reset_password(self, by: OperatorIdentity, operator_id: str) -> str:
        """Give somebody a new password and return it, this once."""
        person, password = self.access_operator(by, operator_id), make_password()
        self._end_sessions(
            operator_id, noted=("password_reset", by, person), password_hash=self._passwords.hash(password)
        )
        return password

    def change_person(self, by: OperatorIdentity, operator_id: str, role: Role, site_ids: Collection[str]) -> None:
        """Give somebody another role and other sites.

        Raises
        ------
        Conflict
            ``last_owner``: an account keeps at least one.
        """
        person = self.access_operator(by, operator_id)
        _check_may_give(by, role)
        with self._storage.begin() as tx:
            if person.role == "owner" and role != "owner" and store.count_owners(tx, person.account_id) == 1:
                raise Conflict("last_owner", field="role")
            before = store.sites_seen(tx, operator_id)
            store.update_operator(tx, operator_id, role=role)
            store.set_members(tx, operator_id, person.account_id, site_ids)
            after = store.sites_seen(tx, operator_id)
            self._note(tx, "person_changed", by, person, role=role)
            tx.record(AccessChanged(operator_id))
            tx.record(PresenceChanged(tuple(sorted({*before, *after}))))

    def set_disabled(self, by: OperatorIdentity, operator_id: str, disabled: bool) -> None:
        """Shut somebody out, or let them back in.

        Raises
        ------
        Conflict
            ``not_yourself``.
        """
        person = self.access_operator(by, operator_id)
        if operator_id == by.id:
            raise Conflict("not_yourself")
        act: Act = "person_disabled" if disabled else "person_enabled"
        at = self._clock.now() if disabled else None
        self._end_sessions(operator_id, noted=(act, by, person), disabled_at=at, online_until=None)

    def access_operator(self, by: OperatorIdentity, operator_id: str) -> Person:
        """Return a person whom ``by`` may change: of their account; owners only by owners."""
        with self._storage.read() as tx:
            own = operators.c.id == operator_id, operators.c.account_id == by.account_id
            found = store.find_people(tx, self._clock.now(), *own)
        if not found or not by.administers:
            raise NotFound("not_found")
        _check_may_give(by, found[0].role)
        return found[0]

    def list_people(self, by: OperatorIdentity) -> list[Person]:
        with self._storage.read() as tx:
            return store.find_people(tx, self._clock.now(), operators.c.account_id == by.account_id)

    def log_out(self, operator_id: str) -> None:
        """End somebody's sessions everywhere: a copy of the cookie is worth nothing afterwards."""
        self._end_sessions(operator_id, online_until=None)

    def _add(self, tx: Tx, account_id: str, draft: OperatorDraft) -> OperatorIdentity:
        check_draft(draft)
        row = {
            "id": new_id(),
            "account_id": account_id,
            "email": draft.email,
            "name": draft.name,
            "password_hash": self._passwords.hash(draft.password),
            "role": draft.role,
            "language": draft.language,
            "takes_calls": draft.takes_calls,
            "session_version": 1,
            "created_at": self._clock.now(),
        }
        store.insert_operator(tx, row, draft.site_ids)
        return store.find_identities(tx, operators.c.id == row["id"])[0]

    def _note(
        self, tx: Tx, act: Act, by: OperatorIdentity, whom: Person | OperatorIdentity, role: Role | None = None
    ) -> None:
        note(tx, act, by, self._clock.now(), subject=whom.id, name=whom.name, role=role or whom.role)

    def _end_sessions(
        self, operator_id: str, *, noted: tuple[Act, OperatorIdentity, Person] | None = None, **values: Any
    ) -> None:
        with self._storage.begin() as tx:
            if noted is not None:
                self._note(tx, *noted)
            if "online_until" in values:
                values["gone_at"] = self._clock.now()
            store.update_operator(tx, operator_id, session_version=operators.c.session_version + 1, **values)
            tx.record(AccessChanged(operator_id))
            if "online_until" in values:
                tx.record(PresenceChanged(store.sites_seen(tx, operator_id)))

    def _identity(self, operator_id: str) -> OperatorIdentity:
        with self._storage.read() as tx:
            return store.find_identities(tx, operators.c.id == operator_id)[0]


def _check_may_give(by: OperatorIdentity, role: Role) -> None:
    if role not in ROLES:
        raise BadInput("bad_choice", field="role")
    if role == "owner" and by.role != "owner":
        raise Forbidden("not_your_role")


@contextmanager
def _emails_unique() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise Conflict("email_taken", field="email") from None
