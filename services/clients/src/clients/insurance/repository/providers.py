"""All SQL of insurers."""

from typing import Any, Final

import asyncpg
from sqlalchemy import Boolean, Text, bindparam

from chassis.paging import ListQuery
from chassis.repository import Repository
from clients.insurance.rules import ProviderCodeTaken, ProviderInUse, ProviderNotFound
from clients.insurance.tables import Provider, insurance_providers

_C: Final = insurance_providers.c
_SHOWN: Final = ("id", "version", "created_at", "updated_at", "name", "code", "contacts")

LIST: Final = ListQuery(
    source=insurance_providers,
    columns={**{name: _C[name] for name in _SHOWN}, "archived": _C.is_archived},
    where=(_C.tenant_id == bindparam("tenant_id"),),
    filters={
        "archived": _C.is_archived == bindparam("archived", type_=Boolean),
        "code": _C.code == bindparam("code", type_=Text),
    },
    sorts={n: _C[n] for n in ("updated_at", "created_at")},
    default_sort="-updated_at", key=_C.id,
)  # fmt: skip


class ProviderRepository(Repository[Provider]):
    """Insurers of the tenant."""

    table = insurance_providers
    row = Provider
    missing = ProviderNotFound

    async def add_once(self, **values: Any) -> tuple[Provider, bool]:
        try:
            return await super().add_once(**values)
        except asyncpg.UniqueViolationError as error:
            raise _taken(error) from error

    async def update(self, row: Provider, **changes: Any) -> Provider:
        try:
            return await super().update(row, **changes)
        except asyncpg.UniqueViolationError as error:
            raise _taken(error) from error

    async def delete(self, row: Provider) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise ProviderInUse() from error


def _taken(error: asyncpg.UniqueViolationError) -> Exception:
    is_code = error.constraint_name == "uq_insurance_providers__code"
    return ProviderCodeTaken(field="code") if is_code else error
