"""All SQL of assignment rules."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, any_, bindparam, func, not_, or_, select
from sqlalchemy.dialects.postgresql import insert

from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.assignment_rules.rules import AssignmentRule
from clients.assignment_rules.tables import assignment_rules, assignment_turns
from refs.tables import identity_users
from refs.upsert import remember, upsert

_C: Final = assignment_rules.c
_PUT: Final = upsert(assignment_rules)
# In the order in which the rule names them, or in which they joined the team's company.
_CANDIDATES: Final = func.array(
    select(identity_users.c.id)
    .where(
        identity_users.c.tenant_id == _C.tenant_id, identity_users.c.is_active,
        or_(identity_users.c.id == any_(_C.user_ids),
            _C.team_id == any_(identity_users.c.team_ids)),
    )
    .order_by(func.array_position(_C.user_ids, identity_users.c.id), identity_users.c.id)
    .correlate(assignment_rules)
    .scalar_subquery()
)  # fmt: skip
_ENABLED: Final = statement(
    select(_C.id, _C.folder_id, _C.country_code, _CANDIDATES.label("candidates"))
    .where(_C.tenant_id == bindparam("tenant_id"), _C.is_enabled, not_(_C.is_deleted))
    .order_by(_C.position, _C.id)
)
_SIZE: Final = bindparam("size", type_=BigInteger)
_RESERVE: Final = statement(
    insert(assignment_turns)
    .values(
        tenant_id=bindparam("tenant_id"), rule_id=bindparam("rule_id", type_=Uuid), next=_SIZE
    )
    .on_conflict_do_update(
        index_elements=["tenant_id", "rule_id"], set_={"next": assignment_turns.c.next + _SIZE}
    )
    .returning(assignment_turns.c.next)
)  # fmt: skip


async def take_over(work: UnitOfWork, rule: Mapping[str, Any], *, is_deleted: bool) -> None:
    """Remember a rule as it is now, from its proto JSON; an older state changes nothing."""
    row = {
        "id": rule["id"], "version": rule["version"], "folder_id": rule["folder_id"] or None,
        "country_code": rule["country_code"] or None, "user_ids": rule["user_ids"],
        "team_id": rule["team_id"] or None, "position": rule["order"],
        "is_enabled": rule["is_enabled"], "is_deleted": is_deleted,
    }  # fmt: skip
    await remember(work, _PUT, [row])


async def enabled(work: UnitOfWork) -> list[AssignmentRule]:
    """The rules that count, in their order, with those who are still here."""
    rows = await work.fetch(_ENABLED, tenant_id=work.tenant_id)
    return [AssignmentRule(**row) for row in rows]


async def reserve(work: UnitOfWork, rule_id: UUID, size: int) -> int:
    """Take so many turns out of a rule's sequence; the turn after the last of them."""
    beyond: int = await work.fetchval(
        _RESERVE, tenant_id=work.tenant_id, rule_id=rule_id, size=size
    )
    return beyond
