import pytest

from widget_server.kernel.errors import BadInput
from widget_server.sites.origins import read_domains, show_domains


@pytest.mark.parametrize(
    ("raw", "origins"),
    [
        ("example.com", ("https://example.com", "https://www.example.com")),
        ("www.example.com", ("https://example.com", "https://www.example.com")),
        ("HTTP://Example.com/shop?a=1", ("https://example.com", "https://www.example.com")),
        ("example.com:8443", ("https://example.com:8443", "https://www.example.com:8443")),
        ("localhost:8123", ("http://localhost:8123",)),
        ("127.0.0.1", ("http://127.0.0.1",)),
        ("10.0.0.5", ("https://10.0.0.5",)),
        ("окна.рф", ("https://xn--80atjc.xn--p1ai", "https://www.xn--80atjc.xn--p1ai")),
        ("a.ru, a.ru\nb.ru;", ("https://a.ru", "https://www.a.ru", "https://b.ru", "https://www.b.ru")),
    ],
)
def test_domains_become_origins(raw: str, origins: tuple[str, ...]) -> None:
    assert read_domains(raw) == origins
    assert read_domains(" ".join(show_domains(origins))) == origins


def test_domains_are_shown_as_they_were_typed() -> None:
    assert show_domains(read_domains("окна.рф shop.example.com localhost:5000")) == [
        "окна.рф", "shop.example.com", "localhost:5000",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    ["*", "*.a.ru", "shop", "a_b.ru", "http://", "ftp://a.ru", "a.ru:99999", "a.ru:x", "[::1]", "[::1", "me@a.ru",
     "1.2.3", "999.1.1.1", "x" * 70 + ".ru", "..", "a..ru", "-a.ru",
     "javascript:alert(1)", "a.ru\x00", "<b>.ru", "null"],
)  # fmt: skip
def test_what_is_no_domain(raw: str) -> None:
    with pytest.raises(BadInput, match="bad_domain"):
        read_domains(raw)


def test_none_and_too_many_are_refused() -> None:
    with pytest.raises(BadInput, match="field_empty"):
        read_domains(" , ")
    with pytest.raises(BadInput, match="too_many_domains"):
        read_domains(" ".join(f"a{n}.ru" for n in range(51)))


def test_any_page_only_where_allowed() -> None:
    assert read_domains("*", any_page=True) == ("*",)
