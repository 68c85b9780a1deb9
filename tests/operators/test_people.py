from dataclasses import replace

import pytest

from tests.seeding import PASSWORD
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.errors import BadInput, Conflict, Forbidden, NotFound, ProductError
from widget_server.operators.model import OperatorDraft
from widget_server.operators.service import OperatorService
from widget_server.sites.draft import SiteDraft
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService

DRAFT = OperatorDraft("Борис", "boris@okna.example", PASSWORD)


def again(operators: OperatorService, who: OperatorIdentity) -> OperatorIdentity:
    found = operators.find_operator(who.id, who.session_version)
    assert found is not None
    return found


def test_first_account_closes_the_wizard(operators: OperatorService) -> None:
    assert operators.is_empty()
    owner = operators.open_account("Окна", replace(DRAFT, role="owner"))
    assert owner.administers
    assert not operators.is_empty()
    with pytest.raises(NotFound):
        operators.open_account("Ещё", replace(DRAFT, email="other@okna.example"))


def test_owner_sees_every_site_of_the_account_members_only_theirs(
    operators: OperatorService, sites: SiteService, owner: OperatorIdentity, anna: OperatorIdentity, shop: Site
) -> None:
    second = sites.create_site(owner.account_id, SiteDraft("Двери"))
    assert again(operators, owner).site_ids == {shop.id, second.id}
    assert again(operators, anna).site_ids == {shop.id}


def test_foreign_sites_cannot_be_given(
    operators: OperatorService, sites: SiteService, stranger: OperatorIdentity, shop: Site
) -> None:
    spy = replace(DRAFT, email="spy@other.example", site_ids=frozenset({shop.id}))
    assert operators.create_operator(stranger.account_id, spy).site_ids == frozenset()
    assert again(operators, stranger).site_ids == frozenset()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": ""}, "field_empty"), ({"name": "a" * 81}, "field_too_long"), ({"email": "anna"}, "bad_email"),
        ({"email": "a@b"}, "bad_email"), ({"email": "a b@c.de"}, "bad_email"),
        ({"email": "a@" + "b." * 200 + "c"}, "bad_email"),
        ({"password": "short"}, "weak_password"), ({"password": "1234567890"}, "weak_password"),
        ({"password": "ababababab"}, "weak_password"), ({"password": "Boris@Okna.example"}, "weak_password"),
        ({"password": "x" * 201}, "field_too_long"), ({"role": "god"}, "bad_choice"),
        ({"language": "de"}, "bad_choice"),
    ],
)  # fmt: skip
def test_bad_person_is_refused(
    operators: OperatorService, owner: OperatorIdentity, change: dict[str, str], code: str
) -> None:
    with pytest.raises(BadInput, match=code):
        operators.create_operator(owner.account_id, replace(DRAFT, **change))  # type: ignore[arg-type]


def test_mail_is_taken_once_over_all_accounts(
    operators: OperatorService, anna: OperatorIdentity, stranger: OperatorIdentity
) -> None:
    with pytest.raises(Conflict, match="email_taken"):
        operators.create_operator(stranger.account_id, replace(DRAFT, email=anna.email))


def test_other_role_and_sites_count_at_once(
    operators: OperatorService, owner: OperatorIdentity, anna: OperatorIdentity, shop: Site, ended: list[str]
) -> None:
    operators.change_person(owner, anna.id, "marketer", [])
    now = again(operators, anna)
    assert (now.role, now.site_ids) == ("marketer", frozenset())
    operators.change_person(owner, anna.id, "admin", [])
    assert again(operators, anna).site_ids == {shop.id}
    assert ended == [anna.id, anna.id]


def test_last_owner_stays(operators: OperatorService, owner: OperatorIdentity) -> None:
    with pytest.raises(Conflict, match="last_owner"):
        operators.change_person(owner, owner.id, "admin", [])
    with pytest.raises(Conflict, match="not_yourself"):
        operators.set_disabled(owner, owner.id, True)


def test_admin_does_not_touch_owners(operators: OperatorService, owner: OperatorIdentity) -> None:
    admin = operators.create_operator(owner.account_id, replace(DRAFT, role="admin"))
    with pytest.raises(Forbidden):
        operators.set_disabled(admin, owner.id, True)
    with pytest.raises(Forbidden):
        operators.change_person(admin, admin.id, "owner", [])


@pytest.mark.parametrize("who", ["anna", "stranger"])
def test_others_cannot_change_people(
    operators: OperatorService, owner: OperatorIdentity, request: pytest.FixtureRequest, who: str
) -> None:
    by: OperatorIdentity = request.getfixturevalue(who)
    for act in (
        lambda: operators.reset_password(by, owner.id),
        lambda: operators.set_disabled(by, owner.id, True),
        lambda: operators.change_person(by, owner.id, "operator", []),
    ):
        with pytest.raises(ProductError, match="not_found"):
            act()


def test_disabled_is_out_until_enabled(
    operators: OperatorService, owner: OperatorIdentity, anna: OperatorIdentity, ended: list[str]
) -> None:
    operators.set_disabled(owner, anna.id, True)
    assert operators.find_operator(anna.id, anna.session_version) is None
    assert operators.find_operator(anna.id, anna.session_version + 1) is None
    with pytest.raises(ProductError, match="wrong_login"):
        operators.log_in(anna.email, PASSWORD, "10.0.0.1")
    operators.set_disabled(owner, anna.id, False)
    assert operators.log_in(anna.email, PASSWORD, "10.0.0.1").id == anna.id
    assert ended[0] == anna.id


def test_people_are_listed_by_account(
    operators: OperatorService, owner: OperatorIdentity, anna: OperatorIdentity, stranger: OperatorIdentity
) -> None:
    assert [person.name for person in operators.list_people(owner)] == ["Анна", "Ольга Орлова"]
    assert [person.name for person in operators.list_people(stranger)] == ["Ева"]
