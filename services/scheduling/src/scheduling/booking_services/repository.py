"""All SQL of what can be booked."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import Boolean, DateTime, Text, Uuid, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.amounts import amount
from chassis.documents import Document, document, read_document
from chassis.errors import Failure
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from scheduling.booking_services.rules import (
    ServiceExternalIdTaken,
    ServiceInUse,
    ServiceNotFound,
)
from scheduling.booking_services.tables import BookingService, booking_services

_C: Final = booking_services.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_SHOWN: Final = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "name", "description", "duration_minutes",
        "buffer_before", "buffer_after", "slot_minutes", "currency", "tax_id", "staff_ids",
        "resource_ids", "capacity", "credit_type_id", "credit_amount", "policy", "external_id",
    )},
    "price": amount(_C.price_minor, _C.currency), "deposit": amount(_C.deposit_minor, _C.currency),
    "public": _C.is_public, "active": _C.is_active,
}  # fmt: skip


def _ids(name: str) -> Any:
    return bindparam(name, type_=ARRAY(Uuid))


def _moment(name: str) -> Any:
    return bindparam(name, type_=DateTime(timezone=True))


LIST: Final = ListQuery(
    source=booking_services, columns=_SHOWN, where=(_OURS,),
    filters={
        "active": _C.is_active == bindparam("active", type_=Boolean),
        "public": _C.is_public == bindparam("public", type_=Boolean),
        "staff_id": _C.staff_ids.overlap(_ids("staff_id")),
        "resource_id": _C.resource_ids.overlap(_ids("resource_id")),
        "credit_type_id": _C.credit_type_id == any_(_ids("credit_type_id")),
        "external_id": _C.external_id == any_(bindparam("external_id", type_=ARRAY(Text))),
        "updated_from": _C.updated_at >= _moment("updated_from"),
        "updated_to": _C.updated_at < _moment("updated_to"),
    },
    sorts={
        "updated_at": _C.updated_at, "created_at": _C.created_at,
        "name": func.coalesce(_C.name["ar"].astext, _C.name["en"].astext, type_=Text),
    },
    default_sort="name", key=_C.id,
)  # fmt: skip
_THESE: Final = statement(
    select(*written_columns(booking_services)).where(_OURS, _C.id == any_(_ids("ids")))
)
_READ: Final = document(booking_services, _SHOWN, _OURS, _C.id == bindparam("id"))
_KEYS: Final[dict[str | None, tuple[type[Failure], str]]] = {
    "uq_booking_services__external_id": (ServiceExternalIdTaken, "external_id"),
}


class ServiceRepository(Repository[BookingService]):
    """What can be booked of the tenant."""

    table = booking_services
    row = BookingService
    missing = ServiceNotFound

    async def shown(self, service_id: UUID) -> Document:
        """One as JSON; raises ServiceNotFound."""
        found = await read_document(self.work, _READ, tenant_id=self.work.tenant_id, id=service_id)
        if found is None:
            raise self.missing()
        return found

    async def these(self, ids: Collection[UUID]) -> list[BookingService]:
        """Some by their ids."""
        return await self.all(_THESE, ids=list(ids))

    async def add_once(self, **values: Any) -> tuple[BookingService, bool]:
        try:
            return await super().add_once(**values)
        except asyncpg.UniqueViolationError as error:
            raise _refused(error) from error

    async def update(self, row: BookingService, **changes: Any) -> BookingService:
        try:
            return await super().update(row, **changes)
        except asyncpg.UniqueViolationError as error:
            raise _refused(error) from error

    async def delete(self, row: BookingService) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise ServiceInUse() from error


def _refused(error: asyncpg.UniqueViolationError) -> Exception:
    if (known := _KEYS.get(error.constraint_name)) is None:
        return error
    failure, field = known
    return failure(field=field)
