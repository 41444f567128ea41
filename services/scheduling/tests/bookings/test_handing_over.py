"""Who leaves hands over what was booked with them."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from chassis.caller import system
from chassis.events import Event
from chassis.ids import new_id
from chassis.testing.clock import FrozenClock
from chassis.testing.eventually import eventually
from chassis.testing.races import deadlocks
from scheduling.bookings.consumers import consumers
from scheduling.bookings.rules.handing import Change, taken_over
from scheduling.bookings.schedules import hand_over_bookings
from scheduling.bookings.use_cases.handing_over import HAND_OVER
from scheduling.claims import repository as claims
from scheduling.claims.rules import Span, lock_keys
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import (
    Json,
    Person,
    hear,
    jobs_of,
    make_resource,
    remember_client,
    remember_user,
)
from services.scheduling.tests.reminders.reminding import heard, make_rule, reminders_of
from services.scheduling.tests.staffed import (
    AT_NINE,
    Others,
    make_booking,
    make_service,
    remember_users,
    settle,
)

UNSTAFFED = "scheduling.booking.unstaffed"
_WAITING = """select count(*) from pg_locks where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())"""
AT_TWO = "2031-03-10T14:00:00Z"


async def leave(owner: Person, leaver: UUID, heir: UUID | str = "") -> None:
    """Somebody is deactivated; what follows runs twice."""
    gone: Json = {"id": str(leaver), "version": 2, "name": "هند", "email": "hind@example.com",
                  "is_active": False}  # fmt: skip
    left = {"user": gone, "hand_over_to_id": str(heir)}
    await hear(owner, consumers, Event("edge.user.deactivated", leaver, left, actor="user:x"))
    [payload] = await jobs_of(owner, HAND_OVER)
    for _ in range(2):
        await hand_over_bookings(owner.service.context, owner.caller.tenant_id, payload)


async def booked(owner: Person, made: Json) -> Json:
    found: Json = await owner.get(f"/v1/bookings/{made['id']}")
    return found


async def told(owner: Person, events: Events, kind: str) -> dict[str, Json]:
    """What was told of bookings so, by whom they are: of each once."""
    found = [one for one in await events(owner.caller) if one["type"] == kind]
    assert len({one["subject"] for one in found}) == len(found)
    return {one["subject"]: one["data"] for one in found}


async def pair(owner: Person) -> tuple[UUID, UUID, Json]:
    """Who leaves, who takes over, and a service of both with three seats."""
    leaver, heir = await remember_users(owner, 2)
    service = await make_service(owner, staff_ids=[str(leaver), str(heir)], capacity=3)
    return leaver, heir, service


async def test_the_heir_does_what_was_booked_unless_they_are_elsewhere(
    owner: Person, events: Events
) -> None:
    """SC-06: what nobody took over stays as it was, and is told."""
    leaver, heir, service = await pair(owner)
    others = await make_service(owner, staff_ids=[str(leaver)])
    mine: Json = {"staff_id": str(leaver)}
    both = [await make_booking(owner, service, **mine) for _ in range(2)]
    gave_up = await make_booking(owner, service, **mine)
    await owner.post(f"/v1/bookings/{gave_up['id']}/cancel")
    busy = await make_booking(
        owner, service, starts_at="2031-03-10T11:30:00Z", staff_id=str(heir)
    )  # fmt: skip
    clash = await make_booking(owner, service, starts_at="2031-03-10T11:00:00Z", **mine)
    cannot = await make_booking(owner, others, starts_at=AT_TWO, **mine)
    await leave(owner, leaver, heir)
    for one in both:
        now = await booked(owner, one)
        assert (now["staff_id"], now["session_id"]) == (str(heir), one["session_id"])
        assert now["version"] == one["version"] + 1
    for one in (gave_up, clash, cannot):
        assert (await booked(owner, one))["staff_id"] == str(leaver)
    assert (await booked(owner, busy))["version"] == busy["version"]
    handed = await told(owner, events, "scheduling.booking.updated")
    assert handed.keys() == {one["id"] for one in both}
    assert all(one["changed"] == ["staff_id"] for one in handed.values())
    left = {one: data["reason"] for one, data in (await told(owner, events, UNSTAFFED)).items()}
    assert left == {clash["id"]: "slot_taken", cannot["id"]: "not_done_by"}


async def test_the_heir_is_taken_and_the_leaver_is_free(owner: Person) -> None:
    """SC-06: by the session itself, with what the heir keeps free around them."""
    leaver, heir, service = await pair(owner)
    room = await make_resource(owner)
    await owner.patch(f"/v1/booking-services/{service['id']}", {"resource_ids": [room["id"]]})
    buffers = {"buffer_before": 15, "buffer_after": 30}
    await owner.patch(f"/v1/staff/{heir}/availability", buffers)
    made = await make_booking(owner, service, staff_id=str(leaver))
    await leave(owner, leaver, heir)
    at_nine = {"client_id": made["client_id"], "starts_at": AT_NINE, "duration_minutes": 60}
    await owner.post("/v1/appointments", at_nine | {"resource_ids": []})
    for starts_at in ("2031-03-10T08:00:00Z", "2031-03-10T10:15:00Z"):
        for taken in ({"staff_ids": [str(heir)]}, {"resource_ids": [room["id"]]}):
            wanted = at_nine | taken | {"starts_at": starts_at}
            answer = await owner.refused("POST", "/v1/appointments", wanted)
            assert answer == (409, "slot_taken")
    # Others come into the same session, and who is alone in it closes it as ever.
    assert (await make_booking(owner, service))["session_id"] == made["session_id"]


async def test_what_it_needs_besides_is_not_taken_twice(owner: Person, events: Events) -> None:
    """SC-06: where the heir keeps more free than there is room for, nobody takes over."""
    leaver, heir, service = await pair(owner)
    room = await make_resource(owner)
    await owner.patch(f"/v1/booking-services/{service['id']}", {"resource_ids": [room["id"]]})
    await owner.patch(f"/v1/staff/{heir}/availability", {"buffer_after": 30})
    made = await make_booking(owner, service, staff_id=str(leaver))
    await owner.post("/v1/appointments", {
        "client_id": made["client_id"], "starts_at": "2031-03-10T10:00:00Z",
        "resource_ids": [room["id"]], "duration_minutes": 60,
    })  # fmt: skip
    await leave(owner, leaver, heir)
    assert (await booked(owner, made))["staff_id"] == str(leaver)
    assert (await told(owner, events, UNSTAFFED))[made["id"]]["reason"] == "slot_taken"


async def test_what_the_heir_gave_up_stays_beside_what_they_take_over(owner: Person) -> None:
    leaver, heir, service = await pair(owner)
    gone = await make_booking(owner, service, staff_id=str(heir))
    await owner.post(f"/v1/bookings/{gone['id']}/cancel")
    made = await make_booking(owner, service, staff_id=str(leaver))
    await leave(owner, leaver, heir)
    now = await booked(owner, made)
    assert now["staff_id"] == str(heir) and now["session_id"] == made["session_id"]
    assert (await booked(owner, gone))["session_id"] == gone["session_id"] != made["session_id"]
    assert (await make_booking(owner, service))["session_id"] == made["session_id"]


async def test_without_an_heir_it_is_told_and_another_one_may_take_over(
    owner: Person, events: Events, clock: FrozenClock
) -> None:
    """SC-06: who books comes to nobody then; who has left too takes nothing over."""
    leaver, heir, service = await pair(owner)
    made = await make_booking(owner, service, staff_id=str(leaver))
    await leave(owner, leaver)
    assert not (await told(owner, events, UNSTAFFED))[made["id"]].get("reason")
    clock.advance(minutes=1)
    also = await make_booking(owner, service, staff_id=str(heir), starts_at=AT_TWO)
    await leave(owner, heir, leaver)
    assert (await told(owner, events, UNSTAFFED))[also["id"]]["reason"] == "not_done_by"
    assert (await booked(owner, also))["staff_id"] == str(heir)
    [last] = await remember_users(owner, 1)
    await owner.patch(f"/v1/booking-services/{service['id']}", {"staff_ids": [str(last)]})
    clock.advance(minutes=1)
    await leave(owner, leaver, last)
    assert (await booked(owner, made))["staff_id"] == str(last)


async def test_credit_and_who_waits_go_along(
    owner: Person, events: Events, others: Others
) -> None:  # fmt: skip
    """SC-06: what was reserved once is consumed once, and who waits moves up."""
    leaver, heir = await remember_users(owner, 2)
    service = await make_service(
        owner, staff_ids=[str(leaver), str(heir)], credit_type_id=str(new_id()),
        policy={"auto_confirm": True},
    )  # fmt: skip
    made = await make_booking(owner, service, staff_id=str(leaver))
    waiting = await make_booking(owner, service, staff_id=str(leaver), wait=True)
    await settle(owner)
    await leave(owner, leaver, heir)
    await settle(owner)
    assert others.statuses() == ["held"]
    assert (await booked(owner, waiting))["staff_id"] == str(heir)
    await owner.post(f"/v1/bookings/{made['id']}/cancel")
    await settle(owner)
    up = await booked(owner, waiting)
    assert (up["status"], up["staff_id"]) == ("confirmed", str(heir))
    assert others.statuses() == ["released", "held"]


async def test_the_heir_is_reminded(owner: Person, events: Events) -> None:
    """SC-04: whoever does it then, and nobody else."""
    leaver, heir, service = await pair(owner)
    await make_rule(owner, kind="booking", to="staff")
    made = await make_booking(owner, service, staff_id=str(leaver))
    await heard(owner, events)
    assert [one["user_id"] for one in await reminders_of(owner)] == [str(leaver)]
    await leave(owner, leaver, heir)
    await heard(owner, events)
    [left] = await reminders_of(owner, state="pending")
    assert (left["user_id"], left["booking_id"]) == (str(heir), made["id"])


async def test_whoever_books_while_somebody_leaves_is_with_the_heir(owner: Person) -> None:
    """SC-06: nobody is left behind with who left, and nobody waits in a circle."""
    leaver, heir = await remember_users(owner, 2)
    service = await make_service(owner, staff_ids=[str(leaver), str(heir)], capacity=40)
    client_id = str(await remember_client(owner))
    body = {"service_id": service["id"], "client_id": client_id, "staff_id": str(leaver)}
    hours = [f"2031-03-10T{hour:02}:00:00Z" for hour in (9, 11, 13)]
    first = await make_booking(owner, service, staff_id=str(leaver))
    before = await deadlocks(owner.service.context.database)

    async def book(starts_at: str) -> Any:
        return await owner.http.post("/v1/bookings", json=body | {"starts_at": starts_at})

    async def move() -> Any:
        path = f"/v1/bookings/{first['id']}/reschedule"
        return await owner.http.post(path, json={"starts_at": hours[1]})

    some = [book(hours[place % 3]) for place in range(18)]
    *answers, _, moved = await asyncio.gather(*some, leave(owner, leaver, heir), move())
    refused = {one.json()["code"] for one in answers if not one.is_success}
    assert refused <= {"not_done_by"}
    assert moved.is_success or moved.json()["code"] in ("not_done_by", "booking_changed")
    listed = await owner.get("/v1/bookings", service_id=service["id"], limit=200)
    assert {one["staff_id"] for one in listed["items"]} == {str(heir)}
    made = sum(one.is_success for one in answers)
    assert len(listed["items"]) == made + 1
    assert await deadlocks(owner.service.context.database) == before


async def test_who_had_to_wait_while_somebody_left_is_not_booked_with_them(owner: Person) -> None:
    """SC-06: whom they may book is looked at once nobody else takes them."""
    room, [heir] = await make_resource(owner), await remember_users(owner, 1)
    needed = [UUID(room["id"])]
    # Locked after the room: so that who books waits for that, and holds nobody meanwhile.
    leaver = next(one for one in iter(new_id, None) if keys(owner, [one]) > keys(owner, needed))
    await remember_user(owner, id=str(leaver))
    service = await make_service(
        owner, staff_ids=[str(leaver), str(heir)], resource_ids=[room["id"]]
    )
    body = {"service_id": service["id"], "client_id": str(await remember_client(owner)),
            "starts_at": AT_NINE, "staff_id": str(leaver)}  # fmt: skip
    database, system_caller = owner.service.context.database, system(owner.caller.tenant_id, "x")
    async with database.work(system_caller) as work:
        await claims.lock(work, needed)
        asking = asyncio.create_task(owner.http.post("/v1/bookings", json=body))
        await eventually(lambda: somebody_waits(owner))
        await leave(owner, leaver, heir)
    answer = await asking
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "not_done_by"


def keys(owner: Person, subjects: list[UUID]) -> list[int]:
    return lock_keys(owner.caller.tenant_id, subjects)


async def somebody_waits(owner: Person) -> bool:
    async with owner.service.context.database.plumbing() as connection:
        return bool(await connection.fetchval(_WAITING))


HEIR, ROOM = new_id(), new_id()
DAY_BEGINS = datetime(2031, 3, 10, 9, tzinfo=UTC)
# Sessions of four minutes, one after another, and how much is kept free around each of them then.
SOME = st.dictionaries(
    st.integers(0, 30), st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=10
)


def span(start: int, end: int) -> Span:
    return DAY_BEGINS + timedelta(minutes=start), DAY_BEGINS + timedelta(minutes=end)


def is_clear(one: Span, others: list[Span]) -> bool:
    return all(one[1] <= start or end <= one[0] for start, end in others)


@given(
    SOME, st.lists(st.integers(0, 130), max_size=6), st.lists(st.integers(0, 130), max_size=4)
)  # fmt: skip
def test_nobody_and_nothing_is_in_two_places(
    some: dict[int, tuple[int, int]], busy: list[int], elsewhere: list[int]
) -> None:
    """Whatever the heir keeps free around them; and who could come comes."""
    changes = [
        Change(new_id(), [ROOM], (now := span(4 * at, 4 * at + 4)),
               (now[0] - timedelta(minutes=before), now[1] + timedelta(minutes=after)))
        for at, (before, after) in some.items()
    ]  # fmt: skip
    own = [one.now for one in changes]
    rooms = [one for at in elsewhere if is_clear(one := span(at, at + 1), own)]
    heirs = [span(at, at + 2) for at in busy]
    found = taken_over(changes, HEIR, {HEIR: heirs, ROOM: [*own, *rooms]})
    then = {one.session_id: found.get(one.session_id, one.now) for one in changes}
    for one in changes:
        rest = [when for each, when in then.items() if each != one.session_id]
        assert is_clear(then[one.session_id], [*rooms, *rest])
        if one.session_id in found:
            assert is_clear(one.then, heirs)
        elif not found:
            others = [each for each in own if each != one.now]
            assert not is_clear(one.then, [*heirs, *rooms, *others])
