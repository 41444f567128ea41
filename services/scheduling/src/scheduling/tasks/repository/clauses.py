"""Which tasks somebody sees: those about clients they see, and of the others their own; and which
are whose.
"""

from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Text, Uuid, and_, any_, bindparam, exists, or_

from chassis.work import UnitOfWork
from refs.visibility import about_visible_client, sight_of
from scheduling.tasks.tables import task_assignees, tasks

_C: Final = tasks.c
ASSIGNEES: Final = task_assignees.c
OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
SCOPE: Final[ColumnElement[bool]] = and_(
    about_visible_client(_C.client_id),
    or_(
        _C.client_id.is_not(None),
        bindparam("manages", type_=Boolean),
        _C.created_by == bindparam("principal", type_=Text),
        bindparam("my_id", type_=Uuid) == any_(_C.assignee_ids),
    ),
)


def is_done_by(user: Any, *which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether somebody does it, by an index that has one person's in the order of due dates."""
    return exists().where(
        ASSIGNEES.tenant_id == _C.tenant_id, ASSIGNEES.task_id == _C.id,
        ASSIGNEES.by_due == _C.by_due, ASSIGNEES.user_id == user, *which,
    )  # fmt: skip


async def scope_values(work: UnitOfWork) -> dict[str, Any]:
    """What the caller sees, and who they are."""
    caller = work.caller
    return {
        "manages": caller.may("scheduling:manage"), "principal": caller.principal,
        "my_id": caller.user_id, **(await sight_of(work)).values(),
    }  # fmt: skip
