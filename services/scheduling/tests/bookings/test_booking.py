"""Seats are booked, go on, and are given up."""

from datetime import datetime, timedelta
from typing import Any

from chassis.testing.clock import FrozenClock
from scheduling.bookings.schedules import holds_end, jobs
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import (
    Json,
    Person,
    make_resource,
    remember_client,
    remember_user,
    tick,
)
from services.scheduling.tests.staffed import (
    AT_NINE,
    TOMORROW,
    Others,
    make_booking,
    make_service,
    remember_users,
    settle,
)

when = datetime.fromisoformat


async def refused(owner: Person, service: Json, **fields: Any) -> Json:
    body: Json = {"service_id": service["id"], "starts_at": AT_NINE}
    if fields.get("status") != "held":
        body["client_id"] = str(await remember_client(owner))
    response = await owner.http.post("/v1/bookings", json=body | fields)
    assert not response.is_success, response.text
    found: Json = response.json()
    return found


async def test_a_booking_keeps_the_terms_of_its_service(owner: Person, events: Events) -> None:
    """SC-06, SC-07: service, staff, slot, client, price, deposit."""
    service = await make_service(owner, price="100.00", deposit="20.00", currency="SAR")
    made = await make_booking(owner, service, note="أول زيارة")
    assert made["status"] == "confirmed" and made["staff_id"] == service["staff_ids"][0]
    assert when(made["ends_at"]) == when("2031-03-10T10:00:00Z") and made["url"].endswith(
        made["client_id"]
    )
    await owner.patch(f"/v1/booking-services/{service['id']}", {"price": "120.00"})
    assert (await owner.get(f"/v1/bookings/{made['id']}"))["price"] == "100.00"
    [told] = await events(owner.caller)
    assert told["type"] == "scheduling.booking.confirmed"
    assert told["clientid"] == made["client_id"]
    assert told["data"]["booking"]["service_name"]["ar"] == "جلسة"


async def test_nobody_is_in_two_places(owner: Person) -> None:
    """SC-06: never two in one slot; buffers and resources too."""
    room = await make_resource(owner)
    staff = [str(one) for one in await remember_users(owner, 2)]
    one = await make_service(owner, staff_ids=staff[:1], resource_ids=[room["id"]], buffer_after=30)
    other = await make_service(owner, staff_ids=staff[1:], resource_ids=[room["id"]])
    await make_booking(owner, one)
    assert (await refused(owner, one, starts_at="2031-03-10T10:15:00Z"))["code"] == "slot_taken"
    problem = await refused(owner, other, starts_at="2031-03-10T10:00:00Z")
    assert problem["code"] == "slot_taken" and problem["nearest"]
    assert await make_booking(owner, other, starts_at="2031-03-10T10:30:00Z")


async def test_somebody_who_has_time_is_found(owner: Person) -> None:
    """SC-07: service → staff → free slot."""
    service = await make_service(owner, staff=2)
    made = [await make_booking(owner, service) for _ in range(2)]
    assert {one["staff_id"] for one in made} == set(service["staff_ids"])
    assert (await refused(owner, service))["code"] == "session_full"
    elsewhere = await refused(owner, service, staff_id=str(owner.caller.user_id))
    assert elsewhere["errors"][0]["field"] == "staff_id"


async def test_hours_are_kept_unless_staff_say_otherwise(owner: Person) -> None:
    service = await make_service(owner)
    hours = [{"days": ["monday"], "from": "15:00", "to": "18:00"}]
    await owner.patch(f"/v1/staff/{service['staff_ids'][0]}/availability", {"hours": hours})
    assert (await refused(owner, service))["code"] == "outside_hours"
    assert await make_booking(owner, service, any_time=True)
    # 15:00 in Riyadh.
    assert await make_booking(owner, service, starts_at="2031-03-10T12:00:00Z")
    assert (await refused(owner, service, starts_at="2031-03-10T14:30:00Z"))["code"] == (
        "outside_hours"
    )


async def test_seats_are_counted_and_waited_for(owner: Person, events: Events) -> None:
    """SC-06: capacity, and a waiting list that moves up, who came first first."""
    service = await make_service(owner, capacity=3)
    first = await make_booking(owner, service, seats=2)
    assert (await refused(owner, service, seats=2))["code"] == "session_full"
    assert (await refused(owner, service, seats=4))["errors"][0]["field"] == "seats"
    last = await make_booking(owner, service)
    assert last["session_id"] == first["session_id"]
    waiting = [await make_booking(owner, service, wait=True) for _ in range(3)]
    assert [one["status"] for one in waiting] == ["waitlisted"] * 3
    await owner.post(f"/v1/bookings/{first['id']}/cancel", {"reason": "سافر"})
    now = [(await owner.get(f"/v1/bookings/{one['id']}"))["status"] for one in waiting]
    assert now == ["requested", "requested", "waitlisted"]
    types = [one["type"].rpartition(".")[2] for one in await events(owner.caller)]
    assert types[-3:] == ["cancelled", "requested", "requested"]


async def test_where_there_is_no_waiting_list_nobody_waits(owner: Person) -> None:
    service = await make_service(owner, policy={"waiting_list": False})
    await make_booking(owner, service)
    assert (await refused(owner, service, wait=True))["code"] == "no_waiting_list"


async def test_whoever_has_left_is_booked_no_more(owner: Person) -> None:
    """SC-06: neither by name nor as anybody; what is theirs already is moved to somebody else."""
    service = await make_service(owner, staff=2, capacity=2)
    left, stays = service["staff_ids"]
    made = await make_booking(owner, service, staff_id=left)
    await remember_user(owner, id=left, is_active=False, version=2)
    problem = await refused(owner, service, staff_id=left)
    assert problem["errors"][0]["field"] == "staff_id"
    assert (await make_booking(owner, service))["staff_id"] == stays
    path = f"/v1/bookings/{made['id']}/reschedule"
    moved = await owner.post(path, {"starts_at": AT_NINE, "any_staff": True})
    assert moved["staff_id"] == stays


async def test_what_somebody_keeps_free_around_them_is_taken_too(owner: Person) -> None:
    """SC-05: their buffer or the service's, whichever is longer."""
    service = await make_service(owner, buffer_after=10)
    buffers = {"buffer_before": 20, "buffer_after": 30}
    await owner.patch(f"/v1/staff/{service['staff_ids'][0]}/availability", buffers)
    await make_booking(owner, service)
    for taken in ("2031-03-10T10:45:00Z", "2031-03-10T07:15:00Z"):
        assert (await refused(owner, service, starts_at=taken))["code"] == "slot_taken"
    for free in ("2031-03-10T10:50:00Z", "2031-03-10T07:10:00Z"):
        assert await make_booking(owner, service, starts_at=free)


async def test_what_is_held_is_given_up_in_time(owner: Person, clock: FrozenClock) -> None:
    """SC-06: a hold lasts as long as the policy says, and no longer."""
    service = await make_service(owner, policy={"hold_minutes": 10, "auto_confirm": True})
    held = await make_booking(owner, service, status="held")
    assert held["client_id"] is None and when(held["held_until"]) == when("2031-03-09T08:10:00Z")
    waiting = await make_booking(owner, service, wait=True)
    clock.advance(minutes=11)
    late = await owner.refused(
        "POST", f"/v1/bookings/{held['id']}/request", {"client_id": waiting["client_id"]}
    )
    assert late == (409, "hold_over")
    await tick(owner, holds_end, jobs)
    gone = await owner.get(f"/v1/bookings/{held['id']}")
    assert gone["status"] == "cancelled" and gone["reason"] == "hold_over"
    assert (await owner.get(f"/v1/bookings/{waiting['id']}"))["status"] == "confirmed"


async def test_a_held_seat_is_asked_for_by_somebody(owner: Person) -> None:
    service = await make_service(owner)
    held = await make_booking(owner, service, status="held")
    path = f"/v1/bookings/{held['id']}"
    assert await owner.wrong("POST", f"{path}/request", {}) == ("client_needed", ["client_id"])
    client_id = str(await remember_client(owner))
    asked = await owner.post(f"{path}/request", {"client_id": client_id})
    assert asked["status"] == "requested" and asked["client_id"] == client_id
    assert asked["held_until"] is None
    assert (await owner.post(f"{path}/confirm"))["status"] == "confirmed"
    assert (await owner.post(f"{path}/confirm"))["version"] == asked["version"] + 1
    assert (await owner.post(f"{path}/attend"))["status"] == "attended"
    assert await owner.refused("POST", f"{path}/cancel") == (409, "booking_not_open")


async def test_who_does_not_come_lets_the_seat_go(owner: Person, clock: FrozenClock) -> None:
    service = await make_service(owner)
    made = await make_booking(owner, service)
    path = f"/v1/bookings/{made['id']}"
    assert await owner.refused("POST", f"{path}/no-show") == (409, "booking_not_begun")
    clock.now = datetime.fromisoformat(AT_NINE) + timedelta(minutes=15)
    assert (await owner.post(f"{path}/no-show"))["status"] == "no_show"
    assert await make_booking(owner, service, starts_at="2031-03-10T09:30:00Z")


async def test_late_is_who_cancels_after_the_notice(owner: Person, clock: FrozenClock) -> None:
    """SC-06: policy and notice period."""
    service = await make_service(owner, policy={"cancel_notice_minutes": 120}, capacity=3)
    in_time, late, waived = [await make_booking(owner, service) for _ in range(3)]
    clock.now = datetime.fromisoformat(AT_NINE) - timedelta(minutes=120)
    assert not (await owner.post(f"/v1/bookings/{in_time['id']}/cancel"))["is_late"]
    clock.advance(seconds=1)
    assert (await owner.post(f"/v1/bookings/{late['id']}/cancel"))["is_late"]
    again = await owner.post(f"/v1/bookings/{waived['id']}/cancel", {"waive": True})
    assert not again["is_late"] and again["closed_at"]


async def test_a_booking_moves_to_another_time_and_back(owner: Person, events: Events) -> None:
    service = await make_service(owner, staff=2)
    made = await make_booking(owner, service, staff_id=service["staff_ids"][0])
    path = f"/v1/bookings/{made['id']}/reschedule"
    # A part of what it leaves.
    moved = await owner.post(path, {"starts_at": "2031-03-10T09:30:00Z"})
    assert (
        when(moved["starts_at"]) == when("2031-03-10T09:30:00Z") and moved["status"] == "confirmed"
    )
    assert moved["staff_id"] == made["staff_id"] and moved["session_id"] != made["session_id"]
    await make_booking(owner, service, starts_at="2031-03-10T11:00:00Z",
                       staff_id=made["staff_id"])  # fmt: skip
    taken = await owner.refused("POST", path, {"starts_at": "2031-03-10T11:00:00Z"})
    assert taken == (409, "session_full")
    other = await owner.post(path, {"starts_at": "2031-03-10T11:00:00Z", "any_staff": True})
    assert other["staff_id"] == service["staff_ids"][1]
    back = await owner.post(
        path, {"starts_at": AT_NINE, "staff_id": service["staff_ids"][0]}
    )  # fmt: skip
    assert back["session_id"] == made["session_id"]
    assert (await events(owner.caller))[-1]["type"] == "scheduling.booking.rescheduled"


async def test_who_comes_is_known_by_their_phone(owner: Person, others: Others) -> None:
    """SC-07: or quick-create; matched by phone."""
    service = await make_service(owner, capacity=5)
    known = await remember_client(owner)
    others.phones["0501112233"] = known
    body = {"service_id": service["id"], "starts_at": AT_NINE}
    found = await owner.post(
        "/v1/bookings", body | {"client": {"name": "سارة", "phone": "0501112233"}}
    )
    assert found["client_id"] == str(known) and not others.clients
    nobody = await owner.wrong("POST", "/v1/bookings", body)
    assert nobody == ("client_needed", ["client_id"])


async def test_somebody_new_is_taken_down_once(owner: Person, others: Others) -> None:
    """SC-07: quick-create, also where the answer was lost; then booked and invoiced."""
    service = await make_service(owner, capacity=5, price="100.00", currency="SAR")
    given = {"name": "نورة", "phone": "0501112244", "email": "noura@example.com"}
    body: Json = {
        "id": "01890a5d-ac96-774b-bcce-b302099a8061", "service_id": service["id"],
        "starts_at": AT_NINE, "client": given,
    }  # fmt: skip
    others.loses_answers = True
    assert await owner.refused("POST", "/v1/bookings", body) == (503, "unavailable")
    others.loses_answers = False
    made = await owner.post("/v1/bookings", body)
    [new] = others.clients.values()
    assert made["client_id"] == str(new.id) and made["status"] == "confirmed"
    assert (new.name, new.email) == (given["name"], given["email"])
    again = await owner.http.post("/v1/bookings", json=body)
    assert again.status_code == 200 and len(others.clients) == 1
    await owner.post(f"/v1/bookings/{made['id']}/attend")
    await owner.post(f"/v1/bookings/{made['id']}/invoice")
    await settle(owner)
    [invoice] = others.invoices.values()
    assert invoice["asked"]["client_id"] == str(new.id)


async def test_what_is_wrong_with_somebody_new_is_said_by_its_field(
    owner: Person, others: Others
) -> None:
    service = await make_service(owner)
    body: Json = {"service_id": service["id"], "starts_at": AT_NINE}
    wrong = body | {"client": {"name": "نورة", "phone": "0501112244", "email": "nobody"}}
    assert await owner.wrong("POST", "/v1/bookings", wrong) == (
        "validation_failed", ["client.email"],
    )  # fmt: skip
    held = await owner.post("/v1/bookings", body | {"status": "held"})
    given = {"client": {"name": "نورة", "phone": "0501112244"}}
    asked = await owner.post(f"/v1/bookings/{held['id']}/request", given)
    assert asked["client_id"] == str(next(iter(others.clients))) and asked["status"] == "requested"


async def test_the_same_booking_again_is_the_same(owner: Person) -> None:
    """GW-08"""
    service = await make_service(owner, capacity=5)
    body: Json = {
        "id": "01890a5d-ac96-774b-bcce-b302099a8060", "service_id": service["id"],
        "starts_at": AT_NINE, "client_id": str(await remember_client(owner)),
    }  # fmt: skip
    first = await owner.post("/v1/bookings", body)
    again = await owner.http.post("/v1/bookings", json=body)
    assert again.status_code == 200 and again.json()["id"] == first["id"]
    assert await owner.refused("POST", "/v1/bookings", body | {"seats": 2}) == (409, "id_taken")
    listed = await owner.get("/v1/bookings", service_id=service["id"], count=True)
    assert listed["total"] == 1


async def test_lists_are_narrowed(owner: Person) -> None:
    service = await make_service(owner, capacity=5)
    made = await make_booking(owner, service)
    await make_booking(owner, service, starts_at="2031-03-12T09:00:00Z")
    window = {"starts_from": f"{TOMORROW}T00:00:00Z", "starts_to": "2031-03-11T00:00:00Z"}
    assert await owner.ids("/v1/bookings", **window) == [made["id"]]
    assert await owner.ids("/v1/bookings", client_id=made["client_id"]) == [made["id"]]
    assert await owner.ids("/v1/bookings", status="cancelled") == []


async def test_who_does_not_see_the_client_does_not_see_the_booking(owner: Person) -> None:
    """GW-03: assigned-only visibility; and who may not change the client changes no booking."""
    service = await make_service(owner, capacity=5)
    made = await make_booking(owner, service)
    rights = ("scheduling:read", "scheduling:write")
    async with owner.colleague(*rights, visibility="assigned") as colleague:
        mine = await remember_client(owner, staff=[
            {"user_id": str(colleague.caller.user_id), "role": "owner"}
        ])  # fmt: skip
        assert await colleague.refused("GET", f"/v1/bookings/{made['id']}") == (
            404, "booking_not_found",
        )  # fmt: skip
        assert await colleague.refused("POST", f"/v1/bookings/{made['id']}/cancel") == (
            404, "booking_not_found",
        )  # fmt: skip
        own = await make_booking(colleague, service, client_id=str(mine))
        assert await colleague.ids("/v1/bookings") == [own["id"]]
