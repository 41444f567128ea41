"""What can be done with devices, and whose documents each stamps."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from billing.branches.use_cases import check_branch
from billing.devices import rules
from billing.devices.repository import DeviceRepository
from billing.devices.tables import Device
from billing.ubl.rules.document import FIRST
from chassis.ids import new_id
from chassis.work import UnitOfWork

KEY: Final = "billing.device_key"
_STARTING: Final = {
    "status": rules.Status.NEW.value, "problems": [], "last_counter": 0, "last_hash": FIRST,
}  # fmt: skip


async def create_device(work: UnitOfWork, values: dict[str, Any]) -> Device:
    """Make a device, with a key of its own."""
    await check_branch(work, values["branch_id"])
    devices = DeviceRepository(work)
    # Made again, it has the key that it was made with.
    known = await devices.find(values["id"]) if values["id"] else None
    if known is not None:
        kept = {name: getattr(known, name) for name in ("private_key", *_STARTING)}
        return (await devices.add_once(**values, **kept))[0]
    key = work.crypto.seal(work.tenant_id, rules.new_key(), KEY)
    device, _ = await devices.add_once(**values, **_STARTING, private_key=key)
    return device


async def update_device(work: UnitOfWork, device_id: UUID, changes: dict[str, Any]) -> Device:
    """Call a device otherwise."""
    devices = DeviceRepository(work)
    return await devices.update(await devices.get_for_update(device_id), **changes)


async def retire_device(work: UnitOfWork, device_id: UUID) -> Device:
    """Put a device away; another one takes its place."""
    devices = DeviceRepository(work)
    device = await devices.get_for_update(device_id)
    return await devices.update(device, status=rules.Status.RETIRED.value)


async def delete_device(work: UnitOfWork, device_id: UUID) -> None:
    """Remove a device that has stamped nothing."""
    devices = DeviceRepository(work)
    await devices.delete(await devices.get_for_update(device_id))


async def lock_devices(
    work: UnitOfWork, branches: Collection[UUID | None]
) -> dict[UUID | None, Device]:
    """By branch the device that stamps for it: its own, else the company's, made where there is
    none. Whoever else stamps with one of them waits until this work ends; so ask for it last.
    """
    devices = DeviceRepository(work)
    own = {one.branch_id: one for one in await devices.lock([one for one in branches if one])}
    if own.keys() >= set(branches):
        return {one: own[one] for one in branches}
    companys = await _companys(work)
    return {one: own.get(one, companys) for one in branches}


async def _companys(work: UnitOfWork) -> Device:
    devices = DeviceRepository(work)
    while (found := await devices.lock_companys()) is None:
        await _start(work)
    return found


async def _start(work: UnitOfWork) -> None:
    key = work.crypto.seal(work.tenant_id, rules.new_key(), KEY)
    await DeviceRepository(work).add_unless_taken(
        id=new_id(), name=rules.STARTING_NAME, industry=rules.USUAL_INDUSTRY, private_key=key,
        **_STARTING,
    )  # fmt: skip
