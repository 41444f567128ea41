"""All SQL of jobs."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Boolean, DateTime, Integer, Text, Uuid, any_, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from background.jobs import rules
from background.jobs.tables import Job, jobs
from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import UnitOfWork
from refs import visibility

_C: Final = jobs.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
# What a job tells may be about any client: beside its maker only those read it who see them all.
_SCOPE: Final = bindparam("manages_all", type_=Boolean) | (_C.author == bindparam("me", type_=Text))
_PERCENT: Final = func.least(100, _C.done * 100 // func.nullif(_C.total, 0, type_=Integer))
_SHOWN: Final = {
    **{name: _C[name] for name in ("id", "version", "created_at", "updated_at", "kind", "status")},
    "author": _C.author,
    "progress": func.json_build_object(
        "done", _C.done, "total", _C.total, "percent", _PERCENT
    ),
    "result": _C.result, "error": _C.error, "ended_at": _C.ended_at,
    "undo_of_id": _C.undo_of_id,
}  # fmt: skip
_OLD: Final = statement(
    delete(jobs).where(
        _OURS,
        _C.id == any_(
            func.array(
                select(_C.id)
                .where(_OURS, _C.created_at < bindparam("before", type_=DateTime(timezone=True)))
                .order_by(_C.created_at, _C.id)
                .limit(20)
                .scalar_subquery()
            )
        ),
    )
)  # fmt: skip
_UNDOING: Final = statement(
    select(*written_columns(jobs))
    .where(_OURS, _C.undo_of_id == bindparam("undo_of_id", type_=Uuid))
    .with_for_update()
)

_READ: Final = document(jobs, _SHOWN, _OURS, _SCOPE, _C.id == bindparam("id", type_=Uuid))

LIST: Final = ListQuery(
    source=jobs, columns=_SHOWN, where=(_OURS, _SCOPE),
    filters={
        "status": _C.status == any_(bindparam("status", type_=ARRAY(Text))),
        "kind": _C.kind == any_(bindparam("kind", type_=ARRAY(Text))),
    },
    sorts={"created_at": _C.created_at}, default_sort="-created_at", key=_C.id,
)  # fmt: skip
# How far a job is, is no change of anything that somebody decided.
_PROGRESS: Final = frozenset({"done", "total", "state", "failures"})


class AnyJob(Repository[Job]):
    """Every job of the company, for who works on it."""

    table = jobs
    row = Job
    missing = rules.JobNotFound

    def _audit(
        self, action: str, entity_id: Any, changes: dict[str, Any], client_id: UUID | None = None
    ) -> None:
        kept = {name: value for name, value in changes.items() if name not in _PROGRESS}
        if kept:
            super()._audit(action, entity_id, kept, client_id)

    async def undoing(self, job_id: UUID | None) -> Job | None:
        """The job that undoes this one, locked."""
        return await self.one(_UNDOING, undo_of_id=job_id)

    async def forget_old(self) -> None:
        """Remove some that ended long ago, with what they noted down."""
        before = self.work.now - timedelta(days=rules.KEPT_DAYS)
        await self.work.execute(_OLD, tenant_id=self.work.tenant_id, before=before)


class JobRepository(AnyJob):
    """The caller's own jobs; all of a service's for who manages there and sees every client."""

    scope = _SCOPE

    def __init__(self, work: UnitOfWork, service: str) -> None:
        super().__init__(work)
        self._service = service

    async def scope_values(self) -> dict[str, Any]:
        sight = await visibility.sight_of(self.work)
        manages = self.work.caller.may(f"{self._service}:manage") and sight.sees_everything
        return {"me": self.work.caller.principal, "manages_all": manages}

    async def read(self, job_id: UUID) -> Document:
        """The job as JSON; raises JobNotFound."""
        found = await read_document(self.work, _READ, **await self._bound({"id": job_id}))
        if found is None:
            raise self.missing()
        return found
