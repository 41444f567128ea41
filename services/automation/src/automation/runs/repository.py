"""All SQL of runs."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    SmallInteger,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import array, insert

from automation.runs import rules
from automation.runs.tables import Run, run_counts, runs
from chassis.paging import ListQuery, json_row
from chassis.statements import statement
from refs.lag import AboutClients
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, scope, sight_of

_OURS: Final = runs.c.tenant_id == bindparam("tenant_id")
# What is about no client is for those whom nothing is hidden from: a run tells what it was told.
_SEEN: Final = and_(
    about_visible_client(runs.c.client_id),
    or_(runs.c.client_id.is_not(None), bindparam("sees_all", type_=Boolean)),
)
_SLOTS: Final = 8
_KEPT: Final = (
    "status", "reason", "detail", "position", "steps", "attempts", "due_at", "started_at",
    "finished_at", "client", "is_checked", "is_resumed",
)  # fmt: skip
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    "id": runs.c.id, "version": runs.c.version, "created_at": runs.c.created_at,
    "updated_at": runs.c.updated_at, "flow_id": runs.c.flow_id, "flow_name": runs.c.flow_name,
    "flow_version": runs.c.flow_version, "client_id": runs.c.client_id,
    "url": case((runs.c.client_id.is_not(None),
                 func.concat("/v1/clients/", cast(runs.c.client_id, Text)))),
    "event": func.jsonb_build_object(
        "id", runs.c.event["id"], "type", runs.c.event["type"], "time", runs.c.event["time"],
        "actor", runs.c.event["actor"],
    ),
    "status": runs.c.status, "reason": runs.c.reason, "detail": runs.c.detail,
    "depth": runs.c.depth, "position": runs.c.position, "due_at": runs.c.due_at,
    "started_at": runs.c.started_at, "finished_at": runs.c.finished_at, "steps": runs.c.steps,
}  # fmt: skip
LIST: Final = ListQuery(
    source=runs, columns=_SHOWN, where=(_OURS, _SEEN),
    filters={
        "flow_id": runs.c.flow_id == bindparam("flow_id"),
        "client_id": about_clients(
            client_refs, runs.c.client_id, array([bindparam("client_id", type_=Uuid)])
        ),
        "status": runs.c.status == any_(bindparam("status", type_=ARRAY(Text))),
        "created_from": runs.c.created_at >= bindparam("created_from"),
        "created_to": runs.c.created_at < bindparam("created_to"),
    },
    sorts={"created_at": runs.c.created_at, "updated_at": runs.c.updated_at},
    default_sort="-created_at", key=runs.c.id,
)  # fmt: skip
_shown_row: Final = (
    select(*(c.label(name) for name, c in json_row(_SHOWN).items()))
    .where(_OURS, runs.c.id == bindparam("id"), _SEEN)
    .subquery("shown")
)
_ONE: Final = statement(select(cast(func.row_to_json(_shown_row.table_valued()), Text)))
_BY_ID: Final = select(*runs.c).where(_OURS, runs.c.id == bindparam("id"))
_LOAD: Final = statement(_BY_ID)
_LINEAGE: Final = statement(
    select(runs.c.flow_id, runs.c.lineage).where(_OURS, runs.c.id == bindparam("id"))
)
_ADD: Final = statement(
    insert(runs)
    .values({c.name: bindparam(c.name, type_=c.type) for c in runs.c})
    .on_conflict_do_nothing()
    .returning(runs.c.id)
)
_DROP: Final = statement(runs.delete().where(_OURS, runs.c.id == bindparam("id")))
_FORGET: Final = statement(runs.delete().where(_OURS, runs.c.client_id == bindparam("client_id")))

_saved: Final = (
    update(runs)
    .where(_OURS, runs.c.id == bindparam("id"), runs.c.version == bindparam("known_version"))
    .values(
        {name: bindparam(name, type_=runs.c[name].type) for name in _KEPT}
        | {"version": runs.c.version + 1, "updated_at": bindparam("updated_at")}
    )
    .returning(runs.c.tenant_id, runs.c.flow_id, runs.c.version, runs.c.updated_at, runs.c.reason)
    .cte("saved")
)
_is_failure: Final = bindparam("failures", type_=BigInteger) > 0
_counting: Final = select(
    _saved.c.tenant_id, _saved.c.flow_id, bindparam("slot", type_=SmallInteger),
    bindparam("runs", type_=BigInteger), bindparam("failures", type_=BigInteger),
    _saved.c.updated_at, case((_is_failure, _saved.c.updated_at)),
    case((_is_failure, _saved.c.reason)),
).where(bindparam("is_counted", type_=Boolean))  # fmt: skip
_count: Final = insert(run_counts).from_select(
    ["tenant_id", "flow_id", "slot", "runs", "failures", "last_run_at", "last_failed_at",
     "last_failure"], _counting,
)  # fmt: skip
_new: Final = _count.excluded
_counted: Final = _count.on_conflict_do_update(
    index_elements=["tenant_id", "flow_id", "slot"],
    set_={
        "runs": run_counts.c.runs + _new.runs,
        "failures": run_counts.c.failures + _new.failures,
        "last_run_at": func.greatest(run_counts.c.last_run_at, _new.last_run_at),
        "last_failed_at": func.coalesce(_new.last_failed_at, run_counts.c.last_failed_at),
        "last_failure": func.coalesce(_new.last_failure, run_counts.c.last_failure),
    },
)  # fmt: skip
# One round trip for both: nothing is counted where the run had changed meanwhile.
_SAVE: Final = statement(select(_saved.c.version).add_cte(_counted.cte("counted")))
_KEEP_STEPS: Final = statement(
    update(runs)
    .where(_OURS, runs.c.id == bindparam("id"), runs.c.status == literal("cancelled"))
    .values(
        steps=bindparam("steps", type_=runs.c.steps.type), version=runs.c.version + 1,
        updated_at=bindparam("updated_at", type_=DateTime(timezone=True)),
    )
)  # fmt: skip
# A merged one is asked for by its own id, too: what runs is about its survivor.
_VISIBLE_CLIENT: Final = statement(
    select(client_refs.c.id, client_refs.c.folder_id, client_refs.c.editor_ids).where(
        client_refs.c.tenant_id == bindparam("tenant_id"), scope(client_refs),
        client_refs.c.id == survivor_of(client_refs, bindparam("id", type_=Uuid)),
    )
)  # fmt: skip


class RunRepository(AboutClients[Run]):
    """Runs of the tenant, those about clients the caller sees."""

    table = runs
    row = Run
    scope = _SEEN
    missing = rules.RunNotFound

    async def scope_values(self) -> dict[str, Any]:
        """What the caller sees."""
        return (await sight_of(self.work)).values()

    async def read(self, run_id: UUID) -> str:
        """The run as the API answers it, to who comes for that; raises RunNotFound."""
        await self.check(run_id)
        return await self.shown(run_id)

    async def shown(self, run_id: UUID) -> str:
        """The same after a change of this work; raises RunNotFound."""
        values = await self._bound({"id": run_id})
        if (found := await self.work.fetchval(_ONE, **values)) is None:
            raise rules.RunNotFound()
        return str(found)

    async def load(self, run_id: UUID) -> Run | None:
        """The run for the engine, which works for whoever made the flow."""
        record = await self.work.fetchrow(_LOAD, tenant_id=self.work.tenant_id, id=run_id)
        return Run(**record) if record is not None else None

    async def start(self, **values: Any) -> bool:
        """Begin a run; False where this flow reacted to this event before."""
        now = self.work.now
        made = {"tenant_id": self.work.tenant_id, "version": 1, "created_at": now,
                "updated_at": now}  # fmt: skip
        return await self.work.fetchrow(_ADD, **made, **values) is not None

    async def lineage(self, run_id: UUID) -> list[UUID]:
        """The flows whose runs led to what this run did, its own last; none for no run."""
        record = await self.work.fetchrow(_LINEAGE, tenant_id=self.work.tenant_id, id=run_id)
        return [*record["lineage"], record["flow_id"]] if record is not None else []

    async def save(
        self, run: Run, changes: dict[str, Any], *, starts: bool, fails: bool
    ) -> Run | None:
        """Write how far the run is, and count it; None where it was changed meanwhile."""
        now = self.work.now
        kept = {name: getattr(run, name) for name in _KEPT} | changes
        version = await self.work.fetchval(
            _SAVE, tenant_id=self.work.tenant_id, id=run.id, known_version=run.version,
            updated_at=now, slot=run.id.int % _SLOTS, runs=int(starts), failures=int(fails),
            is_counted=starts or fails, **kept,
        )  # fmt: skip
        return replace(run, version=version, updated_at=now, **kept) if version else None

    async def keep_steps(self, run_id: UUID, steps: list[dict[str, Any]]) -> None:
        """What a run did until it learnt that it was cancelled."""
        await self.work.execute(
            _KEEP_STEPS, tenant_id=self.work.tenant_id, id=run_id, steps=steps,
            updated_at=self.work.now,
        )  # fmt: skip

    async def drop(self, run_id: UUID) -> None:
        """Forget a run whose event proved not to be the flow's."""
        await self.work.execute(_DROP, tenant_id=self.work.tenant_id, id=run_id)

    async def forget(self, client_id: UUID) -> None:
        """Remove every run about a client."""
        await self.work.execute(_FORGET, tenant_id=self.work.tenant_id, client_id=client_id)

    async def visible_client(self, client_id: UUID) -> tuple[UUID, UUID, list[UUID]] | None:
        """A client the caller sees, or its survivor, with its folder and editors; or None."""
        values = await self.scope_values()
        found = await self.work.fetchrow(
            _VISIBLE_CLIENT, tenant_id=self.work.tenant_id, id=client_id, **values
        )
        return (found["id"], found["folder_id"], found["editor_ids"]) if found else None
