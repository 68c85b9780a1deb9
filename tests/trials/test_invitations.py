"""An invitation as what an experiment changes."""

from dataclasses import replace

import pytest

from tests.trials.conftest import DRAFT, Lab
from widget_server.kernel.errors import BadInput
from widget_server.sites.invitations import Invitations, Rule
from widget_server.trials.model import NO_INVITATION, Variant

HELP = Rule("help", "Помощь", {"ru": "Помочь?"}, seconds=20)
CART = Rule("cart", "Корзина", {"ru": "Оформим?"}, is_on=False, element=".cart")


def arms(a: dict[str, object], b: dict[str, object]) -> tuple[Variant, Variant]:
    return Variant("a", "Сейчас", 0.5, a), Variant("b", "Иначе", 0.5, b)


@pytest.fixture
def invited(lab: Lab) -> Lab:
    lab.sites.update_site(lab.site.id, {"invitations": Invitations((HELP, CART))})
    return lab


@pytest.mark.parametrize(("chosen", "shown"), [(NO_INVITATION, []), ("cart", [CART.view()]), ("help", [HELP.view()])])
def test_what_a_variant_says_first_is_written_out_at_the_start(
    invited: Lab, chosen: str, shown: list[dict[str, object]]
) -> None:
    if chosen == "help":  # a third rule makes today differ from one alone
        other = replace(HELP, id="other")
        invited.sites.update_site(invited.site.id, {"invitations": Invitations((HELP, other))})
    invited.start(levers=("invitation",), variants=arms({}, {"invitation": chosen}))
    invited.sites.update_site(invited.site.id, {"invitations": Invitations()})
    (running,) = invited.trials.running(invited.site.id)
    today, other_arm = (variant["settings"]["invitation"] for variant in running["variants"])
    assert today[0] == HELP.view()
    assert other_arm == shown


@pytest.mark.parametrize(
    ("levers", "expected"), [(("invitation",), "invitation"), (("cta",), None), (("cta", "invitation"), None)]
)
def test_an_invitation_alone_exposes_when_it_is_due(
    invited: Lab, levers: tuple[str, ...], expected: str | None
) -> None:
    settings = {**DRAFT.variants[1].settings, "invitation": NO_INVITATION}
    chosen = {lever: settings[lever] for lever in levers}
    invited.start(levers=levers, variants=arms({}, chosen))
    assert invited.trials.running(invited.site.id)[0]["exposure"] == expected


@pytest.mark.parametrize(("b", "code"), [({"invitation": "gone"}, "no_such_invitation"), ({}, "same_variants")])
def test_a_variant_that_says_nothing_of_its_own_does_not_start(invited: Lab, b: dict[str, object], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        invited.start(levers=("invitation",), variants=arms({}, b))
    assert refused.value.code == code
