"""When a service can be booked."""

from typing import Any

from chassis.testing.clock import FrozenClock
from services.scheduling.tests.factories import Json, Person, make_resource, remember_user
from services.scheduling.tests.staffed import TOMORROW, make_booking, make_service

DAY: Json = {"date_from": TOMORROW, "date_to": "2031-03-11"}
MORNING: Json = {"days": ["monday"], "from": "12:00", "to": "15:00"}


async def free(owner: Person, service: Json, **asked: Any) -> list[Json]:
    found = await owner.get("/v1/slots", service_id=service["id"], **{**DAY, **asked})
    assert found["next_cursor"] is None
    items: list[Json] = found["items"]
    return items


async def at_noon(owner: Person, *, staff: int = 1, **fields: Any) -> Json:
    """A service whose staff work from 12 to 15 in Riyadh, which is from 9 on in UTC."""
    service = await make_service(owner, staff=staff, slot_minutes=60, **fields)
    for one in service["staff_ids"]:
        await owner.patch(f"/v1/staff/{one}/availability", {"hours": [MORNING]})
    return service


async def test_free_times_are_told_with_whom(owner: Person) -> None:
    """SC-05, SC-07"""
    service = await at_noon(owner, staff=2)
    found = await free(owner, service)
    assert [one["starts_at"][11:16] for one in found] == ["09:00", "10:00", "11:00"]
    assert found[0]["ends_at"] == f"{TOMORROW}T10:00:00Z"
    assert [set(one["staff_ids"]) for one in found] == [set(service["staff_ids"])] * 3
    [staff_id, other] = service["staff_ids"]
    await make_booking(owner, service, staff_id=staff_id)
    found = await free(owner, service)
    assert found[0]["staff_ids"] == [other] and len(found[1]["staff_ids"]) == 2
    assert [one["starts_at"][11:16] for one in await free(owner, service, staff_id=staff_id)] == [
        "10:00", "11:00",
    ]  # fmt: skip


async def test_a_session_is_told_with_the_seats_that_are_left(owner: Person) -> None:
    service = await at_noon(owner, capacity=3, buffer_after=30)
    await make_booking(owner, service, seats=2)
    found = await free(owner, service)
    assert [(one["starts_at"][11:16], one["seats_left"]) for one in found] == [
        ("09:00", 1), ("11:00", 3),
    ]  # fmt: skip
    assert [one["starts_at"][11:16] for one in await free(owner, service, seats=2)] == ["11:00"]


async def test_what_is_needed_besides_is_looked_at(owner: Person) -> None:
    room = await make_resource(owner)
    service = await at_noon(owner, resource_ids=[room["id"]])
    other = await make_service(owner, resource_ids=[room["id"]])
    await make_booking(owner, other, starts_at=f"{TOMORROW}T10:30:00Z", any_time=True)
    assert [one["starts_at"][11:16] for one in await free(owner, service)] == ["09:00"]


async def test_holidays_leave_and_what_has_begun_are_left_out(
    owner: Person, clock: FrozenClock
) -> None:
    service = await at_noon(owner)
    holiday = await owner.post("/v1/holidays", {"name": "عطلة", "from": TOMORROW})
    assert await free(owner, service) == []
    await owner.patch(f"/v1/holidays/{holiday['id']}", {"active": False})
    away = {"user_id": service["staff_ids"][0], "from": TOMORROW, "to": TOMORROW,
            "hours": {"from": "13:30", "to": "14:00"}}  # fmt: skip
    await owner.post("/v1/leaves", away)
    assert [one["starts_at"][11:16] for one in await free(owner, service)] == ["09:00", "11:00"]
    clock.now = clock.now.replace(day=10, hour=9, minute=1)
    assert [one["starts_at"][11:16] for one in await free(owner, service)] == ["11:00"]


async def test_what_cannot_be_asked_is_refused_by_its_field(owner: Person) -> None:
    service = await make_service(owner)
    for asked, name in (
        ({"date_to": TOMORROW}, "date_to"), ({"date_to": "2031-05-10"}, "date_to"),
        ({"staff_id": str(owner.caller.user_id)}, "staff_id.0"),
    ):  # fmt: skip
        response = await owner.http.get(
            "/v1/slots", params={"service_id": service["id"], **DAY, **asked}
        )
        assert response.status_code == 422
        assert [one["field"] for one in response.json()["errors"]] == [name]
    unknown = f"/v1/slots?service_id={owner.caller.tenant_id}"
    assert await owner.refused("GET", unknown) == (404, "booking_service_not_found")


async def test_whoever_has_left_is_offered_no_more(owner: Person) -> None:
    """SC-05"""
    service = await at_noon(owner, staff=2)
    left, stays = service["staff_ids"]
    await remember_user(owner, id=left, is_active=False, version=2)
    assert {who for one in await free(owner, service) for who in one["staff_ids"]} == {stays}


async def test_without_staff_nothing_is_free(owner: Person) -> None:
    assert await free(owner, await make_service(owner, staff_ids=[])) == []
