"""All SQL of series."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import (
    BigInteger,
    Boolean,
    Text,
    Uuid,
    any_,
    bindparam,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from billing.branches.rules import UnknownBranch
from billing.series.rules import DocumentType, PrefixTaken, SeriesNotFound
from billing.series.tables import Series, series
from chassis.errors import Failure
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns

NO_BRANCH: Final = UUID(int=0)
"""Stands for `none` among the ids of a filter."""

_C: Final = series.c
_BRANCHES: Final = any_(bindparam("branch_id", type_=ARRAY(Uuid)))
_SHOWN: Final = (
    "id", "version", "created_at", "updated_at", "document_type", "branch_id", "prefix", "digits",
    "next_number",
)  # fmt: skip
_IS_CURRENT: Final = (
    _C.tenant_id == bindparam("tenant_id"),
    _C.document_type == bindparam("of_type", type_=Text),
    _C.branch_id.is_not_distinct_from(bindparam("of_branch", type_=Uuid)),
    _C.is_current,
)
_CURRENT: Final = statement(select(*written_columns(series)).where(*_IS_CURRENT).with_for_update())
# The version stays: who changes a series need not know how far it is.
_TAKE: Final = statement(
    update(series)
    .where(*_IS_CURRENT)
    .values(next_number=_C.next_number + bindparam("count", type_=BigInteger))
    .returning(*written_columns(series))
)
_WITH_OWN: Final = statement(
    select(_C.branch_id).where(
        _C.tenant_id == bindparam("tenant_id"),
        _C.document_type == bindparam("of_type", type_=Text),
        _C.is_current, _C.branch_id == any_(bindparam("branches", type_=ARRAY(Uuid))),
    )
)  # fmt: skip
_LOCK: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)
_KEYS: Final[dict[str | None, tuple[type[Failure], str]]] = {
    "uq_series__prefix": (PrefixTaken, "prefix"),
    # Removed a moment ago.
    "fk_series_branch": (UnknownBranch, "branch_id"),
}

LIST: Final = ListQuery(
    source=series,
    columns={**{name: _C[name] for name in _SHOWN}, "current": _C.is_current},
    where=(_C.tenant_id == bindparam("tenant_id"),),
    filters={
        "document_type": _C.document_type == any_(bindparam("document_type", type_=ARRAY(Text))),
        "branch_id": or_(
            _C.branch_id == _BRANCHES,
            _C.branch_id.is_(None) & (literal(NO_BRANCH, Uuid) == _BRANCHES),
        ),
        "current": _C.is_current == bindparam("current", type_=Boolean),
    },
    sorts={name: _C[name] for name in ("updated_at", "created_at", "document_type")},
    default_sort="document_type", key=_C.id,
)  # fmt: skip


class SeriesRepository(Repository[Series]):
    """Series of the tenant."""

    table = series
    row = Series
    missing = SeriesNotFound

    async def lock(self) -> None:
        """Wait for whoever is deciding which of the tenant's series are current."""
        await self.work.execute(_LOCK, key=f"series:{self.work.tenant_id}")

    async def current(self, document_type: str, branch_id: UUID | None) -> Series | None:
        """The one that gives numbers for this type and branch, locked."""
        return await self.one(_CURRENT, of_type=document_type, of_branch=branch_id)

    async def with_own(
        self, document_type: DocumentType, branch_ids: Collection[UUID]
    ) -> set[UUID]:
        """Those of the branches that have a series of their own."""
        rows = await self.work.fetch(
            _WITH_OWN, tenant_id=self.work.tenant_id, of_type=document_type,
            branches=list(branch_ids),
        )  # fmt: skip
        return {row["branch_id"] for row in rows}

    async def take(
        self, document_type: DocumentType, branch_id: UUID | None, count: int
    ) -> Series | None:
        """The same, with its next numbers taken and so locked until this work ends.

        Asked twice: while it waited for the lock another may have taken its place, and only a new
        statement sees that one.
        """
        asked = {"of_type": document_type, "of_branch": branch_id, "count": count}
        return await self.one(_TAKE, **asked) or await self.one(_TAKE, **asked)

    async def add_once(self, **values: Any) -> tuple[Series, bool]:
        try:
            return await super().add_once(**values)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise _refused(error) from error

    async def update(self, row: Series, **changes: Any) -> Series:
        try:
            return await super().update(row, **changes)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise _refused(error) from error


def _refused(error: asyncpg.IntegrityConstraintViolationError) -> Exception:
    if (known := _KEYS.get(error.constraint_name)) is None:
        return error
    failure, field = known
    return failure(field=field)
