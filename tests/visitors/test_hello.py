import pytest

from tests.cast import OTHER_SECRET, SECRET, VISITOR_ID, FakeClock, site_identity
from widget_server.kernel.errors import Unauthorized
from widget_server.storage import Storage
from widget_server.visitors.model import read_context
from widget_server.visitors.service import VisitorService


@pytest.fixture
def visitors(storage: Storage, clock: FakeClock) -> VisitorService:
    return VisitorService(storage, clock, lambda site_id, visitor_id: False)


def test_nobody_is_known_before_hello(visitors: VisitorService) -> None:
    assert visitors.find_visitor(site_identity(), VISITOR_ID, SECRET) is None


def test_hello_may_be_said_again(visitors: VisitorService) -> None:
    for page in ("https://shop.example/", "https://shop.example/price"):
        visitors.hello(site_identity(), VISITOR_ID, SECRET, {"page": page, "language": "en"})
    known = visitors.find_visitor(site_identity(), VISITOR_ID, SECRET)
    assert known is not None
    assert known.language == "en"
    assert visitors.find_profile("site-shop", VISITOR_ID)["page"] == "https://shop.example/price"


def test_knowing_the_id_opens_nothing(visitors: VisitorService) -> None:
    visitors.hello(site_identity(), VISITOR_ID, SECRET, {})
    with pytest.raises(Unauthorized):
        visitors.hello(site_identity(), VISITOR_ID, OTHER_SECRET, {})
    assert visitors.find_visitor(site_identity(), VISITOR_ID, OTHER_SECRET) is None


def test_a_visitor_of_one_site_is_nobody_on_another(visitors: VisitorService) -> None:
    visitors.hello(site_identity(), VISITOR_ID, SECRET, {})
    assert visitors.find_visitor(site_identity("other"), VISITOR_ID, SECRET) is None


def test_the_profile_never_shows_the_id(visitors: VisitorService) -> None:
    visitors.hello(site_identity(), VISITOR_ID, SECRET, {})
    assert VISITOR_ID not in str(visitors.find_profile("site-shop", VISITOR_ID))


@pytest.mark.parametrize(
    "raw", [None, 7, [], "x", {"utm": 3}, {"page": {}}, {"utm": {"source": ["x"]}}, {"page": "\ud800"}]
)
def test_no_context_can_break_a_request(raw: object) -> None:
    assert read_context(raw).as_dict()["device"] is None


def test_context_is_cut_to_length() -> None:
    assert len(read_context({"title": "x" * 9999}).title or "") == 200
