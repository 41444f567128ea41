"""Appointments that recur."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from services.scheduling.tests.appointments.planning import (
    APPOINTMENTS,
    HOUR,
    NINE,
    at,
    make_appointment,
    path_of,
)
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import Json, Person, remember_tenant, remember_user

WEEK: Final = timedelta(days=7)
WEEKLY: Final = "FREQ=WEEKLY;COUNT=4"


async def starts(person: Person, **filters: Any) -> list[str]:
    page = await person.get(APPOINTMENTS, limit=200, **filters)
    return [one["starts_at"] for one in page["items"]]


async def standing(person: Person, *series: str) -> list[str]:
    """When those of some series are that are not called off."""
    return await starts(person, series_id=series, status=["scheduled", "confirmed"])


async def all_of(person: Person, series_id: str) -> list[Json]:
    found: list[Json] = (await person.get(APPOINTMENTS, series_id=series_id))["items"]
    return found


async def test_a_series_is_set_with_each_of_it(owner: Person, events: Events) -> None:
    """SC-01, SC-08: told once; who is needed is taken each time."""
    staff = str(await remember_user(owner))
    made = await make_appointment(owner, staff_ids=[staff], recurrence=WEEKLY, title="x")
    assert (made["recurrence"], made["occurrence"]) == (WEEKLY, "2031-03-10T12:00:00")
    assert made["timezone"] == "Asia/Riyadh"
    series = await owner.get(f"/v1/appointment-series/{made['series_id']}")
    assert (series["recurrence"], series["first_at"]) == (WEEKLY, made["occurrence"])
    assert (series["client_id"], series["url"]) == (made["client_id"], made["url"])
    async with owner.colleague("scheduling:read", visibility="assigned") as agent:
        path = f"/v1/appointment-series/{made['series_id']}"
        assert await agent.refused("GET", path) == (404, "appointment_series_not_found")
    assert await starts(owner, series_id=made["series_id"]) == [
        at(NINE + week * WEEK) for week in range(4)
    ]  # fmt: skip
    [told] = await events(owner.caller)
    assert told["type"] == "scheduling.appointment_series.scheduled"
    assert len(told["data"]["appointments"]) == 4
    assert told["data"]["series"]["recurrence"] == WEEKLY
    taken = {"client_id": made["client_id"], "starts_at": at(NINE + 2 * WEEK),
             "staff_ids": [staff]}  # fmt: skip
    assert await owner.refused("POST", APPOINTMENTS, taken) == (409, "slot_taken")
    again = taken | {"starts_at": at(NINE - WEEK), "recurrence": "FREQ=DAILY;COUNT=20"}
    answer = await owner.http.post(APPOINTMENTS, json=again)
    assert answer.json()["taken"]["starts_at"] == at(NINE)
    assert await owner.ids(APPOINTMENTS, starts_to=at(NINE)) == []


async def test_wall_time_is_kept_as_clocks_change(owner: Person) -> None:
    """SC-01: nine o'clock in Berlin is eight in UTC, and seven in summer."""
    await remember_tenant(owner, timezone="Europe/Berlin")
    made = await make_appointment(owner, datetime(2031, 3, 24, 8, tzinfo=UTC), recurrence=WEEKLY)
    found = await starts(owner, series_id=made["series_id"])
    assert [one[:16] for one in found] == [
        "2031-03-24T08:00", "2031-03-31T07:00", "2031-04-07T07:00", "2031-04-14T07:00"
    ]  # fmt: skip


async def test_a_series_by_hijri_months(owner: Person) -> None:
    """SC-01: the first of each month of Umm al-Qura."""
    rule = "RSCALE=ISLAMIC-UMALQURA;FREQ=MONTHLY;COUNT=3;SKIP=BACKWARD"
    made = await make_appointment(owner, datetime(2027, 2, 8, 9, tzinfo=UTC), recurrence=rule)
    found = [one[:10] for one in await starts(owner, series_id=made["series_id"])]
    assert found == ["2027-02-08", "2027-03-09", "2027-04-08"]
    assert made["recurrence"] == rule


async def test_what_cannot_recur_names_its_field(owner: Person) -> None:
    made = await make_appointment(owner)
    body = {"client_id": made["client_id"], "starts_at": at(NINE + HOUR)}
    for rule, code in (
        ("FREQ=DAILY", "recurrence_endless"), ("x", "recurrence_invalid"),
        ("FREQ=DAILY;COUNT=501", "recurrence_too_many"),
        ("FREQ=HOURLY;COUNT=2", "recurrence_too_fine"),
        ("FREQ=YEARLY;COUNT=8", "recurrence_too_long"),
    ):  # fmt: skip
        wrong = body | {"recurrence": rule}
        assert await owner.wrong("POST", APPOINTMENTS, wrong) == (code, ["recurrence"])
    move = {"starts_at": at(NINE)}
    for method, path, wrong in (
        ("PATCH", path_of(made), {"scope": "all"}),
        ("POST", path_of(made, "cancel"), {"scope": "following"}),
        ("POST", path_of(made, "reschedule"), {**move, "scope": "all"}),
    ):  # fmt: skip
        assert await owner.wrong(method, path, wrong) == ("not_in_series", ["scope"])
    often = {"reminders": [10, 20, 30, 40]}
    many = ("too_many_reminders", ["reminders"])
    series = await make_appointment(
        owner, NINE + 9 * HOUR, recurrence=WEEKLY, reminders=[10, 20, 30, 10]
    )
    for method, path, wrong in (
        ("POST", APPOINTMENTS, body | often | {"recurrence": WEEKLY}),
        ("PATCH", path_of(made), often | {"recurrence": WEEKLY}),
        ("PATCH", path_of(series), often), ("PATCH", path_of(series), often | {"scope": "all"}),
    ):  # fmt: skip
        assert await owner.wrong(method, path, wrong) == many
    assert len((await owner.patch(path_of(made), often))["reminders"]) == 4
    recurring = {**move, "recurrence": WEEKLY}
    answer = await owner.wrong("POST", path_of(made, "reschedule"), recurring)
    assert answer == ("scope_needed", ["scope"])


async def test_one_of_a_series_is_moved_and_the_rest_stays(owner: Person) -> None:
    """SC-02: and what is moved by itself stays where it is as the series moves."""
    made = await make_appointment(owner, recurrence=WEEKLY)
    second = (await all_of(owner, made["series_id"]))[1]
    moved = await owner.post(path_of(second, "reschedule"), {"starts_at": at(NINE + WEEK + HOUR)})
    assert (moved["series_id"], moved["occurrence"]) == (made["series_id"], second["occurrence"])
    later = {"starts_at": at(NINE + 24 * HOUR), "scope": "all"}
    shown = await owner.post(path_of(made, "reschedule"), later)
    assert shown["starts_at"] == later["starts_at"]
    assert await standing(owner, made["series_id"]) == [
        at(NINE + 24 * HOUR), at(NINE + WEEK + HOUR),
        at(NINE + 2 * WEEK + 24 * HOUR), at(NINE + 3 * WEEK + 24 * HOUR),
    ]  # fmt: skip
    back = {"starts_at": at(NINE + WEEK), "scope": "all"}
    await owner.post(path_of(moved, "reschedule"), back)
    assert await standing(owner, made["series_id"]) == [at(NINE + n * WEEK) for n in range(4)]


async def test_those_that_follow_become_a_series_of_their_own(
    owner: Person, events: Events
) -> None:
    """SC-02: moved by wall time, with what is needed, and their history kept."""
    staff = str(await remember_user(owner))
    made = await make_appointment(owner, recurrence=WEEKLY, staff_ids=[staff])
    third = (await all_of(owner, made["series_id"]))[2]
    move = {"starts_at": at(NINE + 2 * WEEK + HOUR), "duration_minutes": 30, "reason": "x",
            "scope": "following"}  # fmt: skip
    moved = await owner.post(path_of(third, "reschedule"), move)
    assert moved["series_id"] != made["series_id"] and moved["duration_minutes"] == 30
    assert (await owner.get(path_of(made)))["recurrence"] == "FREQ=WEEKLY;COUNT=2"
    assert moved["recurrence"] == "FREQ=WEEKLY;COUNT=2"
    assert await standing(owner, made["series_id"]) == [at(NINE), at(NINE + WEEK)]
    assert await standing(owner, moved["series_id"]) == [
        at(NINE + 2 * WEEK + HOUR), at(NINE + 3 * WEEK + HOUR)
    ]  # fmt: skip
    [noted] = (await owner.get(path_of(moved, "moves")))["items"]
    assert (noted["from_starts_at"], noted["reason"]) == (at(NINE + 2 * WEEK), "x")
    told = (await events(owner.caller))[-1]
    assert told["type"] == "scheduling.appointment_series.rescheduled"
    assert len(told["data"]["appointments"]) == 2
    await make_appointment(owner, NINE + 3 * WEEK, staff_ids=[staff])


async def test_a_series_goes_by_another_rule(owner: Person) -> None:
    """SC-02"""
    made = await make_appointment(owner, recurrence=WEEKLY)
    other = {"starts_at": at(NINE), "recurrence": "FREQ=DAILY;COUNT=6", "scope": "all"}
    await owner.post(path_of(made, "reschedule"), other)
    assert await standing(owner, made["series_id"]) == [
        at(NINE + day * 24 * HOUR) for day in range(6)
    ]  # fmt: skip
    fewer = {"starts_at": at(NINE), "recurrence": "FREQ=DAILY;COUNT=2", "scope": "all"}
    await owner.post(path_of(made, "reschedule"), fewer)
    assert await standing(owner, made["series_id"]) == [at(NINE), at(NINE + 24 * HOUR)]


async def test_a_series_is_changed_from_one_on(owner: Person, events: Events) -> None:
    """SC-02: what was changed by itself keeps what it was given."""
    staff, other = [str(await remember_user(owner)) for _ in range(2)]
    made = await make_appointment(owner, recurrence=WEEKLY, staff_ids=[staff], title="a")
    second, third = (await all_of(owner, made["series_id"]))[1:3]
    await owner.patch(path_of(third), {"title": "own"})
    changed = await owner.patch(
        path_of(second), {"title": "b", "staff_ids": [other], "scope": "following"}
    )
    rest = await all_of(owner, changed["series_id"])
    assert [(one["title"], one["staff_ids"]) for one in rest] == [
        ("b", [other]), ("own", [staff]), ("b", [other])
    ]  # fmt: skip
    assert [one["title"] for one in await all_of(owner, made["series_id"])] == ["a"]
    told = (await events(owner.caller))[-1]
    assert told["type"] == "scheduling.appointment_series.updated"
    assert told["data"]["changed"] == ["staff_ids", "title"]
    await make_appointment(owner, NINE + WEEK, staff_ids=[staff])
    body = {"client_id": made["client_id"], "starts_at": at(NINE + 3 * WEEK),
            "staff_ids": [other]}  # fmt: skip
    assert await owner.refused("POST", APPOINTMENTS, body) == (409, "slot_taken")


async def test_a_series_is_called_off_from_one_on(owner: Person, events: Events) -> None:
    """SC-02"""
    staff = str(await remember_user(owner))
    made = await make_appointment(owner, recurrence=WEEKLY, staff_ids=[staff])
    third = (await all_of(owner, made["series_id"]))[2]
    gone = await owner.post(path_of(third, "cancel"), {"scope": "following", "reason": "سفر"})
    assert (gone["status"], gone["cancel_reason"]) == ("cancelled", "سفر")
    assert await standing(owner, made["series_id"], gone["series_id"]) == [
        at(NINE), at(NINE + WEEK)
    ]  # fmt: skip
    told = (await events(owner.caller))[-1]
    assert told["type"] == "scheduling.appointment_series.cancelled"
    assert {one["status"] for one in told["data"]["appointments"]} == {"cancelled"}
    await make_appointment(owner, NINE + 3 * WEEK, staff_ids=[staff])
    await owner.post(path_of(made, "cancel"), {"scope": "all"})
    assert await standing(owner, made["series_id"]) == []
    assert await owner.refused("POST", path_of(made, "cancel"), {"scope": "all"}) == (
        409, "appointment_not_open"
    )  # fmt: skip


async def test_a_series_that_was_a_mistake_is_removed(owner: Person, events: Events) -> None:
    """SC-02: what took place stays."""
    made = await make_appointment(owner, recurrence=WEEKLY)
    second = (await all_of(owner, made["series_id"]))[1]
    await owner.post(path_of(second, "complete"))
    await owner.delete(f"{path_of(made)}?scope=all")
    assert [one["id"] for one in await all_of(owner, made["series_id"])] == [second["id"]]
    told = (await events(owner.caller))[-1]
    assert told["type"] == "scheduling.appointment_series.deleted"
    other = await make_appointment(owner, recurrence=WEEKLY)
    await owner.delete(f"{path_of(other)}?scope=all")
    assert await all_of(owner, other["series_id"]) == []


async def test_holidays_are_left_out_and_come_back(owner: Person) -> None:
    """SC-01, SC-05: and what is moved onto one is called off."""
    holiday = {"name": "عطلة", "from": "2031-03-17", "to": "2031-03-17"}
    await owner.post("/v1/holidays", holiday)
    made = await make_appointment(owner, recurrence="FREQ=WEEKLY;COUNT=3", skip_holidays=True)
    assert made["skip_holidays"] is True
    assert await standing(owner, made["series_id"]) == [at(NINE), at(NINE + 2 * WEEK)]
    day = 24 * HOUR
    await owner.post(path_of(made, "reschedule"), {"starts_at": at(NINE + day), "scope": "all"})
    assert await standing(owner, made["series_id"]) == [
        at(NINE + day + week * WEEK) for week in range(3)
    ]  # fmt: skip
    await owner.post(path_of(made, "reschedule"), {"starts_at": at(NINE), "scope": "all"})
    assert await standing(owner, made["series_id"]) == [at(NINE), at(NINE + 2 * WEEK)]


async def test_one_that_stood_alone_recurs_from_then_on(owner: Person, events: Events) -> None:
    """SC-01: by PATCH, with what else is changed; it stays, as the first of its series."""
    staff = str(await remember_user(owner))
    made = await make_appointment(owner, staff_ids=[staff], title="x")
    asked = {"recurrence": WEEKLY, "title": "متابعة"}
    headers = {"If-Match": f'"{made["version"]}"'}
    answer = await owner.http.patch(path_of(made), json=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    first = answer.json()
    assert (first["id"], first["recurrence"], first["title"]) == (made["id"], WEEKLY, "متابعة")
    found = await all_of(owner, first["series_id"])
    assert [one["starts_at"] for one in found] == [at(NINE + week * WEEK) for week in range(4)]
    assert {one["title"] for one in found} == {"متابعة"}
    told = [one["type"].rpartition(".")[2] for one in await events(owner.caller)]
    assert told == ["scheduled", "updated", "scheduled"]
    again = await owner.patch(path_of(made), {"recurrence": WEEKLY})
    assert again["version"] == first["version"]
    busy = {"client_id": made["client_id"], "starts_at": at(NINE + WEEK), "staff_ids": [staff]}
    assert await owner.refused("POST", APPOINTMENTS, busy) == (409, "slot_taken")
    body = {"starts_at": at(NINE + HOUR), "scope": "all"}
    await owner.post(path_of(made, "reschedule"), body)
    assert await standing(owner, first["series_id"]) == [
        at(NINE + HOUR + week * WEEK) for week in range(4)
    ]  # fmt: skip


async def test_what_cannot_recur_so_is_refused(owner: Person) -> None:
    staff = str(await remember_user(owner))
    await make_appointment(owner, NINE + WEEK, staff_ids=[staff])
    made = await make_appointment(owner, staff_ids=[staff])
    refused = await owner.refused("PATCH", path_of(made), {"recurrence": WEEKLY, "title": "y"})
    assert refused == (409, "slot_taken")
    assert (await owner.get(path_of(made)))["title"] is None
    elsewhere = {"recurrence": "FREQ=WEEKLY;BYDAY=TU;COUNT=2"}
    assert await owner.wrong("PATCH", path_of(made), elsewhere) == (
        "recurrence_begins_elsewhere", ["recurrence"],
    )  # fmt: skip
    series = await make_appointment(owner, recurrence=WEEKLY)
    for asked in ({}, {"scope": "all"}):
        other = {"recurrence": "FREQ=DAILY;COUNT=2", **asked}
        assert await owner.refused("PATCH", path_of(series), other) == (409, "recurs_already")
