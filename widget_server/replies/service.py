"""Keeping ready words, and counting how often they are used."""

from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.errors import BadInput, Forbidden, NotFound
from widget_server.kernel.ids import new_id
from widget_server.replies import store
from widget_server.replies.model import MOST, Reply, ReplyDraft, check_draft
from widget_server.storage import Storage, Tx


class ReplyService:
    """Everybody makes their own; those of the account and of sites are an administrator's to change."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def list_replies(self, operator: OperatorIdentity) -> list[Reply]:
        with self._storage.read() as tx:
            found = store.list_replies(tx, operator.account_id)
        return [reply for reply in found if reply.is_seen_by(operator)]

    def access_reply(self, operator: OperatorIdentity, reply_id: str) -> Reply:
        """Return one that the operator sees.

        Raises
        ------
        NotFound
            If there is none, or it is not theirs to see.
        """
        with self._storage.read() as tx:
            return self._access(tx, operator, reply_id)

    def create_reply(self, operator: OperatorIdentity, draft: ReplyDraft) -> Reply:
        """Keep new words.

        Raises
        ------
        BadInput
            As of ``check_draft``; ``too_many_replies``.
        Forbidden
            ``not_your_role``: it is to be everybody's, and the operator does not administer.
        """
        draft = self._check(operator, draft)
        owner = operator.id if draft.mine else None
        made = Reply(new_id(), operator.account_id, draft.site_id, owner, draft.short, draft.ru, draft.en, 0)
        with self._storage.begin() as tx:
            if store.count_replies(tx, operator.account_id) >= MOST:
                raise BadInput("too_many_replies", field="short", most=MOST)
            store.insert_reply(tx, made)
        return made

    def change_reply(self, operator: OperatorIdentity, reply_id: str, draft: ReplyDraft) -> None:
        draft = self._check(operator, draft)
        owner = operator.id if draft.mine else None
        with self._storage.begin() as tx:
            self._access_to_change(tx, operator, reply_id)
            values = {"short": draft.short, "ru": draft.ru, "en": draft.en}
            store.update_reply(tx, reply_id, site_id=draft.site_id, operator_id=owner, **values)

    def delete_reply(self, operator: OperatorIdentity, reply_id: str) -> None:
        with self._storage.begin() as tx:
            self._access_to_change(tx, operator, reply_id)
            store.delete_reply(tx, reply_id)

    def note_use(self, operator: OperatorIdentity, reply_id: str) -> None:
        with self._storage.begin() as tx:
            self._access(tx, operator, reply_id)
            store.count_use(tx, reply_id)

    def _check(self, operator: OperatorIdentity, draft: ReplyDraft) -> ReplyDraft:
        draft = check_draft(draft)
        if draft.site_id is not None and draft.site_id not in operator.site_ids:
            raise BadInput("bad_choice", field="site_id")
        if not draft.mine and not operator.administers:
            raise Forbidden("not_your_role")
        return draft

    def _access(self, tx: Tx, operator: OperatorIdentity, reply_id: str) -> Reply:
        reply = store.get_reply(tx, reply_id)
        if not reply.is_seen_by(operator):
            raise NotFound("not_found")
        return reply

    def _access_to_change(self, tx: Tx, operator: OperatorIdentity, reply_id: str) -> None:
        if not self._access(tx, operator, reply_id).may_be_changed_by(operator):
            raise Forbidden("not_your_role")
