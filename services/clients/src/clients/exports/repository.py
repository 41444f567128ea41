"""The words that stand for ids in an export."""

from typing import Any, Final

from sqlalchemy import FromClause, Text, bindparam, cast, func, select, union_all

from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.categories.tables import categories
from clients.exports.rules.columns import Labels
from clients.folders.tables import folders, statuses
from clients.follow_up_statuses.tables import follow_up_statuses
from refs.tables import identity_users


def _names(table: FromClause, name: Any) -> Any:
    return select(cast(table.c.id, Text).label("id"), name.label("name")).where(
        table.c.tenant_id == bindparam("tenant_id")
    )


_LABELS: Final = statement(
    union_all(
        *(
            _names(table, table.c.name)
            for table in (folders, statuses, categories, follow_up_statuses)
        ),
        _names(identity_users, func.to_jsonb(identity_users.c.name)),
    )
)


async def labels(work: UnitOfWork) -> Labels:
    """The names of everything that a client refers to, by id."""
    rows = await work.fetch(_LABELS, tenant_id=work.tenant_id)
    return {row["id"]: row["name"] for row in rows}
