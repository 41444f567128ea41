"""All SQL of flows."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    DateTime,
    Table,
    Text,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    insert,
    literal,
    select,
    table,
    true,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as insert_or_update

from automation.flows import rules
from automation.flows.tables import Flow, flow_revisions, flow_versions, flows
from chassis.paging import ListQuery, json_row
from chassis.repository import Repository
from chassis.statements import Statement, statement

# Named, not imported: runs build on flows, so flows may not know them.
_counts: Final = table(
    "run_counts", column("tenant_id", Uuid), column("flow_id", Uuid), column("runs", BigInteger),
    column("failures", BigInteger), column("last_run_at", DateTime(timezone=True)),
    column("last_failed_at", DateTime(timezone=True)), column("last_failure", Text),
)  # fmt: skip
_OURS: Final = flows.c.tenant_id == bindparam("tenant_id")
_sums: Final = (
    select(
        cast(func.coalesce(func.sum(_counts.c.runs), 0), BigInteger).label("run_count"),
        cast(func.coalesce(func.sum(_counts.c.failures), 0), BigInteger).label("error_count"),
        func.max(_counts.c.last_run_at).label("last_run_at"),
        func.max(_counts.c.last_failed_at).label("last_failed_at"),
    )
    .where(_counts.c.tenant_id == flows.c.tenant_id, _counts.c.flow_id == flows.c.id)
    .lateral("sums")
)
_last: Final = (
    select(_counts.c.last_failure)
    .where(
        _counts.c.tenant_id == flows.c.tenant_id, _counts.c.flow_id == flows.c.id,
        _counts.c.last_failed_at.is_not(None),
    )
    .order_by(_counts.c.last_failed_at.desc())
    .limit(1)
    .scalar_subquery()
)  # fmt: skip
_SHOWN: Final = {
    "id": flows.c.id, "version": flows.c.version, "created_at": flows.c.created_at,
    "updated_at": flows.c.updated_at, "name": flows.c.name, "enabled": flows.c.is_enabled,
    "trigger": flows.c.trigger, "steps": flows.c.steps, "flow_version": flows.c.number,
    "edited_by": flows.c.editor["principal"].astext, "last_run_at": _sums.c.last_run_at,
    "run_count": _sums.c.run_count, "error_count": _sums.c.error_count,
    "last_failed_at": _sums.c.last_failed_at, "last_failure": _last,
}  # fmt: skip
LIST: Final = ListQuery(
    source=flows.join(_sums, true()), columns=_SHOWN, where=(_OURS,),
    filters={
        "enabled": flows.c.is_enabled == bindparam("enabled"),
        "event": flows.c.trigger["event"].astext == bindparam("event"),
        "manual": (flows.c.trigger["manual"].astext == "true") == bindparam("manual"),
        "folder_id": flows.c.trigger["folder_id"].astext == bindparam("folder_id"),
    },
    sorts={"created_at": flows.c.created_at, "name": flows.c.name,
           "updated_at": flows.c.updated_at},
    default_sort="created_at", key=flows.c.id,
)  # fmt: skip
_shown_row: Final = (
    select(*(c.label(name) for name, c in json_row(_SHOWN).items()))
    .select_from(flows.join(_sums, true()))
    .where(_OURS, flows.c.id == bindparam("id"))
    .subquery("shown")
)
_ONE: Final = statement(select(cast(func.row_to_json(_shown_row.table_valued()), Text)))
_REVISION: Final = statement(
    select(flow_revisions.c.revision).where(flow_revisions.c.tenant_id == bindparam("tenant_id"))
)
_ENABLED: Final = statement(
    select(
        flows.c.tenant_id, flows.c.id.label("flow_id"), flows.c.number, flows.c.name,
        flows.c.trigger, flows.c.steps, flows.c.editor, flows.c.updated_at.label("created_at"),
    )
    .where(_OURS, flows.c.is_enabled, flows.c.trigger["event"].astext.is_not(None))
    .order_by(flows.c.created_at, flows.c.id)
)  # fmt: skip
_VERSION: Final = statement(
    select(*flow_versions.c).where(
        flow_versions.c.tenant_id == bindparam("tenant_id"),
        flow_versions.c.flow_id == bindparam("flow_id"),
        flow_versions.c.number == bindparam("number"),
    )
)
_KEEP_VERSION: Final = statement(insert(flow_versions))


def _disown(table: Table) -> Statement:
    without = table.c.editor.op("||")(literal({"permissions": []}, JSONB))
    return statement(
        update(table)
        .values(editor=without)
        .where(
            table.c.tenant_id == bindparam("key_tenant"),
            table.c.editor["principal"].astext == bindparam("principal", type_=Text),
        )
        .returning(table.c.tenant_id)
    )


_DISOWN: Final = (_disown(flows), _disown(flow_versions))
_RAISE: Final = statement(
    insert_or_update(flow_revisions)
    .values(tenant_id=bindparam("tenant_id"), revision=literal(1))
    .on_conflict_do_update(
        index_elements=["tenant_id"], set_={"revision": flow_revisions.c.revision + 1}
    )
)


class FlowRepository(Repository[Flow]):
    """Flows of the tenant."""

    table = flows
    row = Flow
    missing = rules.FlowNotFound

    async def shown(self, flow_id: UUID) -> str:
        """The flow as the API answers it; raises FlowNotFound."""
        found = await self.work.fetchval(_ONE, tenant_id=self.work.tenant_id, id=flow_id)
        if found is None:
            raise rules.FlowNotFound()
        return str(found)

    async def keep_version(self, flow: Flow) -> None:
        """Write down how the flow is from now on."""
        await self.work.execute(
            _KEEP_VERSION, tenant_id=self.work.tenant_id, flow_id=flow.id, number=flow.number,
            name=flow.name, trigger=flow.trigger, steps=flow.steps, editor=flow.editor,
            created_at=self.work.now,
        )  # fmt: skip

    async def version(self, flow_id: UUID, number: int) -> Mapping[str, Any]:
        """A version of a flow, also of one that is no more; raises FlowNotFound."""
        found = await self.work.fetchrow(
            _VERSION, tenant_id=self.work.tenant_id, flow_id=flow_id, number=number
        )
        if found is None:
            raise rules.FlowNotFound()
        return dict(found)

    async def disown(self, principal: str) -> bool:
        """Leave flows and versions whose last editor it was without rights; whether any were."""
        values = {"key_tenant": self.work.tenant_id, "principal": principal}
        found = [await self.work.fetch(query, **values) for query in _DISOWN]
        return any(found)

    async def raise_revision(self) -> None:
        """Tell all processes that the flows of this company changed."""
        await self.work.execute(_RAISE, tenant_id=self.work.tenant_id)

    async def revision(self) -> int:
        """The number that every change of the company's flows raises."""
        found: int | None = await self.work.fetchval(_REVISION, tenant_id=self.work.tenant_id)
        return found or 0

    async def enabled(self) -> list[Mapping[str, Any]]:
        """The flows that events start, in the order they were made."""
        rows = await self.work.fetch(_ENABLED, tenant_id=self.work.tenant_id)
        return [dict(row) for row in rows]
