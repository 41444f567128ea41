"""Whatever races, a session has as many bookings as seats, and nobody waits in a circle."""

import asyncio
from collections import Counter
from typing import Any

from chassis.testing.races import deadlocks
from services.scheduling.tests.factories import Person, remember_client
from services.scheduling.tests.staffed import AT_NINE, make_booking, make_service


async def race(owner: Person, service: Any, times: int, **fields: Any) -> Counter[str]:
    client_id = str(await remember_client(owner))
    body = {"service_id": service["id"], "starts_at": AT_NINE, "client_id": client_id} | fields

    async def one() -> str:
        response = await owner.http.post("/v1/bookings", json=body)
        return "" if response.is_success else str(response.json()["code"])

    return Counter(await asyncio.gather(*(one() for _ in range(times))))


async def test_of_two_hundred_who_book_three_seats_three_have_one(owner: Person) -> None:
    """SC-06: 200 parallel bookings of a service with capacity 3: exactly 3 (ask 5)."""
    service = await make_service(owner, capacity=3)
    before = await deadlocks(owner.service.context.database)
    outcome = await race(owner, service, 200)
    assert outcome == {"": 3, "session_full": 197}
    listed = await owner.get("/v1/bookings", service_id=service["id"], count=True)
    assert listed["total"] == 3
    assert await deadlocks(owner.service.context.database) == before


async def test_of_services_that_need_the_same_person_one_is_booked(owner: Person) -> None:
    one = await make_service(owner)
    other = await make_service(owner, staff_ids=one["staff_ids"], duration_minutes=45)
    both = await asyncio.gather(race(owner, one, 12), race(owner, other, 12))
    assert sorted(found[""] for found in both) == [0, 1]


async def test_who_cancels_while_others_book_and_move_leaves_every_seat_used_once(
    owner: Person,
) -> None:
    service = await make_service(owner, capacity=4, policy={"auto_confirm": True})
    later = "2031-03-10T09:30:00Z"
    made = [await make_booking(owner, service) for _ in range(4)]
    waiting = [await make_booking(owner, service, wait=True) for _ in range(6)]
    before = await deadlocks(owner.service.context.database)

    async def cancel(booking_id: str) -> None:
        await owner.post(f"/v1/bookings/{booking_id}/cancel")

    async def move(booking_id: str) -> None:
        await owner.http.post(
            f"/v1/bookings/{booking_id}/reschedule", json={"starts_at": later}
        )  # fmt: skip

    await asyncio.gather(
        *(cancel(one["id"]) for one in (*made[:2], *waiting[:2])),
        *(move(one["id"]) for one in made[2:]), race(owner, service, 10),
    )  # fmt: skip
    seated = await owner.get("/v1/bookings", status="confirmed", limit=200)
    at_nine = [one for one in seated["items"] if one["starts_at"].startswith("2031-03-10T09:00")]
    assert len(at_nine) == 4
    assert await deadlocks(owner.service.context.database) == before
