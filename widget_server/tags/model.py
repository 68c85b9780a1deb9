"""Short words that an account puts on conversations. Pure."""

from dataclasses import dataclass
from typing import Any

from widget_server.kernel.errors import BadInput
from widget_server.kernel.untrusted import clean_text

COLOURS = 6
LONGEST = 24
MOST_OF_ACCOUNT = 100
MOST_OF_CONVERSATION = 10


@dataclass(frozen=True)
class Tag:
    """``colour``: which of the six of the charts. ``folded``: how its name is compared."""

    id: str
    account_id: str
    name: str
    folded: str
    colour: int

    def view(self) -> dict[str, Any]:
        return {"id": self.id, "name": self.name, "colour": self.colour}


def read_name(raw: object) -> str:
    """Return a tag's name.

    Raises
    ------
    BadInput
        ``field_empty``, ``field_too_long``.

    >>> read_name(" #Жалоба ")
    'Жалоба'
    """
    name = " ".join(clean_text(raw).lstrip("#").split()) if isinstance(raw, str) else ""
    if not name:
        raise BadInput("field_empty", field="name")
    if len(name) > LONGEST:
        raise BadInput("field_too_long", field="name", most=LONGEST)
    return name
