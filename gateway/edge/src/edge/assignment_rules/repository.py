"""All SQL of assignment rules."""

from typing import Final

from sqlalchemy import Boolean, bindparam

from chassis.paging import ListQuery
from chassis.repository import Repository
from edge.assignment_rules.tables import AssignmentRule, assignment_rules

_C: Final = assignment_rules.c
LIST: Final = ListQuery(
    source=assignment_rules,
    columns={
        "id": _C.id, "version": _C.version, "created_at": _C.created_at,
        "updated_at": _C.updated_at, "name": _C.name, "folder_id": _C.folder_id,
        "country_code": _C.country_code, "user_ids": _C.user_ids, "team_id": _C.team_id,
        "order": _C.position, "enabled": _C.is_enabled,
    },
    where=(_C.tenant_id == bindparam("tenant_id"),),
    filters={"enabled": _C.is_enabled == bindparam("enabled", type_=Boolean)},
    sorts={"order": _C.position, "created_at": _C.created_at, "name": _C.name},
    default_sort="order", key=_C.id,
)  # fmt: skip


class AssignmentRuleRepository(Repository[AssignmentRule]):
    """Assignment rules of the tenant."""

    table = assignment_rules
    row = AssignmentRule
