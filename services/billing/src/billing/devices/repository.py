"""All SQL of devices."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import BigInteger, Text, Uuid, any_, bindparam, cast, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from billing.devices.rules import SERIAL, DeviceInUse, DeviceNotFound, DeviceTaken, Status
from billing.devices.tables import Device, e_invoice_devices
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns

_C: Final = e_invoice_devices.c
_SHOWN: Final = (
    "id", "version", "created_at", "updated_at", "name", "branch_id", "industry", "status", "csr",
    "certificate_expires_at", "problems", "last_counter", "last_hash",
)  # fmt: skip
LIST: Final = ListQuery(
    source=e_invoice_devices,
    columns={name: _C[name] for name in _SHOWN}
    | {"serial": literal(SERIAL, Text) + cast(_C.id, Text)},
    where=(_C.tenant_id == bindparam("tenant_id"),),
    filters={
        "status": _C.status == any_(bindparam("status", type_=ARRAY(Text))),
        "branch_id": _C.branch_id == any_(bindparam("branch_id", type_=ARRAY(Uuid))),
    },
    sorts={"created_at": _C.created_at}, default_sort="-created_at", key=_C.id,
)  # fmt: skip
_IN_USE: Final = (_C.tenant_id == bindparam("tenant_id"), _C.status != Status.RETIRED.value)
# In one order, so that nobody who stamps with several waits for who waits for them.
_LOCK: Final = statement(
    select(*written_columns(e_invoice_devices))
    .where(*_IN_USE, _C.branch_id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(_C.id).with_for_update()
)  # fmt: skip
_LOCK_COMPANYS: Final = statement(
    select(*written_columns(e_invoice_devices))
    .where(*_IN_USE, _C.branch_id.is_(None)).with_for_update()
)  # fmt: skip
_ALL: Final = statement(
    select(*written_columns(e_invoice_devices))
    .where(_C.tenant_id == bindparam("tenant_id")).order_by(_C.id)
)  # fmt: skip
# The version stays: who changes a device need not know how far it is.
_COUNT: Final = statement(
    update(e_invoice_devices)
    .where(_C.tenant_id == bindparam("tenant_id"), _C.id == bindparam("device_id", type_=Uuid))
    .values(last_counter=bindparam("counter", type_=BigInteger),
            last_hash=bindparam("content_hash", type_=Text))
)  # fmt: skip


class DeviceRepository(Repository[Device]):
    """Devices of the tenant."""

    table = e_invoice_devices
    row = Device
    missing = DeviceNotFound

    async def lock(self, branches: Collection[UUID]) -> list[Device]:
        """Those of these branches; whoever else stamps with one of them waits."""
        return await self.all(_LOCK, ids=list(branches)) if branches else []

    async def lock_companys(self) -> Device | None:
        """The company's own, asked for after those of branches."""
        return await self.one(_LOCK_COMPANYS)

    async def count(self, device_id: UUID, counter: int, content_hash: str) -> None:
        """How far a device is, which is locked."""
        await self.work.execute(
            _COUNT, tenant_id=self.work.tenant_id, device_id=device_id, counter=counter,
            content_hash=content_hash,
        )  # fmt: skip

    async def every(self) -> list[Device]:
        """All of the company, also those put away."""
        return await self.all(_ALL)

    async def add_once(self, **values: Any) -> tuple[Device, bool]:
        try:
            return await super().add_once(**values)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name != "uq_e_invoice_devices__branch":
                raise
            raise DeviceTaken(field="branch_id") from error

    async def delete(self, row: Device) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise DeviceInUse() from error
