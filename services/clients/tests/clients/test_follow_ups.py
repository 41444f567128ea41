"""Follow-ups that a status calls for: told once, and only while the status stands."""

from datetime import UTC, datetime, timedelta
from typing import Any

from clients.clients.schedules import follow_up_due
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Json, Person


async def make_status(owner: Person, hours: int | None, kind: str = "variable") -> str:
    body = {"name": f"متابعة {hours}", "kind": kind, "requires_follow_up_after_hours": hours}
    made: str = (await owner.post("/v1/follow-up-statuses", body))["id"]
    return made


async def waiting(owner: Person) -> list[Json]:
    """The jobs that stand in the queue, each with the time at which it is due."""
    query = (
        "select convert_from(payload, 'utf8')::jsonb, execute_after from pgqueuer"
        " where tenant_id = $1 and entrypoint = 'clients.follow_up_due' order by id"
    )
    async with owner.service.context.database.plumbing() as connection:
        rows = await connection.fetch(query, owner.caller.tenant_id)
    return [{"payload": row[0]["payload"], "at": row[1]} for row in rows]


async def run(owner: Person, jobs: list[Json]) -> None:
    for job in jobs:
        await follow_up_due(owner.service.context, owner.caller.tenant_id, job["payload"])


async def told(owner: Person, events: Events) -> list[dict[str, Any]]:
    kind = "clients.client.follow_up_due"
    return [event for event in await events(owner.caller) if event["type"] == kind]


async def test_a_status_that_calls_for_a_follow_up_is_due_after_its_hours(
    owner: Person, events: Events
) -> None:
    """CL-40: told once, whatever is run again."""
    status_id = await make_status(owner, 48)
    client = await owner.make_client("نورة")
    changed = {"follow_up_status_id": status_id}
    await owner.post(f"{client['url']}/status", changed)
    [job] = await waiting(owner)
    wait = job["at"] - datetime.now(UTC)
    assert timedelta(hours=47, minutes=59) < wait <= timedelta(hours=48)
    await run(owner, [job, job])
    [event] = await told(owner, events)
    assert event["clientid"] == client["id"] and event["data"]["status_id"] == status_id
    assert event["data"]["client"]["name"] == "نورة"


async def test_both_kinds_count_from_creation_too(owner: Person, events: Events) -> None:
    """CL-40"""
    pinned, variable = await make_status(owner, 5, "pinned"), await make_status(owner, 1)
    await owner.make_client(pinned_status_id=pinned, follow_up_status_id=variable)
    await run(owner, await waiting(owner))
    assert {e["data"]["status_id"] for e in await told(owner, events)} == {pinned, variable}


async def test_what_is_no_longer_waited_for_is_not_told(owner: Person, events: Events) -> None:
    """CL-40: another status, none, the same chosen anew, or the client put away."""
    long, short, quiet = [await make_status(owner, hours) for hours in (9, 3, None)]
    names = ("other", "none", "archived", "anew")
    made = {name: await owner.make_client(name, follow_up_status_id=long) for name in names}
    before = await waiting(owner)
    status = {name: f"{client['url']}/status" for name, client in made.items()}
    await owner.post(status["other"], {"follow_up_status_id": quiet})
    await owner.post(status["none"], {"follow_up_status_id": None})
    await owner.post(f"{made['archived']['url']}/archive")
    await owner.post(status["anew"], {"follow_up_status_id": short})
    await owner.post(status["anew"], {"follow_up_status_id": long})
    await run(owner, before)
    assert await told(owner, events) == []
    after = (await waiting(owner))[len(before) :]
    await run(owner, after)
    [event] = await told(owner, events)
    assert (event["clientid"], event["data"]["status_id"]) == (made["anew"]["id"], long)


async def test_a_time_in_a_field_is_due_then(owner: Person, events: Events) -> None:
    """CL-53: told once, at the time that stands last; not for one that is past."""
    field = {"key": "call_at", "label": "موعد الاتصال", "type": "follow_up_time"}
    await owner.post("/v1/custom-fields", field)
    soon, later = (datetime.now(UTC) + timedelta(hours=hours) for hours in (5, 50))
    values = {"call_at": soon.isoformat()}
    client = await owner.make_client("نورة", custom_fields=values)
    gone = await owner.make_client("سعد", custom_fields=values)
    await owner.make_client("قديم", custom_fields={"call_at": "2020-01-01T00:00:00Z"})
    first = await waiting(owner)
    assert [abs(job["at"] - soon) < timedelta(minutes=1) for job in first] == [True, True]
    await owner.patch(client["url"], {"custom_fields": {"call_at": later.isoformat()}})
    await owner.patch(gone["url"], {"custom_fields": {"call_at": None}})
    await run(owner, first)
    assert await told(owner, events) == []
    [job] = (await waiting(owner))[len(first) :]
    await run(owner, [job, job])
    [event] = await told(owner, events)
    assert event["clientid"] == client["id"]
    assert (event["data"]["field"], event["data"]["status_id"]) == ("custom_fields.call_at", "")
    assert datetime.fromisoformat(event["data"]["at"]) == later


async def test_what_is_planned_is_told_with_what_calls_for_it(
    owner: Person, events: Events
) -> None:
    """CL-40, CL-53: whoever plans knows when a client is to be followed up, and when no more."""
    await owner.post("/v1/custom-fields", {
        "key": "call_at", "label": "موعد الاتصال", "type": "follow_up_time",
    })  # fmt: skip
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=5)
    status_id, quiet = await make_status(owner, 48), await make_status(owner, None)
    values = {"call_at": soon.isoformat()}
    client = await owner.make_client("نورة", custom_fields=values, follow_up_status_id=status_id)
    await owner.patch(client["url"], {"custom_fields": {"call_at": None}})
    await owner.patch(client["url"], {"name": "نورة علي"})
    await owner.post(f"{client['url']}/status", {"follow_up_status_id": quiet})
    await owner.post(f"{client['url']}/status", {"follow_up_status_id": status_id})
    told = [one["data"]["follow_ups"] for one in await events(owner.caller)
            if "follow_ups" in one["data"]]  # fmt: skip
    field, status = "custom_fields.call_at", "follow_up_status_id"
    assert [{one["field"]: bool(one["due_at"]) for one in some} for some in told] == [
        {field: True, status: True}, {field: False}, {}, {status: False}, {status: True}
    ]  # fmt: skip
    assert datetime.fromisoformat(told[0][0]["due_at"]) == soon
    wait = datetime.fromisoformat(told[0][1]["due_at"]) - datetime.now(UTC)
    assert timedelta(hours=47, minutes=59) < wait <= timedelta(hours=48)
