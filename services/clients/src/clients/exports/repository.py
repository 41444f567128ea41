"""The words that stand for ids and keys in an export."""

from typing import Any, Final

from sqlalchemy import FromClause, Text, bindparam, cast, func, not_, select, union_all

from chassis.statements import statement
from chassis.work import Record, UnitOfWork
from clients.categories.tables import categories
from clients.custom_fields.tables import custom_fields
from clients.exports.rules.columns import CustomColumn, Words
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


_CUSTOM: Final = statement(
    select(custom_fields.c.key, custom_fields.c.label, custom_fields.c.options)
    .where(
        custom_fields.c.tenant_id == bindparam("tenant_id"), not_(custom_fields.c.is_archived)
    )
    .order_by(custom_fields.c.order, custom_fields.c.created_at)
)  # fmt: skip


async def words(work: UnitOfWork, locale: str) -> Words:
    """The names of everything that a client refers to, and the company's own columns."""
    named = await work.fetch(_LABELS, tenant_id=work.tenant_id)
    custom = await work.fetch(_CUSTOM, tenant_id=work.tenant_id)
    return Words({row["id"]: row["name"] for row in named}, [_column(r) for r in custom], locale)


def _column(row: Record) -> CustomColumn:
    options = {option["key"]: option["label"] for option in row["options"] or ()}
    return CustomColumn(row["key"], row["label"], options)
