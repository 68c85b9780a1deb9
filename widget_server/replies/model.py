"""Words that operators have ready: of the account, of one site, or one's own. Pure."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.errors import BadInput
from widget_server.kernel.untrusted import clean_text

Scope = Literal["account", "site", "mine"]
LONGEST_SHORT = 32
LONGEST_TEXT = 2000
MOST = 500
_SHORT = re.compile(r"[^\W_][\w-]*")


@dataclass(frozen=True)
class ReplyDraft:
    """What somebody typed; one of the two languages may stay empty. ``site_id``: of that site only."""

    short: str
    ru: str
    en: str
    site_id: str | None = None
    mine: bool = False


@dataclass(frozen=True)
class Reply:
    """``operator_id``: whose own it is; None for everybody's."""

    id: str
    account_id: str
    site_id: str | None
    operator_id: str | None
    short: str
    ru: str
    en: str
    used: int

    @property
    def scope(self) -> Scope:
        return "mine" if self.operator_id else "site" if self.site_id else "account"

    def is_seen_by(self, operator: OperatorIdentity) -> bool:
        own = self.operator_id in (None, operator.id)
        return own and self.account_id == operator.account_id and self.site_id in {None, *operator.site_ids}

    def may_be_changed_by(self, operator: OperatorIdentity) -> bool:
        return self.is_seen_by(operator) and (self.operator_id == operator.id or operator.administers)

    def view(self) -> dict[str, Any]:
        texts = {language: words for language, words in (("ru", self.ru), ("en", self.en)) if words}
        return {
            "id": self.id,
            "short": self.short,
            "texts": texts,
            "site": self.site_id,
            "scope": self.scope,
            "used": self.used,
        }


def check_draft(draft: ReplyDraft) -> ReplyDraft:
    """Return the draft with its words tidied.

    Raises
    ------
    BadInput
        ``bad_short``, ``field_empty``, ``field_too_long``.

    >>> check_draft(ReplyDraft(" /Цена ", "Окно {page}", "")).short
    'цена'
    """
    short = clean_text(draft.short).lstrip("/").lower()
    if not _SHORT.fullmatch(short) or len(short) > LONGEST_SHORT:
        raise BadInput("bad_short", field="short")
    ru, en = clean_text(draft.ru), clean_text(draft.en)
    if not ru and not en:
        raise BadInput("field_empty", field="ru")
    for field, words in (("ru", ru), ("en", en)):
        if len(words) > LONGEST_TEXT:
            raise BadInput("field_too_long", field=field, most=LONGEST_TEXT)
    return ReplyDraft(short, ru, en, draft.site_id or None, draft.mine)
