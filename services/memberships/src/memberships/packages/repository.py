"""All SQL of packages."""

from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import (
    Boolean,
    DateTime,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.amounts import amount
from chassis.documents import Document, document, read_document
from chassis.errors import Failure
from chassis.paging import ListQuery
from chassis.repository import Repository
from memberships.packages.rules import PackageExternalIdTaken, PackageInUse, PackageNotFound
from memberships.packages.tables import Package, packages

_C: Final = packages.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_SHOWN: Final = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "name", "description", "kind", "currency",
        "tax_id", "period", "credits", "external_id",
    )},
    "price": amount(_C.price_minor, _C.currency),
    "joining_fee": amount(_C.joining_fee_minor, _C.currency), "active": _C.is_active,
}  # fmt: skip
_given = func.jsonb_array_elements(_C.credits, type_=JSONB).table_valued("value", name="given")
_GIVES: Final = exists(
    select(literal_column("1")).select_from(_given).where(
        cast(cast(_given.c.value, JSONB)["credit_type_id"].astext, Uuid)
        == any_(bindparam("credit_type_id", type_=ARRAY(Uuid)))
    )
)  # fmt: skip


def _moment(name: str) -> Any:
    return bindparam(name, type_=DateTime(timezone=True))


LIST: Final = ListQuery(
    source=packages, columns=_SHOWN, where=(_OURS,),
    filters={
        **{name: _C[name] == any_(bindparam(name, type_=ARRAY(Text)))
           for name in ("kind", "currency", "external_id")},
        "active": _C.is_active == bindparam("active", type_=Boolean),
        "credit_type_id": _GIVES,
        "created_from": _C.created_at >= _moment("created_from"),
        "created_to": _C.created_at < _moment("created_to"),
        "updated_from": _C.updated_at >= _moment("updated_from"),
        "updated_to": _C.updated_at < _moment("updated_to"),
    },
    sorts={
        "updated_at": _C.updated_at, "created_at": _C.created_at,
        "name": func.coalesce(_C.name["ar"].astext, _C.name["en"].astext, type_=Text),
    },
    default_sort="-updated_at", key=_C.id,
)  # fmt: skip
_READ: Final = document(packages, _SHOWN, _OURS, _C.id == bindparam("id"))
_KEYS: Final[dict[str | None, tuple[type[Failure], str]]] = {
    "uq_packages__external_id": (PackageExternalIdTaken, "external_id"),
}


class PackageRepository(Repository[Package]):
    """Packages of the tenant."""

    table = packages
    row = Package
    missing = PackageNotFound

    async def shown(self, package_id: UUID) -> Document:
        """One as JSON; raises PackageNotFound."""
        found = await read_document(self.work, _READ, tenant_id=self.work.tenant_id, id=package_id)
        if found is None:
            raise PackageNotFound()
        return found

    async def add_once(self, **values: Any) -> tuple[Package, bool]:
        try:
            return await super().add_once(**values)
        except asyncpg.UniqueViolationError as error:
            raise _refused(error) from error

    async def update(self, row: Package, **changes: Any) -> Package:
        try:
            return await super().update(row, **changes)
        except asyncpg.UniqueViolationError as error:
            raise _refused(error) from error

    async def delete(self, row: Package) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise PackageInUse() from error


def _refused(error: asyncpg.UniqueViolationError) -> Exception:
    if (known := _KEYS.get(error.constraint_name)) is None:
        return error
    failure, field = known
    return failure(field=field)
