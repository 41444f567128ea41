"""One calendar of all that is in some days."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.ids import new_id
from chassis.testing.clock import FrozenClock
from refs import peers
from scheduling.calendar_windows import rules
from services.scheduling.tests.appointments.planning import NINE, make_appointment
from services.scheduling.tests.factories import (
    Json,
    Person,
    remember_client,
    remember_folder,
    remember_tenant,
    remember_user,
)
from services.scheduling.tests.staffed import make_booking, make_service

# From a Sunday on, for a week.
WEEK = {"from": "2031-03-09T00:00:00+03:00", "to": "2031-03-16T00:00:00+03:00"}


async def kinds(person: Person, **asked: Any) -> list[str]:
    return [one["kind"] for one in (await person.get("/v1/calendar", **WEEK, **asked))["items"]]


async def fill(owner: Person, staff: str) -> Json:
    """A week with one of each kind, save for who is busy; the appointment."""
    await owner.post("/v1/leaves", {"user_id": staff, "from": "2031-03-09", "to": "2031-03-09"})
    await owner.post("/v1/holidays", {"name": "عطلة", "from": "2031-03-11", "to": "2031-03-11"})
    await owner.post("/v1/tasks", {
        "title": "اتصال", "due_at": "2031-03-12T09:00:00Z", "assignee_ids": [staff],
    })  # fmt: skip
    service = await make_service(owner, staff_ids=[staff])
    for day in (9, 13):  # not in the week: so that each kind has another one
        await owner.post("/v1/tasks", {"title": "بعد", "due_at": f"2031-04-{day:02}T09:00:00Z"})
        await make_appointment(owner, NINE + timedelta(days=20 + day))
    await make_booking(owner, service, starts_at="2031-03-13T09:00:00Z", any_time=True)
    return await make_appointment(owner, staff_ids=[staff], title="استشارة")


async def test_a_calendar_shows_all_that_is_in_a_week(owner: Person) -> None:
    """SC-03, SC-09: one call, by when things begin; each names whom it is about."""
    await remember_tenant(owner)
    staff = str(await remember_user(owner))
    appointment = await fill(owner, staff)
    shown = await owner.get("/v1/calendar", **WEEK, staff_id=staff, count=True)
    items = shown["items"]
    assert [one["kind"] for one in items] == ["leave", "appointment", "holiday", "task", "session"]
    assert shown["total"] == 5 and shown["timezone"] == "Asia/Riyadh"
    leave, met, holiday, task, session = items
    assert (leave["starts_at"], leave["all_day"]) == ("2031-03-08T21:00:00.000000Z", True)
    assert met["id"] == appointment["id"] and met["title"] == "استشارة"
    assert met["url"] == f"/v1/clients/{met['client_id']}"
    assert met["client_ids"] == [met["client_id"]] and met["staff_ids"] == [staff]
    assert holiday["name"] == {"ar": "عطلة"} and task["client_ids"] == []
    assert session["name"] == {"ar": "جلسة"} and len(session["client_ids"]) == 1
    assert await kinds(owner, kind=["task", "leave"]) == ["leave", "task"]
    assert await kinds(owner, client_id=met["client_id"]) == ["appointment", "holiday"]
    assert await kinds(owner, client_id=session["client_ids"][0]) == ["holiday", "session"]
    assert await kinds(owner, staff_id=str(new_id())) == ["holiday"]


async def test_what_began_before_reaches_into_the_window(owner: Person) -> None:
    """SC-03: what runs over its edge is shown on both sides, and what only touches it is not."""
    await make_appointment(owner, NINE, ends_at="2031-03-10T11:00:00Z")
    for since, until, seen in (
        ("10:00", "12:00", 1), ("08:00", "10:00", 1), ("11:00", "12:00", 0), ("08:00", "09:00", 0),
    ):  # fmt: skip
        window = {"from": f"2031-03-10T{since}:00Z", "to": f"2031-03-10T{until}:00Z"}
        items = (await owner.get("/v1/calendar", **window, kind="appointment"))["items"]
        assert len(items) == seen, (since, until)
        listed = await owner.ids(
            "/v1/appointments", ends_from=f"2031-03-10T{since}:00.001Z", starts_to=window["to"]
        )
        assert len(listed) == seen, (since, until)


@pytest.mark.parametrize("sort", ["starts_at", "-starts_at"])
async def test_pages_of_all_kinds_are_one_list(owner: Person, sort: str) -> None:
    """SC-03: nothing comes twice, and nothing is left out, whatever the pages."""
    await remember_tenant(owner)
    staff = str(await remember_user(owner))
    await fill(owner, staff)
    whole = await owner.get("/v1/calendar", **WEEK, sort=sort)
    for limit in (1, 2, 4):
        found: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = await owner.get("/v1/calendar", **WEEK, sort=sort, limit=limit, **cursor)
            found += [one["id"] for one in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert found == [one["id"] for one in whole["items"]]


async def test_who_is_taken_by_what_is_hidden_is_busy(owner: Person) -> None:
    """SC-03, CL-59: when, and nothing else; only where somebody asks for them."""
    folder_id = new_id()
    client_id = str(await remember_client(owner, folder_id=str(folder_id)))
    staff = str(await remember_user(owner))
    await make_appointment(owner, client_id=client_id, staff_ids=[staff], title="سري")
    async with owner.colleague("scheduling:read") as colleague:
        role = f"role:{colleague.caller.role_id}"
        await remember_folder(owner, folder_id, {"principal": role, "level": "none"})
        assert await kinds(colleague, kind=["appointment", "busy"]) == []
        shown = await colleague.get("/v1/calendar", **WEEK, staff_id=staff, kind="busy")
        [busy] = shown["items"]
        assert (busy["kind"], busy["staff_ids"], busy["title"]) == ("busy", [staff], None)
        assert busy["client_id"] is None and busy["client_ids"] == []
    assert await kinds(owner, staff_id=staff, kind=["appointment", "busy"]) == ["appointment"]


async def test_tasks_of_others_are_out_of_sight(owner: Person) -> None:
    """SC-03, SC-05: as they are in their own list."""
    await owner.post("/v1/tasks", {"title": "لي", "due_at": "2031-03-12T09:00:00Z"})
    async with owner.colleague("scheduling:read") as colleague:
        assert await kinds(colleague, kind="task") == []
    assert await kinds(owner, kind="task") == ["task"]


async def test_the_week_is_the_companys(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """SC-03: as identity tells it; as the country has it while it does not answer."""
    await remember_tenant(owner)
    shown = await owner.get("/v1/calendar", **WEEK)
    assert (shown["week_start"], shown["weekend"]) == ("sunday", ["friday", "saturday"])

    async def told(_: Any, __: UUID) -> Json:
        return {"week_start": "monday", "weekend": ["saturday", "sunday"]}

    monkeypatch.setattr(peers, "get_tenant", told)
    shown = await owner.get("/v1/calendar", **WEEK)
    assert (shown["week_start"], shown["weekend"]) == ("monday", ["saturday", "sunday"])


async def test_what_is_wrong_with_a_window_is_named(owner: Person) -> None:
    """SC-03: with its field."""
    for until, code in (
        ("2031-03-09T00:00:00Z", "ends_before_it_begins"),
        ("2031-06-09T00:00:00Z", "window_too_long"),
    ):
        answer = await owner.http.get(
            "/v1/calendar", params={"from": "2031-03-09T00:00:00Z", "to": until}
        )
        assert answer.status_code == 422 and answer.json()["code"] == code
        assert [one["field"] for one in answer.json()["errors"]] == ["to"]
    answer = await owner.http.get("/v1/calendar", params={**WEEK, "from": "soon"})
    assert [one["field"] for one in answer.json()["errors"]] == ["from"]
    answer = await owner.http.get("/v1/calendar", params={**WEEK, "cursor": "x"})
    assert answer.json()["code"] == "invalid_cursor"


async def test_without_a_window_it_is_this_week(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SC-03: by the company's own week."""
    await remember_tenant(owner)
    # A Wednesday, whenever this runs.
    clock = FrozenClock(NINE + timedelta(days=2))
    monkeypatch.setattr(owner.service.context.database, "clock", clock)
    for days in (-2, -1, 5, 6):  # Saturday, Sunday; Saturday, Sunday
        await make_appointment(owner, NINE + timedelta(days=days))
    shown = (await owner.get("/v1/calendar", kind="appointment"))["items"]
    assert [one["starts_at"][:10] for one in shown] == ["2031-03-09", "2031-03-15"]
    until = await owner.get("/v1/calendar", kind="appointment", to=WEEK["from"])
    assert [one["starts_at"][:10] for one in until["items"]] == ["2031-03-08"]


@given(st.sets(st.integers(0, 6), max_size=6))
def test_a_week_begins_after_its_days_off(days_off: set[int]) -> None:
    """SC-03: whatever they are."""
    week = rules.usual_week(days_off)
    assert week.start not in week.weekend and week.weekend


def test_a_week_that_nobody_knows_is_as_usual() -> None:
    usual = rules.usual_week({4, 5})
    assert rules.told_week({"week_start": "", "weekend": []}, usual) == usual
