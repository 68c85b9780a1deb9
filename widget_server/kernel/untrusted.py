"""Text from outside, made harmless for every store and reader behind it."""


def clean_text(value: str) -> str:
    """Drop NUL, lone surrogates and outer white space.

    >>> clean_text(" a\\x00b ")
    'ab'
    """
    return value.replace("\x00", "").encode("utf-8", "ignore").decode().strip()


def cut_text(value: object, most: int) -> str | None:
    """Return optional text cut to ``most`` characters, None for anything else: for context that nobody typed."""
    return clean_text(value)[:most] or None if isinstance(value, str) else None
