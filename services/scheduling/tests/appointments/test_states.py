"""What becomes of appointments, and when they are moved."""

import asyncio
from typing import Any

import pytest

from chassis.ids import new_id
from chassis.testing.races import deadlocks
from scheduling.appointments.use_cases.forgetting import forget_appointments
from services.scheduling.tests.appointments.planning import (
    APPOINTMENTS,
    HOUR,
    NINE,
    at,
    make_appointment,
    path_of,
)
from services.scheduling.tests.claims.test_claims import working
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import (
    Person,
    make_resource,
    remember_client,
    remember_user,
)


async def test_an_appointment_is_confirmed_and_takes_place(owner: Person, events: Events) -> None:
    """SC-02, SC-08"""
    made = await make_appointment(owner)
    confirmed = await owner.post(path_of(made, "confirm"))
    assert (confirmed["status"], confirmed["confirmed_by"]) == (
        "confirmed", owner.caller.principal
    )  # fmt: skip
    assert await owner.post(path_of(made, "confirm")) == confirmed
    done = await owner.post(path_of(made, "complete"))
    assert done["status"] == "done" and done["done_at"]
    for verb in ("confirm", "complete", "no-show", "cancel"):
        assert await owner.refused("POST", path_of(made, verb)) == (409, "appointment_not_open")
    move = {"starts_at": at(NINE + HOUR)}
    refused = await owner.refused("POST", path_of(made, "reschedule"), move)
    assert refused == (409, "appointment_not_open")
    assert [one["type"].rpartition(".")[2] for one in await events(owner.caller)] == [
        "scheduled", "confirmed", "done"
    ]  # fmt: skip


@pytest.mark.parametrize(("verb", "status"), [("cancel", "cancelled"), ("no-show", "no_show")])
async def test_what_does_not_take_place_takes_nobody(owner: Person, verb: str, status: str) -> None:
    """SC-02: and takes them again if it is reopened, unless they are elsewhere by then."""
    staff = str(await remember_user(owner))
    made = await make_appointment(owner, staff_ids=[staff])
    assert await owner.refused("POST", path_of(made, "reopen")) == (409, "appointment_open")
    over = await owner.post(path_of(made, verb))
    assert over["status"] == status
    other = await make_appointment(owner, staff_ids=[staff])
    assert await owner.refused("POST", path_of(made, "reopen")) == (409, "slot_taken")
    await owner.post(path_of(other, "cancel"), {"reason": "x"})
    again = await owner.post(path_of(made, "reopen"))
    assert (again["status"], again["cancelled_at"]) == ("scheduled", None)
    body = {"client_id": made["client_id"], "starts_at": at(NINE), "staff_ids": [staff]}
    assert await owner.refused("POST", APPOINTMENTS, body) == (409, "slot_taken")


async def test_what_is_moved_keeps_when_it_was(owner: Person, events: Events) -> None:
    """SC-02, SC-08: who had confirmed it is asked anew."""
    staff = str(await remember_user(owner))
    made = await make_appointment(owner, staff_ids=[staff])
    await owner.post(path_of(made, "confirm"))
    later = {"starts_at": at(NINE + HOUR / 2), "reason": "طلب العميل"}
    moved = await owner.post(path_of(made, "reschedule"), later)
    assert (moved["status"], moved["confirmed_at"]) == ("scheduled", None)
    assert (moved["starts_at"], moved["ends_at"]) == (later["starts_at"], at(NINE + 1.5 * HOUR))
    assert await owner.post(path_of(made, "reschedule"), later) == moved
    longer = {"starts_at": at(NINE), "duration_minutes": 90}
    await owner.post(path_of(made, "reschedule"), longer)
    first, second = (await owner.get(path_of(made, "moves")))["items"]
    assert (first["from_starts_at"], first["to_starts_at"]) == (at(NINE), later["starts_at"])
    assert (first["reason"], first["moved_by"]) == ("طلب العميل", owner.caller.principal)
    assert (second["to_ends_at"], second["reason"]) == (at(NINE + 1.5 * HOUR), None)
    assert await owner.ids(APPOINTMENTS, staff_id=staff, starts_to=at(NINE)) == []
    told = (await events(owner.caller))[2]
    assert told["type"] == "scheduling.appointment.rescheduled"
    assert told["data"]["from_starts_at"] == NINE.isoformat()
    for wrong, code, field in (
        ({}, "validation_failed", "starts_at"),
        ({"starts_at": at(NINE), "ends_at": at(NINE)}, "ends_before_start", "ends_at"),
    ):
        assert await owner.wrong("POST", path_of(made, "reschedule"), wrong) == (code, [field])


async def test_who_comes_too_late_is_offered_the_nearest_times(owner: Person) -> None:
    """SC-06: of all that is needed; a resource is in one place as staff is. Times are answered as
    elsewhere, whatever zone they are asked for in.
    """
    staff, room = str(await remember_user(owner)), (await make_resource(owner))["id"]
    await make_appointment(owner, staff_ids=[staff])
    await make_appointment(owner, NINE + HOUR, resource_ids=[room])
    body = {"client_id": str(await remember_client(owner)), "duration_minutes": 60,
            "starts_at": "2031-03-10T12:30:00+03:00", "staff_ids": [staff],
            "resource_ids": [room]}  # fmt: skip
    answer = await owner.http.post(APPOINTMENTS, json=body, headers={"Accept-Language": "ar"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "slot_taken")
    assert problem["errors"][0]["field"] == "starts_at" and "مشغول" in problem["detail"]
    assert problem["taken"]["starts_at"] == at(NINE + HOUR / 2)
    nearest = [one["starts_at"] for one in problem["nearest"]]
    assert nearest[:2] == [at(NINE - HOUR), at(NINE + 2 * HOUR)]
    free = body | problem["nearest"][1]
    del free["duration_minutes"]
    await owner.post(APPOINTMENTS, free)


async def test_of_many_appointments_for_one_slot_one_is_set(owner: Person) -> None:
    """SC-06: whatever races, and nobody waits in a circle."""
    staff = [str(await remember_user(owner)) for _ in range(2)]
    room = (await make_resource(owner))["id"]
    client_id = str(await remember_client(owner))
    body = {"client_id": client_id, "starts_at": at(NINE), "resource_ids": [room]}

    async def ask(number: int) -> Any:
        people = staff if number % 2 else staff[::-1]
        return await owner.http.post(APPOINTMENTS, json=body | {"staff_ids": people})

    before = await deadlocks(owner.service.context.database)
    answers = await asyncio.gather(*(ask(number) for number in range(24)))
    codes = sorted(one.status_code for one in answers)
    assert codes == [201] + [409] * 23
    assert {one.json()["code"] for one in answers if one.status_code == 409} == {"slot_taken"}
    assert len(await owner.ids(APPOINTMENTS, staff_id=staff[0])) == 1
    assert await deadlocks(owner.service.context.database) == before


async def test_of_many_moved_to_one_slot_one_is_there(owner: Person) -> None:
    """SC-06"""
    staff = str(await remember_user(owner))
    made = [
        await make_appointment(owner, NINE + number * 24 * HOUR, staff_ids=[staff])
        for number in range(1, 9)
    ]

    async def move(one: dict[str, Any]) -> int:
        answer = await owner.http.post(path_of(one, "reschedule"), json={"starts_at": at(NINE)})
        return answer.status_code

    assert sorted(await asyncio.gather(*map(move, made))) == [200] + [409] * 7
    assert len(await owner.ids(APPOINTMENTS, starts_to=at(NINE + HOUR))) == 1


async def test_of_who_is_erased_nothing_is_kept(owner: Person) -> None:
    """GW-15: and whom it took is free."""
    staff, client_id = str(await remember_user(owner)), await remember_client(owner)
    made = await make_appointment(owner, staff_ids=[staff], client_id=str(client_id))
    await make_appointment(owner, NINE + HOUR)
    async with working(owner) as work:
        await forget_appointments(work, client_id)
    assert await owner.refused("GET", path_of(made)) == (404, "appointment_not_found")
    await make_appointment(owner, staff_ids=[staff], id=str(new_id()))


async def test_what_is_offered_is_when_everybody_works(owner: Person) -> None:
    """SC-05: neither outside the hours nor on a day off."""
    staff = str(await remember_user(owner))
    hours = [{"days": ["monday", "wednesday"], "from": "11:00", "to": "13:00"}]
    await owner.patch(f"/v1/staff/{staff}/availability", {"hours": hours})
    await owner.post("/v1/holidays", {"name": "عطلة", "from": "2031-03-12", "to": "2031-03-12"})
    # Noon in Riyadh, where the company is.
    await make_appointment(owner, staff_ids=[staff])
    body = {"client_id": str(await remember_client(owner)), "starts_at": at(NINE),
            "duration_minutes": 60, "staff_ids": [staff]}  # fmt: skip
    answer = await owner.http.post(APPOINTMENTS, json=body)
    offered = [one["starts_at"] for one in answer.json()["nearest"]]
    assert offered[0] == at(NINE - HOUR)
    assert {one[:10] for one in offered} == {"2031-03-05", "2031-03-10"}
