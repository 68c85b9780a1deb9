"""Where a visitor came from. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit


def source_word(source: Mapping[str, Any]) -> str:
    """Return where a person came from in one word: the campaign's source, else the host that sent them.

    >>> source_word({"utm": {"source": "Yandex", "medium": "cpc"}}), source_word({"referrer": "https://www.ya.ru/s"})
    ('yandex / cpc', 'ya.ru')
    >>> source_word({"referrer": "http://[", "utm": None})
    ''
    """
    utm = source.get("utm") or {}
    words = [str(utm[name]).strip().lower() for name in ("source", "medium") if utm.get(name)]
    if words:
        return " / ".join(words)[:120]
    try:
        return (urlsplit(str(source.get("referrer") or "")).hostname or "").removeprefix("www.")[:120]
    except ValueError:
        return ""
