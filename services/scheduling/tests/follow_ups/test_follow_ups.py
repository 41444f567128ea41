"""One save gives a client a status, an action and an appointment: all of it or nothing."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from chassis.caller import system
from chassis.errors import Unavailable
from chassis.events import Event
from chassis.ids import new_id
from refs.writing import FolderNotWritable
from scheduling.follow_ups import schedules
from scheduling.follow_ups.consumers import consumers
from scheduling.follow_ups.use_cases.making import APPLY, forget_follow_ups
from services.scheduling.tests.appointments.planning import APPOINTMENTS, HOUR, NINE, at
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import (
    Json,
    Person,
    hear,
    jobs_of,
    make_action,
    remember_client,
    remember_folder,
    remember_user,
    tick,
)
from services.scheduling.tests.follow_ups.clients import Clients

FOLLOW_UPS: Final = "/v1/follow-ups"


async def ask(person: Person) -> None:
    """Run the jobs that ask clients; those that fail wait again."""
    context, tenant_id = person.service.context, person.caller.tenant_id
    for payload in await jobs_of(person, APPLY):
        try:
            await schedules.apply_follow_up(context, tenant_id, payload)
        except Unavailable:
            async with context.database.work(system(tenant_id, "scheduling")) as work:
                work.enqueue(APPLY, payload, unique=payload["id"])


async def asked_for(person: Person, **fields: Any) -> Json:
    """All that a save may say, of an hour of somebody."""
    client_id, hind = str(await remember_client(person)), str(await remember_user(person))
    action = await make_action(person, subject="client")
    return {
        "client_id": client_id, "follow_up_status_id": str(new_id()), "action_id": action["id"],
        "at": at(NINE), "duration_minutes": 60, "note": "طلب عرض سعر", "staff_ids": [hind],
        **fields,
    }  # fmt: skip


async def of(person: Person, made: Json) -> tuple[Json, Json]:
    """A follow-up and its appointment, as they are now."""
    found = await person.get(f"{FOLLOW_UPS}/{made['id']}")
    return found, await person.get(f"{APPOINTMENTS}/{found['appointment_id']}")


async def told(person: Person, events: Events) -> list[str]:
    kinds = [one["type"].removeprefix("scheduling.") for one in await events(person.caller)]
    return [kind for kind in kinds if kind.startswith(("follow_up.", "appointment."))]


def changed(verb: str, appointment: Json) -> Event:
    subject = UUID(appointment["id"])
    return Event(f"scheduling.appointment.{verb}", subject, {}, id=new_id())


async def test_one_save_is_status_action_and_appointment(
    owner: Person, events: Events, clients: Clients
) -> None:
    """CL-39, CL-41, CL-43: the same request again is the same follow-up."""
    body = await asked_for(owner, id=str(new_id()))
    answer = await owner.http.post(FOLLOW_UPS, json=body)
    made, path = answer.json(), f"{FOLLOW_UPS}/{body['id']}"
    assert (answer.status_code, answer.headers["location"], made["state"]) == (201, path, "pending")
    again = await owner.http.post(FOLLOW_UPS, json=body)
    assert (again.status_code, again.json()) == (200, made)
    assert await owner.refused("POST", FOLLOW_UPS, body | {"note": "x"}) == (409, "id_taken")
    await ask(owner)
    await ask(owner)
    found, appointment = await of(owner, made)
    assert found["state"] == "open" and {one: found[one] for one in body} == body
    assert (appointment["starts_at"], appointment["status"]) == (found["at"], "scheduled")
    same = ("client_id", "action_id", "staff_ids", "note", "duration_minutes")
    assert [appointment[one] for one in same] == [body[one] for one in same]
    assert clients.made == {f"follow_up:{made['id']}": {
        "client_id": body["client_id"], "follow_up_status_id": body["follow_up_status_id"],
        "reason": "طلب عرض سعر",
    }}  # fmt: skip
    assert [one.caller.user_id for one in clients.askers] == [owner.caller.user_id]
    assert await told(owner, events) == [
        "appointment.scheduled", "follow_up.made", "follow_up.applied"
    ]  # fmt: skip


async def test_statuses_that_a_folder_may_hide_are_shown_to_who_chose_them(
    owner: Person, events: Events, clients: Clients
) -> None:
    """CL-43: and to whom nothing is hidden; what is told of it names neither."""
    async with owner.colleague("scheduling:read", "scheduling:write", "clients:write") as agent:
        body = await asked_for(owner, pinned_status_id=str(new_id()))
        made = await agent.post(FOLLOW_UPS, body)
        path, names = f"{FOLLOW_UPS}/{made['id']}", ("pinned_status_id", "follow_up_status_id")
        for seen in (made, await agent.get(path), await owner.get(path)):
            assert [seen[one] for one in names] == [body[one] for one in names]
    async with owner.colleague("scheduling:read") as other:
        page = await other.get(FOLLOW_UPS)
        for seen in (await other.get(path), *page["items"]):
            assert [seen[one] for one in names] == [None, None] and seen["note"] == body["note"]
    told = [
        one["data"]["follow_up"] for one in await events(owner.caller) if "follow_up" in one["data"]
    ]
    assert told and not set(names) & told[0].keys()


async def test_what_clients_refuses_leaves_nothing_behind(
    owner: Person, events: Events, clients: Clients
) -> None:
    """CL-43: never half; whom it took is free."""
    body = await asked_for(owner)
    clients.refuses = FolderNotWritable()
    made = await owner.post(FOLLOW_UPS, body)
    busy = await owner.refused("POST", FOLLOW_UPS, body)
    assert busy == (409, "slot_taken")
    await ask(owner)
    found, appointment = await of(owner, made)
    assert (found["state"], found["problem"]["code"]) == ("refused", FolderNotWritable.code)
    assert (appointment["status"], appointment["cancel_reason"]) == (
        "cancelled", "follow_up_refused"
    )  # fmt: skip
    assert await told(owner, events) == [
        "appointment.scheduled", "follow_up.made", "appointment.cancelled", "follow_up.refused"
    ]  # fmt: skip
    path = f"{FOLLOW_UPS}/{made['id']}"
    assert await owner.refused("POST", f"{path}/complete") == (409, "follow_up_not_open")
    clients.refuses = None
    await owner.post(FOLLOW_UPS, body)


async def test_it_is_completed_later_where_clients_is_away(
    owner: Person, events: Events, clients: Clients
) -> None:
    """CL-43: accepted, and the same asked again under the same cause, also of a lost answer."""
    made = await owner.post(FOLLOW_UPS, await asked_for(owner))
    path = f"{FOLLOW_UPS}/{made['id']}"
    for name in ("is_away", "loses_answer"):
        setattr(clients, name, True)
        await ask(owner)
        setattr(clients, name, False)
        assert (await owner.get(path))["state"] == "pending"
        assert await owner.refused("POST", f"{path}/cancel") == (409, "follow_up_pending")
    await ask(owner)
    assert ((await owner.get(path))["state"], len(clients.made)) == ("open", 1)
    assert (await told(owner, events)).count("follow_up.applied") == 1


async def test_two_workers_at_once_apply_it_once(
    owner: Person, events: Events, clients: Clients
) -> None:
    """CL-43"""
    await owner.post(FOLLOW_UPS, await asked_for(owner))
    [payload] = await jobs_of(owner, APPLY)
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    await asyncio.gather(*(
        schedules.apply_follow_up(context, tenant_id, payload) for _ in range(6)
    ))  # fmt: skip
    assert len(clients.made) == 1
    assert (await told(owner, events)).count("follow_up.applied") == 1


async def test_a_given_up_job_is_asked_for_again(
    owner: Person, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await owner.post(FOLLOW_UPS, await asked_for(owner))
    await jobs_of(owner, APPLY)
    later = owner.service.context.database.clock() + timedelta(hours=1)
    monkeypatch.setattr(owner.service.context.database, "clock", lambda: later)
    await tick(owner, schedules.follow_ups_are_applied_again, schedules.jobs)
    await ask(owner)
    assert (await owner.get(f"{FOLLOW_UPS}/{made['id']}"))["state"] == "open"


async def test_without_a_status_it_is_open_at_once(owner: Person, clients: Clients) -> None:
    """CL-41: and done with its appointment."""
    body = await asked_for(owner, follow_up_status_id=None)
    made = await owner.post(FOLLOW_UPS, body)
    assert (made["state"], await jobs_of(owner, APPLY)) == ("open", [])
    done = await owner.post(f"{FOLLOW_UPS}/{made['id']}/complete")
    assert (done["state"], done["closed_by"]) == ("done", owner.caller.principal)
    _, appointment = await of(owner, made)
    assert appointment["status"] == "done"
    assert (await owner.post(f"{FOLLOW_UPS}/{made['id']}/complete"))["version"] == done["version"]
    other = await owner.post(FOLLOW_UPS, body | {"at": at(NINE + HOUR)})
    gone = await owner.post(f"{FOLLOW_UPS}/{other['id']}/cancel", {"reason": "سافر"})
    _, appointment = await of(owner, other)
    assert (gone["state"], appointment["cancel_reason"]) == ("cancelled", "سافر")
    noted = await owner.post(FOLLOW_UPS, body | {"at": None, "duration_minutes": None})
    assert (noted["at"], noted["appointment_id"]) == (None, None)
    assert (await owner.post(f"{FOLLOW_UPS}/{noted['id']}/complete"))["state"] == "done"


async def test_it_stands_as_its_appointment_stands(
    owner: Person, events: Events, clients: Clients
) -> None:
    """SC-02: whatever is heard of it, and however often."""
    body = await asked_for(owner, follow_up_status_id=None)
    made = await owner.post(FOLLOW_UPS, body)
    _, appointment = await of(owner, made)
    path, later = f"{APPOINTMENTS}/{appointment['id']}", NINE + timedelta(days=1)
    steps = (
        ("reschedule", {"starts_at": at(later)}, "rescheduled", "open"),
        ("complete", None, "done", "done"), ("reopen", None, "reopened", "open"),
        ("cancel", None, "cancelled", "cancelled"),
    )  # fmt: skip
    for verb, sent, heard, state in steps:
        await owner.post(f"{path}/{verb}", sent)
        event = changed(heard, appointment)
        await hear(owner, consumers, event, event, replace(event, id=new_id()))
        found = await owner.get(f"{FOLLOW_UPS}/{made['id']}")
        assert (found["state"], found["at"], found["duration_minutes"]) == (state, at(later), 60)
    kinds = [one for one in await told(owner, events) if one.startswith("follow_up.")]
    assert kinds == ["follow_up.made", "follow_up.updated", "follow_up.completed",
                     "follow_up.reopened", "follow_up.cancelled"]  # fmt: skip
    other = await owner.post(FOLLOW_UPS, body)
    _, appointment = await of(owner, other)
    await owner.http.delete(f"{APPOINTMENTS}/{appointment['id']}")
    await hear(owner, consumers, changed("deleted", appointment))
    assert (await owner.get(f"{FOLLOW_UPS}/{other['id']}"))["state"] == "cancelled"


async def test_it_stands_as_its_appointment_stands_in_a_series(
    owner: Person, clients: Clients
) -> None:
    """SC-01: one that came to recur, and is called off with all others."""
    made = await owner.post(FOLLOW_UPS, await asked_for(owner, follow_up_status_id=None))
    _, appointment = await of(owner, made)
    path = f"{APPOINTMENTS}/{appointment['id']}"
    await owner.patch(path, {"recurrence": "FREQ=DAILY;COUNT=3"})
    ids = await owner.ids(APPOINTMENTS, client_id=made["client_id"])
    assert len(ids) == 3
    await owner.post(f"{path}/cancel", {"scope": "all"})
    told: Json = {"appointments": [{"id": one} for one in ids]}
    kind = "scheduling.appointment_series.cancelled"
    await hear(owner, consumers, Event(kind, new_id(), told, id=new_id()))
    assert (await owner.get(f"{FOLLOW_UPS}/{made['id']}"))["state"] == "cancelled"


async def test_what_cannot_be_is_refused_by_its_field(owner: Person, clients: Clients) -> None:
    """CL-42, CL-43: and nothing of it is kept."""
    body = await asked_for(owner)
    of_appointments = (await make_action(owner, subject="appointment"))["id"]
    wrong: list[tuple[Json, int, str, str]] = [
        ({"action_id": of_appointments}, 422, "unknown_reference", "action_id"),
        ({"client_id": str(new_id())}, 422, "unknown_reference", "client_id"),
        ({"staff_ids": [str(new_id())]}, 422, "unknown_reference", "staff_ids"),
        ({"at": None}, 422, "time_needed", "at"),
        ({"follow_up_status_id": None, "action_id": None, "at": None, "duration_minutes": None},
         422, "nothing_to_follow_up", "status_id"),
    ]  # fmt: skip
    for fields, status, code, field in wrong:
        answer = await owner.http.post(FOLLOW_UPS, json=body | fields)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (status, code), problem
        assert problem["errors"][0]["field"] == field
    assert await owner.ids(FOLLOW_UPS) == [] and await owner.ids(APPOINTMENTS) == []
    await owner.post(FOLLOW_UPS, body)
    answer = await owner.http.post(FOLLOW_UPS, json=body)
    assert answer.json()["errors"][0]["field"] == "at" and answer.json()["nearest"]


async def test_who_may_not_change_the_client_is_refused_at_once(
    owner: Person, clients: Clients
) -> None:
    """CL-43: by permission, by the folder, and by whom they see; before anything is kept."""
    folder_id, body = new_id(), await asked_for(owner)
    principal = f"user:{new_id()}"
    await remember_folder(owner, folder_id, {"principal": principal, "level": "read"})
    in_folder = str(await remember_client(owner, folder_id=str(folder_id)))
    some = frozenset({"scheduling:read", "scheduling:write"})
    one = replace(owner.caller, permissions=some, is_owner=False)
    for caller, fields, code in (
        (one, {}, "forbidden"),
        (replace(one, principal=principal, user_id=UUID(principal[5:]), visibility="folders",
                 permissions=some | {"clients:write"}),
         {"client_id": in_folder}, "folder_not_writable"),
        (replace(one, visibility="assigned", permissions=some | {"clients:write"}), {},
         "unknown_reference"),
    ):  # fmt: skip
        async with owner.service.http(caller) as http:
            answer = await http.post(FOLLOW_UPS, json=body | fields)
        assert answer.json()["code"] == code, answer.json()
    assert (await owner.ids(FOLLOW_UPS), await jobs_of(owner, APPLY)) == ([], [])


async def test_a_key_asks_with_its_own_rights(owner: Person, clients: Clients) -> None:
    """CL-43: a key is nobody's user."""
    some = frozenset({"scheduling:write", "scheduling:read", "clients:write"})
    key = replace(
        owner.caller, principal=f"key:{new_id()}", user_id=None, is_owner=False, permissions=some,
        visibility="all", made_by=new_id(),
    )  # fmt: skip
    body = await asked_for(owner)
    async with owner.service.http(key) as http:
        assert (await http.post(FOLLOW_UPS, json=body)).status_code == 201
    await ask(owner)
    [by] = clients.askers
    assert (by.caller.principal, by.caller.permissions) == (key.principal, some)
    assert (by.caller.visibility, by.caller.made_by) == ("all", key.made_by)


async def test_lists_are_narrowed(owner: Person, clients: Clients) -> None:
    body = await asked_for(owner, follow_up_status_id=None)
    one = await owner.post(FOLLOW_UPS, body)
    two = await owner.post(FOLLOW_UPS, await asked_for(owner, at=at(NINE + HOUR)))
    for query, ids in (
        ({}, [two, one]), ({"sort": "at"}, [one, two]), ({"client_id": one["client_id"]}, [one]),
        ({"staff_id": two["staff_ids"][0]}, [two]), ({"action_id": one["action_id"]}, [one]),
        ({"state": "pending"}, [two]), ({"at_to": at(NINE + HOUR)}, [one]),
        ({"at_from": at(NINE + HOUR)}, [two]),
        ({"appointment_id": one["appointment_id"]}, [one]),
    ):  # fmt: skip
        assert await owner.ids(FOLLOW_UPS, **query) == [each["id"] for each in ids], query


async def test_nothing_is_kept_of_who_is_erased(owner: Person, clients: Clients) -> None:
    made = await owner.post(FOLLOW_UPS, await asked_for(owner))
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    async with context.database.work(system(tenant_id, "scheduling")) as work:
        await forget_follow_ups(work, UUID(made["client_id"]))
    assert await owner.ids(FOLLOW_UPS) == []
    await ask(owner)
    assert clients.made == {}
