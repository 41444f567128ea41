"""Operations on what is to be done whose example needs a state of its own."""

from dataclasses import replace

from tests import booked
from tests.contracts.prepared import Preparation, Prepared
from tests.openapi import Operation
from tests.world import World


async def _called_off(world: World, operation: Operation) -> Prepared:
    appointment = await world.fresh("appointment_id")
    await world.person.post(f"/v1/appointments/{appointment}/cancel")
    return Prepared(await world.ask(operation, appointment_id=appointment), world.person)


async def _not_invoiced(world: World, operation: Operation) -> Prepared:
    """Time that is on no invoice yet."""
    entry = await world.fresh("time_entry_id")
    return Prepared(await world.ask(operation, time_entry_id=entry), world.person)


async def _of_its_type(world: World, operation: Operation) -> Prepared:
    """To a status of the cycle's own type."""
    cycle = await world.fresh("work_cycle_id")
    kind = await world.person.get(f"/v1/work-cycle-types/{world.ids['work_cycle_type_id']}")
    status = str(kind["statuses"][-1]["id"])
    asked = await world.ask(operation, work_cycle_id=cycle, status_id=status)
    return Prepared(asked, world.person)


async def _begun(world: World, operation: Operation) -> Prepared:
    """Who is to come is missed only then."""
    booking = await booked.booking(world, starts_at="2026-01-15T09:00:00Z")
    return Prepared(await world.ask(operation, booking_id=booking), world.person)


async def _held_by_staff(world: World, operation: Operation) -> Prepared:
    """For nobody yet."""
    booking = await booked.booking(world, status="held")
    return Prepared(await world.ask(operation, booking_id=booking), world.person)


async def _offered(world: World, operation: Operation) -> Prepared:
    """At a time that is free."""
    asked = await world.ask(operation)
    return Prepared(replace(asked, body=asked.body | await _slot(world)), world.person)


async def _held(world: World, operation: Operation) -> Prepared:
    """What somebody without an account holds."""
    asked = await world.ask(operation)
    wanted = {"service_id": world.ids["service_id"]} | await _slot(world)
    held = await world.person.post(asked.path.replace("/bookings", "/holds"), wanted)
    return Prepared(replace(asked, body=asked.body | {"token": held["token"]}), world.person)


async def _slot(world: World) -> dict[str, str]:
    service = world.ids["service_id"]
    free = await world.person.get(
        f"/v1/public/booking/{world.ids['tenant']}/slots", service_id=service
    )
    return {"starts_at": str(free["items"][-1]["starts_at"])}


PREPARATIONS: dict[str, Preparation] = {
    "POST /v1/appointments/{appointment_id}/reopen": _called_off,
    "POST /v1/bookings/{booking_id}/no-show": _begun,
    "POST /v1/bookings/{booking_id}/request": _held_by_staff,
    "POST /v1/public/booking/{tenant}/bookings": _held,
    "POST /v1/public/booking/{tenant}/holds": _offered,
    "POST /v1/time-entries/invoice": _not_invoiced,
    "POST /v1/work-cycles/{work_cycle_id}/status": _of_its_type,
}
