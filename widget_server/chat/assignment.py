"""Taking and passing on conversations; giving back those of people who are away for long."""

from datetime import datetime, timedelta

from widget_server.audit.store import note as note_act
from widget_server.chat import store
from widget_server.chat.assigning import Assigner
from widget_server.chat.intake import Intake
from widget_server.chat.log import Log
from widget_server.chat.model import Aim, Conversation, Entry, Writer
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, Conflict
from widget_server.operators.store import ENABLED, find_identities, find_row, operators, sees_any
from widget_server.sites.model import DeskRules
from widget_server.sites.store import find_sites, sites
from widget_server.storage import Storage, Tx

SWEPT = 100


class Assignment:
    """The use cases around who answers. ``expected`` is who has it, as the asking page knows: whoever comes second
    learns that it has moved instead of moving it again."""

    def __init__(self, storage: Storage, clock: Clock, intake: Intake) -> None:
        self._storage, self._clock, self._log = storage, clock, Log(clock, intake)
        self._assigner = Assigner(clock, self._log)

    def claim(self, operator: OperatorIdentity, conversation_id: str, expected: str | None) -> Conversation:
        """Take it.

        Raises
        ------
        Conflict
            ``taken_by``: somebody else has it by now.
        """
        with self._storage.begin() as tx:
            conversation = store.access(tx, operator, conversation_id, lock=True)
            if conversation.assignee_id == operator.id:
                return conversation
            self._check_still(tx, conversation, expected)
            return self._assigner.give(tx, conversation, operator, "taken", operator)

    def transfer(
        self, operator: OperatorIdentity, conversation_id: str, aim: Aim, note: Entry | None, expected: str | None
    ) -> Conversation:
        """Pass it on, with a note for whom it may concern; errors as of ``claim``, and ``bad_choice`` for the aim.

        The same ``note`` again is not passed on again.
        """
        with self._storage.begin() as tx:
            conversation = store.access(tx, operator, conversation_id, lock=True)
            if note is not None and self._log.find(tx, conversation, note):
                return conversation
            self._check_still(tx, conversation, expected)
            if note is not None:
                writer = Writer("operator", operator.id, operator.name)
                conversation, _ = self._log.append(tx, conversation, writer, note)
            about = {"subject": conversation.id, "site_id": conversation.site_id}
            note_act(tx, "conversation_passed", operator, self._clock.now(), **about)
            return self._pass_on(tx, operator, conversation, aim)

    def sweep(self) -> None:
        """Find somebody for what waits: nobody has it, or whoever has it went away for longer than the site allows."""
        now = self._clock.now()
        with self._storage.read() as tx:
            found = store.list_unattended(tx, now, SWEPT)
            rules = {site.id: site.desk for site in find_sites(tx, sites.c.id.in_({one.site_id for one in found}))}
        for one in found:
            if one.site_id in rules and _is_due(one, rules[one.site_id], now):
                with self._storage.begin() as tx:
                    self._attend(tx, one.id, rules[one.site_id])

    def _attend(self, tx: Tx, conversation_id: str, rules: DeskRules) -> None:
        conversation = store.get_conversation(tx, conversation_id, lock=True)
        now = self._clock.now()
        if not any(_is_due(one, rules, now) for one in store.list_unattended(tx, now, 1, conversation_id)):
            return
        if conversation.assignee_id is not None:
            row = find_row(tx, operators.c.id == conversation.assignee_id)
            to = {"id": conversation.assignee_id, "name": row.name if row else ""}
            free = conversation.given_to(None, conversation.department_id, now)
            conversation = self._log.event(tx, free, "given_back", to=to)
        self._assigner.by_rule(tx, conversation)

    def _pass_on(self, tx: Tx, by: OperatorIdentity, conversation: Conversation, aim: Aim) -> Conversation:
        if aim.operator_id is not None:
            allowed = operators.c.id == aim.operator_id, sees_any([conversation.site_id]), ENABLED
            found = find_identities(tx, *allowed)
            if not found:
                raise BadInput("bad_choice", field="operator")
            return self._assigner.give(tx, conversation, found[0], "passed", by)
        site = find_sites(tx, sites.c.id == conversation.site_id)[0]
        department = site.find_department(aim.department_id)
        if aim.department_id is not None and department is None:
            raise BadInput("bad_choice", field="department")
        free = conversation.given_to(None, department.id if department else None, self._clock.now())
        about = {"department": dict(department.name)} if department else {}
        passed = self._log.event(tx, free, "passed" if department else "released", by, **about)
        return self._assigner.by_rule(tx, passed) if department else passed

    def _check_still(self, tx: Tx, conversation: Conversation, expected: str | None) -> None:
        if conversation.assignee_id == expected:
            return
        row = find_row(tx, operators.c.id == conversation.assignee_id) if conversation.assignee_id else None
        raise Conflict("taken_by" if row else "not_theirs", name=row.name if row else "")


def _is_due(one: store.Unattended, rules: DeskRules, now: datetime) -> bool:
    """Tell whether somebody else must be found: at once if nobody has it, else when its assignee is away for long."""
    if one.assignee_id is None or one.assigned_at is None:
        return rules.assign != "manual"
    since = max(one.assigned_at, one.gone_at or one.assigned_at)
    return now - since >= timedelta(minutes=rules.give_back_minutes)
