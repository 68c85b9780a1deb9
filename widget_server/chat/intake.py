"""What entries of some kinds need before they are written: a file is claimed, a form read by the site's rules,
a rating counted. All of it in the transaction of the entry."""

from dataclasses import replace
from typing import Any

from widget_server.chat import ratings, store
from widget_server.chat.model import Conversation, Entry, Writer
from widget_server.files.model import Owner
from widget_server.files.service import FileService
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, Conflict
from widget_server.notify.providers.email.address import read_address
from widget_server.sites.model import Site
from widget_server.sites.phone import read_phone
from widget_server.sites.store import get_site
from widget_server.storage import Tx
from widget_server.visitors.contacts import Contact, put_contact

SCALES = {"stars": (1, 5), "thumbs": (0, 1)}


class Intake:
    """Prepares entries; what needs nothing goes through as it is."""

    def __init__(self, clock: Clock, files: FileService) -> None:
        self._clock, self._files = clock, files

    def take(self, tx: Tx, conversation: Conversation, writer: Writer, entry: Entry) -> Entry:
        """Return the entry as it is written down.

        Raises
        ------
        BadInput
            ``bad_phone``, ``bad_email``, ``field_empty``, ``consent_needed``, ``bad_field``.
        Conflict
            ``no_such_file``, ``consent_changed``, ``rating_off``.
        """
        if entry.kind == "file":
            owner = Owner(conversation.site_id, conversation.visitor_id, writer.operator_id)
            file = self._files.claim(tx, owner, entry.data["file"])
            return replace(entry, body=file.name, data={"file": file.view()})
        if entry.kind == "form":
            return self._form(tx, conversation, entry)
        if entry.kind == "rating":
            return self._rating(tx, conversation, entry)
        return entry

    def forget(self, tx: Tx, data: Any) -> None:
        """Forget what belonged to an entry that is taken back."""
        if "file" in data:
            self._files.drop(tx, data["file"]["id"])

    def _form(self, tx: Tx, conversation: Conversation, entry: Entry) -> Entry:
        site = get_site(tx, conversation.site_id)
        fields = read_fields(site, entry.data["fields"], is_away=entry.data["away"])
        consent = entry.data["consent"]
        if site.chat.consent and consent is None:
            raise BadInput("consent_needed", field="consent")
        if site.chat.consent and consent != site.chat.consent_words["version"]:
            raise Conflict("consent_changed", field="consent")
        known = {name: fields[name] for name in ("name", "phone", "email") if name in fields}
        put_contact(tx, conversation.site_id, conversation.visitor_id, Contact(**known))
        data: dict[str, Any] = {"fields": fields, "away": entry.data["away"]}
        if "answer" in fields:
            data["question"] = entry.data["question"]
        if consent is not None:
            data["consent"] = consent
        return replace(entry, body="", data=data)

    def _rating(self, tx: Tx, conversation: Conversation, entry: Entry) -> Entry:
        scale = SCALES.get(get_site(tx, conversation.site_id).chat.rating)
        if scale is None:
            raise Conflict("rating_off")
        least, most = scale
        if not least <= entry.data["score"] <= most:
            raise BadInput("bad_field", field="score", expected=f"a whole number, {least} to {most}")
        data = {"score": entry.data["score"], "of": most}
        whom = store.last_speaker(tx, conversation.id)
        ratings.put_rating(tx, conversation, whom, entry.body, self._clock.now(), **data)
        return replace(entry, data=data)


def read_fields(site: Site, given: dict[str, str], *, is_away: bool) -> dict[str, str]:
    """Return what a visitor says of themselves, by the site's rules; while nobody is there, with a way to answer."""
    fields = {name: words for name, words in given.items() if words}
    if "phone" in fields:
        phone = read_phone(fields["phone"], site.country)
        fields["phone"] = phone.e164
    if "email" in fields:
        fields["email"] = read_address(fields["email"], field="email").address
    if is_away and not fields.keys() & {"phone", "email"}:
        raise BadInput("contact_needed", field="email")
    for name, how in site.chat.ask.items():
        if how == "required" and not is_away and name not in fields:
            raise BadInput("field_empty", field=name)
    return fields
