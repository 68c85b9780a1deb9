"""How values on the command line are read."""

import argparse

from experiments.table import KNOWN


def fraction(text: str) -> float:
    """Read a fraction, also in percent.

    Examples
    --------
    >>> fraction("2%"), fraction("0.02")
    (0.02, 0.02)
    """
    try:
        return float(text.rstrip("% ")) / 100 if text.rstrip().endswith("%") else float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a number such as 0.02 or 2%, found {text!r}") from None


def probability(text: str) -> float:
    """Read a fraction between 0 and 1, both excluded."""
    value = fraction(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"expected a number between 0 and 1, found {text!r}")
    return value


def positive(text: str) -> float:
    """Read a fraction above 0."""
    value = fraction(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number above 0, found {text!r}")
    return value


def whole(text: str) -> int:
    """Read a whole number above 0."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, found {text!r}")
    return int(text)


def columns(text: str) -> dict[str, str]:
    """Read a mapping of columns.

    Examples
    --------
    >>> columns("exposed=impressions,converted=clicks")
    {'exposed': 'impressions', 'converted': 'clicks'}
    """
    pairs = [part.partition("=") for part in text.split(",")]
    if not all(role.strip() in KNOWN and title for role, _, title in pairs):
        raise argparse.ArgumentTypeError(f"expected ROLE=NAME[,...] with {', '.join(KNOWN)}, found {text!r}")
    return {role.strip(): title.strip() for role, _, title in pairs}


def listed(text: str) -> list[str]:
    """Read names: ``device,weekday``."""
    return [part.strip() for part in text.split(",") if part.strip()]


def shares(text: str) -> dict[str, float]:
    """Read planned shares by name.

    Examples
    --------
    >>> shares("A=0.9,B=0.1")
    {'A': 0.9, 'B': 0.1}
    """
    pairs = [part.partition("=") for part in text.split(",")]
    if not all(name.strip() and value for name, _, value in pairs):
        raise argparse.ArgumentTypeError(f"expected VARIANT=SHARE[,...], found {text!r}")
    return {name.strip(): positive(value) for name, _, value in pairs}


def weights(text: str) -> tuple[float, ...]:
    """Read planned shares: ``0.5,0.5`` or ``50%,50%``."""
    return tuple(positive(part) for part in text.split(","))


def beta(text: str) -> tuple[float, float]:
    """Read a prior: ``2,98``."""
    parts = [positive(part) for part in text.split(",")]
    if len(parts) != 2:
        raise argparse.ArgumentTypeError(f"expected CONVERTED,OTHER such as 2,98, found {text!r}")
    return parts[0], parts[1]
