import pytest
from argon2 import PasswordHasher

from tests.cast import FakeClock
from tests.seeding import CHEAP, PASSWORD
from widget_server.edge.identity import OperatorIdentity
from widget_server.edge.limits import Limits
from widget_server.kernel.errors import BadInput, TooMany, Unauthorized
from widget_server.operators.passwords import Passwords, make_password
from widget_server.operators.service import OperatorService
from widget_server.operators.store import find_row
from widget_server.operators.store import operators as table
from widget_server.settings import Settings
from widget_server.storage import Storage

HERE = "10.0.0.1"


def kept_hash(storage: Storage, who: OperatorIdentity) -> str:
    with storage.read() as tx:
        row = find_row(tx, table.c.id == who.id)
    assert row is not None
    return str(row.password_hash)


def test_right_password_lets_in(operators: OperatorService, anna: OperatorIdentity) -> None:
    assert operators.log_in(" Anna@OKNA.example ", PASSWORD, HERE) == anna


@pytest.mark.parametrize(
    ("email", "password"),
    [("anna@okna.example", "wrong password"), ("nobody@okna.example", PASSWORD), ("", ""), ("x" * 9999, "y" * 9999),
     ("anna@okna.example", PASSWORD + " "), ("anna@okna.example\x00", "\x00"), ("anna@okna.example' --", PASSWORD)],
)  # fmt: skip
def test_wrong_login_says_one_thing(
    operators: OperatorService, anna: OperatorIdentity, email: str, password: str
) -> None:
    with pytest.raises(Unauthorized, match="wrong_login"):
        operators.log_in(email, password, HERE)


def test_unknown_mail_costs_a_hash_too() -> None:
    checked: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            checked.append(str(hash))
            return super().verify(hash, password)  # type: ignore[return-value]

    passwords = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    assert not passwords.match(None, PASSWORD)
    assert checked[0].startswith("$argon2id$")


def test_guessing_one_mail_ends_whatever_the_address(operators: OperatorService, anna: OperatorIdentity) -> None:
    for n in range(5):
        with pytest.raises(Unauthorized):
            operators.log_in(anna.email, f"guess number {n}", f"10.0.0.{n}")
    with pytest.raises(TooMany):
        operators.log_in(anna.email.upper(), PASSWORD, "10.0.9.9")


def test_guessing_many_mails_from_one_address_ends(
    storage: Storage, clock: FakeClock, settings: Settings, anna: OperatorIdentity
) -> None:
    limits = Limits()
    service = OperatorService(storage, clock, CHEAP, limits, settings)
    for _ in range(100):
        limits.check(settings.limit_logins_per_address, "login-address", HERE)
    with pytest.raises(TooMany):
        service.log_in(anna.email, PASSWORD, HERE)


def test_hash_is_renewed_when_parameters_grow(
    storage: Storage, clock: FakeClock, settings: Settings, anna: OperatorIdentity
) -> None:
    before = kept_hash(storage, anna)
    stronger = OperatorService(
        storage, clock, PasswordHasher(time_cost=2, memory_cost=16, parallelism=1), Limits(), settings
    )
    stronger.log_in(anna.email, PASSWORD, HERE)
    after = kept_hash(storage, anna)
    assert "m=8,t=1" in before
    assert "m=16,t=2" in after
    assert stronger.log_in(anna.email, PASSWORD, HERE).id == anna.id


def test_new_password_ends_other_sessions(operators: OperatorService, anna: OperatorIdentity, ended: list[str]) -> None:
    fresh = operators.change_password(anna, PASSWORD, "another fine phrase")
    assert operators.find_operator(anna.id, anna.session_version) is None
    assert operators.find_operator(fresh.id, fresh.session_version) == fresh
    assert ended == [anna.id]
    assert operators.log_in(anna.email, "another fine phrase", HERE) == fresh


@pytest.mark.parametrize(
    ("old", "new", "code"), [("wrong", "another fine phrase", "wrong_password"), (PASSWORD, "short", "weak_password")]
)
def test_password_stays_when_refused(
    operators: OperatorService, anna: OperatorIdentity, old: str, new: str, code: str
) -> None:
    with pytest.raises(BadInput, match=code):
        operators.change_password(anna, old, new)
    assert operators.log_in(anna.email, PASSWORD, HERE) == anna


def test_owner_gives_a_new_password_once(
    operators: OperatorService, owner: OperatorIdentity, anna: OperatorIdentity
) -> None:
    password = operators.reset_password(owner, anna.id)
    assert operators.find_operator(anna.id, anna.session_version) is None
    assert operators.log_in(anna.email, password, HERE).id == anna.id


def test_made_passwords_differ_and_pass_the_rule() -> None:
    made = {make_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(password) == 19 for password in made)


def test_session_of_nobody_is_nobody(operators: OperatorService, anna: OperatorIdentity) -> None:
    assert operators.find_operator("", 0) is None
    assert operators.find_operator(anna.id, 0) is None
