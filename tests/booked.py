"""Makers of when staff work, and of what is booked with them: for tests/world.py."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.world import World


async def holiday(world: "World") -> str:
    return await world.made("/v1/holidays", {"name": world.text(), "from": "2031-05-04"})


async def override(world: "World") -> str:
    days = {"from": "2026-02-18", "to": "2026-03-19"}
    return await world.made(
        "/v1/availability-overrides", {"name": world.text(), "hours": [], **days}
    )


async def leave(world: "World") -> str:
    away = {"user_id": world.ids["owner_id"], "from": "2026-07-05", "to": "2026-07-16"}
    return await world.made("/v1/leaves", away)


async def booking_service(world: "World") -> str:
    service = {"name": world.text(), "duration_minutes": 30, "price": "100.00", "public": True}
    return await world.made(
        "/v1/booking-services", service | {"staff_ids": [world.ids["owner_id"]], "capacity": 50}
    )


async def booking(world: "World", **fields: str) -> str:
    wanted = {"service_id": world.ids["service_id"], "starts_at": "2031-05-05T09:00:00Z"}
    about = {"client_id": world.ids["client_id"], "note": world.text(), "any_time": True}
    return await world.made("/v1/bookings", wanted | about | fields)


async def booking_token(world: "World") -> str:
    """What the link ends in of what a client is asked to confirm."""
    asked = await booking(world, status="requested")
    return str((await world.person.post(f"/v1/bookings/{asked}/link"))["token"])


async def tenant(world: "World") -> str:
    """The company itself, which lets the public book."""
    said = {"public_booking": True}
    answer = await world.person.ask("PATCH", "/v1/settings/scheduling", json=said)
    assert answer.is_success, answer.text
    return world.ids["tenant_id"]


MAKERS: Final[dict[str, Callable[["World"], Awaitable[str]]]] = {
    "booking_service_id": booking_service,
    "service_id": booking_service,
    "booking_id": booking,
    "booking_token": booking_token,
    "holiday_id": holiday,
    "leave_id": leave,
    "override_id": override,
    "tenant": tenant,
}
