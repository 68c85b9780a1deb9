"""Reading what operators write down of a visitor."""

from collections.abc import Mapping
from typing import Any

from widget_server.edge.payload import read_text
from widget_server.operators.model import read_email
from widget_server.sites.phone import read_phone
from widget_server.visitors.model import Contact

MOST = {"name": 80, "phone": 60, "email": 200, "about": 2000}


def read_contact(body: Mapping[str, Any], country: str) -> Contact:
    """Return the contact; what is left empty is not known.

    Raises
    ------
    BadInput
        ``bad_phone``, ``bad_email``, ``field_too_long``.
    """
    given = {name: read_text(body, name, most=most, least=0) if name in body else "" for name, most in MOST.items()}
    return Contact(
        name=given["name"] or None,
        phone=read_phone(given["phone"], country).e164 if given["phone"] else None,
        email=read_email(given["email"]) if given["email"] else None,
        about=given["about"] or None,
    )
