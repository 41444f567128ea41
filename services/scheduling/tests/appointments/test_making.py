"""Appointments are set, read, listed, changed and removed."""

from uuid import UUID

import pytest

from chassis.ids import new_id
from services.scheduling.tests.appointments.planning import (
    APPOINTMENTS,
    HOUR,
    NINE,
    at,
    estimate_is_of,
    invoice_is_of,
    make_appointment,
    path_of,
)
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import (
    Json,
    Person,
    make_action,
    make_resource,
    remember_client,
    remember_user,
)
from services.scheduling.tests.staffed import make_booking, make_service
from services.scheduling.tests.work_cycles.test_work_cycles import make_cycle


async def test_an_appointment_is_set_with_all_it_needs(
    owner: Person, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SC-01, SC-08, SC-09, BI-15"""
    client_id, invoice_id = str(await remember_client(owner)), str(new_id())
    invoice_is_of(monkeypatch, UUID(client_id))
    staff = [str(await remember_user(owner)) for _ in range(2)]
    room = (await make_resource(owner))["id"]
    action = (await make_action(owner, subject="appointment"))["id"]
    body: Json = {
        "id": str(new_id()), "client_id": client_id, "starts_at": at(NINE),
        "duration_minutes": 45, "staff_ids": staff, "resource_ids": [room], "action_id": action,
        "title": "استشارة", "location": "الفرع", "note": "أول مرة", "reminders": [1440, 60],
        "linked": {"type": "invoice", "id": invoice_id},
    }  # fmt: skip
    answer = await owner.http.post(APPOINTMENTS, json=body)
    made = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, path_of(body))
    assert (made["status"], made["ends_at"]) == ("scheduled", at(NINE + 0.75 * HOUR))
    assert made | body == made and made["url"] == f"/v1/clients/{client_id}"
    again = await owner.http.post(APPOINTMENTS, json=body)
    assert (again.status_code, again.json()) == (200, made)
    other = await owner.http.post(APPOINTMENTS, json=body | {"title": "x"})
    assert (other.status_code, other.json()["code"]) == (409, "id_taken")
    assert await owner.get(path_of(made)) == made
    [told] = await events(owner.caller)
    assert (told["type"], told["clientid"]) == ("scheduling.appointment.scheduled", client_id)
    shown = told["data"]["appointment"]
    assert (shown["staff_ids"], shown["linked_id"]) == (staff, invoice_id)


async def test_an_appointment_without_an_end_takes_as_long_as_usual(owner: Person) -> None:
    """SC-01"""
    await owner.patch("/v1/settings/scheduling", {"appointment_minutes": 20})
    client_id = str(await remember_client(owner))
    made = await owner.post(APPOINTMENTS, {"client_id": client_id, "starts_at": at(NINE)})
    assert made["duration_minutes"] == 20
    until = await make_appointment(owner, ends_at=at(NINE + 2 * HOUR))
    assert until["duration_minutes"] == 120


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    client_id = str(await remember_client(owner))
    put_away = await make_resource(owner, active=False)
    of_cycles = await make_action(owner, subject="work_cycle")
    body = {"client_id": client_id, "starts_at": at(NINE)}
    for wrong, code, field in (
        ({"client_id": None}, "validation_failed", "client_id"),
        ({"client_id": str(new_id())}, "unknown_reference", "client_id"),
        ({"starts_at": "2031-03-10T09:00:00"}, "validation_failed", "starts_at"),
        ({"ends_at": at(NINE)}, "ends_before_start", "ends_at"),
        ({"ends_at": at(NINE + HOUR), "duration_minutes": 60}, "ends_twice", "duration_minutes"),
        ({"ends_at": at(NINE + 400 * HOUR)}, "appointment_too_long", "ends_at"),
        ({"staff_ids": [str(new_id())]}, "unknown_reference", "staff_ids"),
        ({"resource_ids": [put_away["id"]]}, "unknown_reference", "resource_ids"),
        ({"action_id": of_cycles["id"]}, "unknown_reference", "action_id"),
        ({"linked": {"type": "x", "id": client_id}}, "validation_failed", "linked.type"),
        ({"reminders": [-1]}, "validation_failed", "reminders.0"),
        ({"status": "done"}, "validation_failed", "status"),
    ):  # fmt: skip
        assert await owner.wrong("POST", APPOINTMENTS, body | wrong) == (code, [field])


async def test_what_an_appointment_is_about_is_changed(owner: Person, events: Events) -> None:
    """SC-02"""
    first, second = [str(await remember_user(owner)) for _ in range(2)]
    made = await make_appointment(owner, staff_ids=[first], title="x")
    other = await make_appointment(owner, staff_ids=[second])
    refused = await owner.http.patch(path_of(made), json={"staff_ids": [first, second]})
    assert (refused.status_code, refused.json()["code"]) == (409, "slot_taken")
    assert refused.json()["nearest"]
    await owner.post(path_of(other, "cancel"))
    cycle = await make_cycle(owner, client_id=made["client_id"])
    linked = {"type": "work_cycle", "id": cycle["id"]}
    changed = await owner.patch(
        path_of(made), {"staff_ids": [first, second], "title": None, "linked": linked}
    )
    assert changed["staff_ids"] == [first, second] and changed["title"] is None
    assert (await owner.patch(path_of(made), {"linked": None}))["linked"] is None
    stale = await owner.http.patch(path_of(made), json={}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    told = (await events(owner.caller))[-2]
    assert told["type"] == "scheduling.appointment.updated"
    assert told["data"]["changed"] == ["linked", "staff_ids", "title"]
    for wrong in ({"starts_at": at(NINE)}, {"status": "done"}, {"client_id": made["client_id"]}):
        assert await owner.wrong("PATCH", path_of(made), wrong) == (
            "validation_failed", list(wrong)
        )  # fmt: skip


async def test_a_mistake_is_removed_and_what_took_place_is_not(
    owner: Person, events: Events
) -> None:
    """SC-02"""
    staff = str(await remember_user(owner))
    made = await make_appointment(owner, staff_ids=[staff])
    await owner.delete(path_of(made))
    assert await owner.refused("GET", path_of(made)) == (404, "appointment_not_found")
    told = (await events(owner.caller))[-1]
    assert told["type"] == "scheduling.appointment.deleted"
    assert told["data"]["appointment"]["status"] == "cancelled" and told["version"] == 2
    anew = await make_appointment(owner, staff_ids=[staff])
    await owner.post(path_of(anew, "complete"))
    assert await owner.refused("DELETE", path_of(anew)) == (409, "appointment_took_place")


async def test_a_calendar_finds_what_touches_its_days(owner: Person) -> None:
    """SC-03: by staff, resource, client, action and state."""
    staff, room = str(await remember_user(owner)), (await make_resource(owner))["id"]
    action = (await make_action(owner, subject="appointment"))["id"]
    early = await make_appointment(owner, NINE - 2 * HOUR, staff_ids=[staff])
    running = await make_appointment(
        owner, NINE - HOUR, duration_minutes=90, resource_ids=[room], action_id=action
    )
    booking = await make_booking(owner, await make_service(owner))
    linked = {"type": "booking", "id": booking["id"]}
    late = await make_appointment(
        owner, NINE + HOUR, staff_ids=[staff], linked=linked, client_id=booking["client_id"]
    )
    await owner.post(path_of(late, "confirm"))
    of_day = {"ends_from": at(NINE), "starts_to": at(NINE + 2 * HOUR)}
    assert await owner.ids(APPOINTMENTS, **of_day) == [running["id"], late["id"]]
    assert await owner.ids(APPOINTMENTS, staff_id=staff) == [early["id"], late["id"]]
    assert await owner.ids(APPOINTMENTS, staff_id=staff, **of_day) == [late["id"]]
    assert await owner.ids(APPOINTMENTS, resource_id=room) == [running["id"]]
    assert await owner.ids(APPOINTMENTS, action_id=action) == [running["id"]]
    assert await owner.ids(APPOINTMENTS, status=["confirmed", "done"]) == [late["id"]]
    assert await owner.ids(APPOINTMENTS, client_id=early["client_id"]) == [early["id"]]
    assert await owner.ids(APPOINTMENTS, linked_type="booking") == [late["id"]]
    assert await owner.ids(APPOINTMENTS, linked_id=linked["id"]) == [late["id"]]
    assert await owner.ids(APPOINTMENTS, shared_with_client=True) == []
    newest = await owner.ids(APPOINTMENTS, sort="-starts_at", limit=200)
    assert newest == [late["id"], running["id"], early["id"]]


async def test_only_who_sees_the_client_sees_their_appointments(owner: Person) -> None:
    """GW-04: and only who may change the client changes them."""
    own = await remember_client(owner)
    async with owner.colleague(
        "scheduling:read", "scheduling:write", visibility="assigned"
    ) as agent:
        mine = await remember_client(
            owner, staff=[{"user_id": str(agent.caller.user_id), "role": "owner"}]
        )
        seen = await make_appointment(owner, client_id=str(mine))
        hidden = await make_appointment(owner, client_id=str(own))
        assert await agent.ids(APPOINTMENTS) == [seen["id"]]
        for method, path in (
            ("GET", path_of(hidden)), ("POST", path_of(hidden, "cancel")),
            ("GET", path_of(hidden, "moves")),
        ):  # fmt: skip
            assert await agent.refused(method, path) == (404, "appointment_not_found")
        wrong = {"client_id": str(own), "starts_at": at(NINE)}
        assert await agent.wrong("POST", APPOINTMENTS, wrong) == (
            "unknown_reference", ["client_id"]
        )  # fmt: skip
        assert (await agent.post(path_of(seen, "confirm")))["status"] == "confirmed"
        assert await agent.refused("DELETE", path_of(seen)) == (403, "forbidden")
    async with owner.colleague("scheduling:read") as reader:
        assert await reader.refused("POST", path_of(seen, "cancel")) == (403, "forbidden")


async def test_what_it_is_about_is_of_the_same_client(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SC-02: asked of who owns it."""
    mine, other = await make_cycle(owner), await make_cycle(owner)
    held = await make_booking(owner, await make_service(owner), status="held")
    body: Json = {"client_id": mine["client_id"], "starts_at": at(NINE)}
    made = await owner.post(APPOINTMENTS, body)
    series = await owner.post(APPOINTMENTS, body | {"recurrence": "FREQ=DAILY;COUNT=2"})
    for kind, linked_id in (
        ("work_cycle", other["id"]), ("work_cycle", str(new_id())), ("booking", held["id"]),
        ("booking", mine["id"]), ("invoice", str(new_id())), ("estimate", str(new_id())),
    ):  # fmt: skip
        linked = {"linked": {"type": kind, "id": linked_id}}
        expected = ("unknown_reference", ["linked.id"])
        assert await owner.wrong("POST", APPOINTMENTS, body | linked) == expected
        assert await owner.wrong("PATCH", path_of(made), linked) == expected
        of_all = linked | {"scope": "all"}
        assert await owner.wrong("PATCH", path_of(series), of_all) == expected
    invoice = {"linked": {"type": "invoice", "id": str(new_id())}}
    estimate = {"linked": {"type": "estimate", "id": str(new_id())}}
    for known in (UUID(other["client_id"]), None):
        for billed, is_of in ((invoice, invoice_is_of), (estimate, estimate_is_of)):
            is_of(monkeypatch, known)
            assert await owner.wrong("PATCH", path_of(made), billed) == expected
    for is_of in (invoice_is_of, estimate_is_of):
        is_of(monkeypatch, UUID(mine["client_id"]))
    for right in (invoice, estimate, {"linked": {"type": "work_cycle", "id": mine["id"]}}):
        assert (await owner.patch(path_of(made), right))["linked"] == right["linked"]
        assert (await owner.patch(path_of(series), right | {"scope": "all"}))["linked"]
