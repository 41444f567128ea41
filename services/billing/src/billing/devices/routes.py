"""HTTP door of devices."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import Query

from billing.devices.repository import LIST, DeviceRepository
from billing.devices.rules import SERIAL
from billing.devices.schemas import (
    DeviceCreate,
    DeviceFilters,
    DeviceUpdate,
    DeviceView,
    Onboarding,
)
from billing.devices.tables import Device
from billing.devices.use_cases import devices, onboarding
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page

routes = router("/v1/e-invoicing/devices", "E-invoicing")

READ, MANAGE = "billing:read", "billing:manage"


@routes.get("", permission=READ, response_model=Page[DeviceView])
async def list_devices(work: Work, pages: Pages, query: Annotated[DeviceFilters, Query()]) -> Json:
    """List the devices that stamp e-invoices."""
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True)))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": "عيادة النور – الرياض", "industry": "Health"},
)  # fmt: skip
async def create_device(work: Work, body: DeviceCreate) -> DeviceView:
    """Make a device that stamps e-invoices, with a key of its own."""
    return _shown(await devices.create_device(work, body.model_dump()))


@routes.get("/{device_id}", permission=READ)
async def get_device(work: Work, device_id: UUID) -> DeviceView:
    """Read a device."""
    return _shown(await DeviceRepository(work).get(device_id))


@routes.patch("/{device_id}", permission=MANAGE, example={"industry": "Health"})
async def update_device(work: Work, device_id: UUID, body: DeviceUpdate) -> DeviceView:
    """Call a device otherwise."""
    changes = body.model_dump(exclude_unset=True)
    return _shown(await devices.update_device(work, device_id, changes))


@routes.delete("/{device_id}", permission=MANAGE)
async def delete_device(work: Work, device_id: UUID) -> None:
    """Remove a device that has stamped nothing."""
    await devices.delete_device(work, device_id)


@routes.post("/{device_id}/onboard", permission=MANAGE, example={"otp": "123345"})
async def onboard_device(
    work: Work, context: Context, device_id: UUID, body: Onboarding
) -> DeviceView:
    """Ask the tax authority for a device's certificate, by the code that its portal shows."""
    return _shown(await onboarding.onboard_device(work, context, device_id, body.otp))


@routes.post("/{device_id}/renew", permission=MANAGE, example={"otp": "123345"})
async def renew_device(
    work: Work, context: Context, device_id: UUID, body: Onboarding
) -> DeviceView:
    """Ask for another certificate of a device in use, before its own ends."""
    return _shown(await onboarding.renew_device(work, context, device_id, body.otp))


@routes.post("/{device_id}/retire", permission=MANAGE)
async def retire_device(work: Work, device_id: UUID) -> DeviceView:
    """Put a device away, so that another one can take its place."""
    return _shown(await devices.retire_device(work, device_id))


def _shown(device: Device) -> DeviceView:
    return DeviceView.model_validate(asdict(device) | {"serial": f"{SERIAL}{device.id}"})
