"""Orders as the metric of an experiment: once per exposed visitor, taken back by a refund."""

from datetime import timedelta

from tests.cast import IPHONE, OTHER_ID, VISITOR_ID
from tests.funnel.conftest import PHONE, Funnel
from widget_server.funnel.model import Lead
from widget_server.funnel.service import LeadDraft
from widget_server.kernel.ids import new_id
from widget_server.sites.analytics import Analytics


def known_lead(funnel: Funnel, visitor_id: str = VISITOR_ID, phone: str = PHONE) -> Lead:
    funnel.callback(phone, visitor_id)
    return next(lead for lead in funnel.leads() if phone in funnel.keys(lead)["phone"])


def test_a_paid_order_counts_once_for_the_variant_that_was_seen(funnel: Funnel) -> None:
    experiment = funnel.start_test()
    funnel.expose(experiment, "b")
    lead = known_lead(funnel)
    for number in ("A-1", "A-2"):
        funnel.sell(lead, number=number)
    assert funnel.counts(experiment) == [(0, 0), (1, 1)]


def test_an_order_that_is_not_paid_does_not_count(funnel: Funnel) -> None:
    experiment = funnel.start_test()
    funnel.expose(experiment, "b")
    funnel.sell(known_lead(funnel), state="waiting")
    assert funnel.counts(experiment) == [(0, 0), (1, 0)]


def test_a_refund_takes_it_back_and_another_payment_gives_it_again(funnel: Funnel) -> None:
    experiment = funnel.start_test()
    funnel.expose(experiment, "a")
    order = funnel.sell(known_lead(funnel))
    for state, converted in (("refunded", 0), ("paid", 1)):
        funnel.clock.forward(minutes=1)
        funnel.house.funnel.orders.change(funnel.cast.anna, order.id, state)  # type: ignore[arg-type]  # one of two
        assert funnel.counts(experiment) == [(1, converted), (0, 0)]


def test_a_refund_after_the_end_changes_no_result(funnel: Funnel) -> None:
    experiment = funnel.start_test()
    funnel.expose(experiment, "a")
    order = funnel.sell(known_lead(funnel))
    funnel.clock.forward(days=15)
    funnel.house.funnel.orders.change(funnel.cast.anna, order.id, "refunded")
    assert funnel.counts(experiment) == [(1, 1), (0, 0)]


def test_an_order_of_before_the_sight_of_the_variant_does_not_count(funnel: Funnel) -> None:
    experiment = funnel.start_test()
    lead = known_lead(funnel)
    funnel.expose(experiment, "a")
    funnel.sell(lead, ordered_at=funnel.clock.at - timedelta(days=1))
    assert funnel.counts(experiment) == [(1, 0), (0, 0)]


def test_a_person_seen_in_two_browsers_counts_where_each_saw_it(funnel: Funnel) -> None:
    experiment = funnel.start_test()
    funnel.expose(experiment, "a")
    funnel.expose(experiment, "b", OTHER_ID)
    lead = known_lead(funnel)
    funnel.house.funnel.leads.take_lead(funnel.site_id, LeadDraft(PHONE), "form", visitor_id=OTHER_ID)
    funnel.sell(lead)
    assert funnel.counts(experiment) == [(1, 1), (1, 1)]


def test_orders_of_callers_count_for_the_variant_whose_number_they_dialled(funnel: Funnel) -> None:
    first, second = funnel.switch.own("variant", "+74951110001", "+74951110002")
    experiment = funnel.switch.test_numbers(first.id, second.id, metric="order")
    funnel.clock.forward(minutes=1)
    funnel.expose(experiment, "b", OTHER_ID)
    funnel.switch.seat()
    funnel.switch.talk("+74951110002", PHONE)
    order = funnel.sell(funnel.lead())
    assert funnel.counts(experiment) == [(0, 0), (1, 1)]
    funnel.house.funnel.orders.change(funnel.cast.anna, order.id, "refunded")
    assert funnel.counts(experiment) == [(0, 0), (1, 0)]


def test_the_report_names_orders(funnel: Funnel) -> None:
    experiment = funnel.start_test("tap")
    funnel.expose(experiment, "a")
    funnel.sell(known_lead(funnel))
    funnel.clock.forward(minutes=1)
    report = funnel.house.trials.report(funnel.house.trials.access_experiment(funnel.owner, experiment.id))
    assert report.lines[0].others["order"] == 1


def test_an_order_of_somebody_who_came_by_an_advertisement_stands_in_its_file(funnel: Funnel) -> None:
    house, site = funnel.house, funnel.house.sites.find_site("demo")
    assert site is not None
    house.sites.update_site(site.id, {"analytics": Analytics(clicks="on")})
    click = {"id": new_id(), "type": "click", "clicks": {"gclid": "Cj0KCQiA_test"}}
    house.beacon.take(site, {"visitor": VISITOR_ID, "events": [click]}, IPHONE)
    funnel.sell(known_lead(funnel))
    funnel.clock.forward(minutes=1)
    callback, order = house.conversions.clicks.conversions(site.id, 7)
    assert callback.metric == "callback"
    assert (order.gclid, order.metric, order.price, order.currency) == ("Cj0KCQiA_test", "order", "12500.50", "RUB")
