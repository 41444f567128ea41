"""Reading the audit log; nothing of it is ever changed."""

from typing import Final

from sqlalchemy import DateTime, bindparam

from chassis.paging import ListQuery
from edge.audit_log.tables import audit_log

LIST: Final = ListQuery(
    source=audit_log,
    columns={column.name: column for column in audit_log.c if column.name != "tenant_id"},
    where=(audit_log.c.tenant_id == bindparam("tenant_id"),),
    filters={
        **{
            name: audit_log.c[name] == bindparam(name, type_=audit_log.c[name].type)
            for name in ("entity", "entity_id", "actor", "action")
        },
        "at_from": audit_log.c.at >= bindparam("at_from", type_=DateTime(timezone=True)),
        "at_to": audit_log.c.at < bindparam("at_to", type_=DateTime(timezone=True)),
    },
    sorts={"at": audit_log.c.at}, default_sort="-at", key=audit_log.c.id,
)  # fmt: skip
