"""All SQL of rules of reminders."""

from typing import Final

from sqlalchemy import Boolean, Integer, Text, Uuid, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from scheduling.reminder_rules.rules import MOST_RULES, ReminderRuleNotFound
from scheduling.reminder_rules.tables import ReminderRule, reminder_rules

_C: Final = reminder_rules.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
LIST: Final = ListQuery(
    source=reminder_rules,
    columns={
        **{name: _C[name] for name in (
            "id", "version", "created_at", "updated_at", "name", "kind", "linked_type",
            "action_ids", "relation", "minutes", "channel", "template_id", "subject", "body",
        )},
        "active": _C.is_active, "to": _C.sent_to,
    },
    where=(_OURS,),
    filters={
        "active": _C.is_active == bindparam("active", type_=Boolean),
        "kind": _C.kind == any_(bindparam("kind", type_=ARRAY(Text))),
    },
    sorts={name: _C[name] for name in ("name", "updated_at", "created_at")},
    default_sort="name", key=_C.id,
)  # fmt: skip
_ACTIVE: Final = statement(
    select(*written_columns(reminder_rules))
    .where(_OURS, _C.is_active)
    .order_by(_C.id)
    .limit(bindparam("most", type_=Integer))
)
_COUNT: Final = statement(select(func.count()).select_from(reminder_rules).where(_OURS))


class ReminderRuleRepository(Repository[ReminderRule]):
    """The rules of the tenant."""

    table = reminder_rules
    row = ReminderRule
    missing = ReminderRuleNotFound

    async def active(self) -> list[ReminderRule]:
        """Those that somebody is reminded by now."""
        return await self.all(_ACTIVE, most=MOST_RULES)

    async def count(self) -> int:
        """How many there are."""
        found: int = await self.work.fetchval(_COUNT, tenant_id=self.work.tenant_id)
        return found
