"""What clients calls for becomes a task, once, and moves or goes with what calls for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import bindparam, func, select

from chassis.caller import system
from chassis.events import Event
from chassis.ids import new_id
from chassis.statements import statement
from scheduling.follow_ups.consumers import consumers
from scheduling.follow_ups.rules.due import responsible
from scheduling.follow_ups.tables import due_follow_ups
from scheduling.follow_ups.use_cases.making import forget_follow_ups
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import (
    Json,
    Person,
    hear,
    remember_client,
    remember_tenant,
    remember_user,
)

TASKS: Final = "/v1/tasks"
STATUS, FIELD = "follow_up_status_id", "custom_fields.call_at"
_LEFT: Final = statement(
    select(func.count())
    .select_from(due_follow_ups)
    .where(due_follow_ups.c.tenant_id == bindparam("tenant_id"))
)
SOON: Final = datetime(2031, 3, 10, 9, tzinfo=UTC)
LATER: Final = SOON + timedelta(days=2)


def planned(
    client_id: UUID, version: int, field: str, due_at: datetime | None, *roles: Json
) -> Event:
    """As clients tells it."""
    told: Json = {
        "client": {"id": str(client_id), "version": version, "staff": list(roles)},
        "follow_ups": [{"field": field, "due_at": due_at.isoformat() if due_at else ""}],
    }
    verb = "updated" if field == FIELD else "status_changed"
    kind = f"clients.client.{verb}"
    return Event(kind, client_id, told, version, client_id, id=new_id())


async def tasks_of(person: Person, client_id: UUID) -> list[tuple[str, datetime]]:
    """How each task of a client stands, and when it is due, the oldest first."""
    page = await person.get(TASKS, client_id=str(client_id), kind="follow_up", sort="created_at")
    return [(one["state"], datetime.fromisoformat(one["due_at"])) for one in page["items"]]


async def test_a_status_calls_for_a_task_once(owner: Person, events: Events) -> None:
    """CL-40, SC-10: of who acts for the client; heard again, or told again, it is the same one."""
    await remember_tenant(owner, locale="ar")
    client_id, hind = await remember_client(owner), await remember_user(owner)
    gone = await remember_user(owner, is_active=False)
    roles = [{"user_id": str(one), "role": "owner"} for one in (hind, gone)]
    event = planned(
        client_id, 3, STATUS, SOON, *roles, {"user_id": str(new_id()), "role": "watcher"}
    )
    await hear(owner, consumers, event, event, replace(event, id=new_id()))
    [task] = (await owner.get(TASKS, client_id=str(client_id)))["items"]
    assert (task["kind"], task["state"], task["title"]) == ("follow_up", "open", "متابعة العميل")
    assert task["assignee_ids"] == [str(hind)]
    assert datetime.fromisoformat(task["due_at"]) == SOON
    kinds = [one["type"] for one in await events(owner.caller)]
    assert kinds.count("scheduling.task.created") == 1


async def test_another_status_calls_for_another_one_or_none(owner: Person) -> None:
    """CL-40: what the status before it called for is given up; what was done stays so."""
    client_id = await remember_client(owner)
    await hear(owner, consumers, planned(client_id, 1, STATUS, SOON))
    await hear(owner, consumers, planned(client_id, 2, STATUS, LATER))
    assert await tasks_of(owner, client_id) == [("cancelled", SOON), ("open", LATER)]
    [task_id] = await owner.ids(TASKS, client_id=str(client_id), state="open")
    await owner.post(f"{TASKS}/{task_id}/complete")
    await hear(owner, consumers, planned(client_id, 3, STATUS, None))
    await hear(owner, consumers, planned(client_id, 4, "pinned_status_id", SOON))
    assert await tasks_of(owner, client_id) == [
        ("cancelled", SOON), ("done", LATER), ("open", SOON)
    ]  # fmt: skip


async def test_it_moves_with_its_field(owner: Person, events: Events) -> None:
    """CL-53, SC-10: and is given up where that is emptied, or its time is past."""
    client_id = await remember_client(owner)
    await hear(owner, consumers, planned(client_id, 1, FIELD, SOON))
    await hear(owner, consumers, planned(client_id, 2, FIELD, LATER))
    assert await tasks_of(owner, client_id) == [("open", LATER)]
    await hear(owner, consumers, planned(client_id, 3, FIELD, None))
    assert await tasks_of(owner, client_id) == [("cancelled", LATER)]
    await hear(owner, consumers, planned(client_id, 4, FIELD, SOON))
    assert await tasks_of(owner, client_id) == [("cancelled", LATER), ("open", SOON)]
    kinds = [one["type"] for one in await events(owner.caller)]
    assert kinds == [f"scheduling.task.{verb}" for verb in (
        "created", "updated", "cancelled", "created"
    )]  # fmt: skip


async def test_what_comes_late_changes_nothing(owner: Person) -> None:
    """SC-10: events of a client may come in any order."""
    client_id = await remember_client(owner)
    await hear(owner, consumers, planned(client_id, 5, FIELD, None))
    await hear(owner, consumers, planned(client_id, 4, FIELD, SOON))
    assert await tasks_of(owner, client_id) == []
    await hear(owner, consumers, planned(client_id, 7, FIELD, LATER))
    await hear(owner, consumers, planned(client_id, 6, FIELD, SOON))
    assert await tasks_of(owner, client_id) == [("open", LATER)]


async def test_a_survivor_answers_for_those_merged_into_it(owner: Person) -> None:
    """CL-40: another status of one is for both."""
    survivor_id = await remember_client(owner)
    merged: Json = {"id": str(new_id()), "version": 1}
    merged_id = await remember_client(owner, **merged)
    await hear(owner, consumers, planned(merged_id, 1, STATUS, SOON))
    await remember_client(owner, **merged | {"version": 2, "merged_into": str(survivor_id)})
    await hear(owner, consumers, planned(survivor_id, 9, STATUS, LATER))
    assert await tasks_of(owner, survivor_id) == [("cancelled", SOON), ("open", LATER)]


async def part(owner: Person, client_id: UUID, survivor_id: UUID, into: str = "") -> None:
    """The merge of one into the other is undone; the one stands for itself, or for another."""
    told: Json = {"client": {"id": str(client_id), "merged_into": into},
                  "merge_id": str(new_id()), "parted_from_id": str(survivor_id)}  # fmt: skip
    event = Event("clients.client.redirected", client_id, told, 3, client_id, id=new_id())
    await hear(owner, consumers, event, event, replace(event, id=new_id()))


async def test_parted_again_each_is_followed_up_by_itself(owner: Person, events: Events) -> None:
    """CL-40, CL-53, CL-78: as it was, as far as it was given up for the survivor alone."""
    survivor_id = await remember_client(owner)
    merged: Json = {"id": str(new_id()), "version": 1}
    merged_id = await remember_client(owner, **merged)
    pinned = "pinned_status_id"
    for field, due_at in ((STATUS, SOON), (FIELD, LATER), (pinned, SOON - timedelta(days=1))):
        await hear(owner, consumers, planned(merged_id, 1, field, due_at))
    await hear(owner, consumers, planned(survivor_id, 1, FIELD, SOON))
    [done, _] = [
        one["id"] for one in (await owner.get(TASKS, client_id=str(merged_id)))["items"]
        if datetime.fromisoformat(one["due_at"]) < LATER
    ]  # fmt: skip
    await owner.post(f"{TASKS}/{done}/complete")
    await remember_client(owner, **merged | {"version": 2, "merged_into": str(survivor_id)})
    for field, due_at in ((STATUS, LATER), (pinned, None), (FIELD, None)):
        await hear(owner, consumers, planned(survivor_id, 9, field, due_at))
    assert sorted(await tasks_of(owner, survivor_id)) == sorted([
        ("cancelled", SOON), ("cancelled", LATER), ("done", SOON - timedelta(days=1)),
        ("cancelled", SOON), ("open", LATER),
    ])  # fmt: skip
    await remember_client(owner, **merged | {"version": 3, "merged_into": ""})
    await part(owner, merged_id, survivor_id)
    assert sorted(await tasks_of(owner, merged_id)) == sorted(
        [("open", SOON), ("open", LATER), ("done", SOON - timedelta(days=1))]
    )
    assert sorted(await tasks_of(owner, survivor_id)) == [("cancelled", SOON), ("open", LATER)]
    kinds = [one["type"] for one in await events(owner.caller)]
    assert kinds.count("scheduling.task.reopened") == 2
    # From then on it goes by its own again.
    await hear(owner, consumers, planned(merged_id, 4, STATUS, None))
    await hear(owner, consumers, planned(merged_id, 5, FIELD, SOON))
    assert ("open", LATER) not in await tasks_of(owner, merged_id)
    assert sorted(await tasks_of(owner, merged_id))[-1] == ("open", SOON)


async def test_who_parted_from_another_one_stays_answered_for(owner: Person) -> None:
    """CL-78: of a chain only what the parted one had answered comes back."""
    last_id, middle_id = await remember_client(owner), await remember_client(owner)
    merged: Json = {"id": str(new_id()), "version": 1}
    merged_id = await remember_client(owner, **merged)
    await hear(owner, consumers, planned(merged_id, 1, STATUS, SOON))
    await remember_client(owner, **merged | {"version": 2, "merged_into": str(middle_id)})
    await hear(owner, consumers, planned(middle_id, 5, STATUS, None))
    await part(owner, merged_id, last_id, into=str(middle_id))
    assert await tasks_of(owner, merged_id) == [("cancelled", SOON)]
    await remember_client(owner, **merged | {"version": 3, "merged_into": ""})
    await part(owner, merged_id, middle_id)
    assert await tasks_of(owner, merged_id) == [("open", SOON)]


async def test_several_are_planned_by_one_event(owner: Person) -> None:
    """CL-40, CL-53: a client may be made with both."""
    client_id = await remember_client(owner)
    both = [planned(client_id, 1, STATUS, SOON), planned(client_id, 1, FIELD, LATER)]
    follow_ups = [one.data["follow_ups"][0] for one in both]
    event = replace(both[0], type="clients.client.created")
    event = replace(event, data=event.data | {"follow_ups": follow_ups})
    await hear(owner, consumers, event)
    assert sorted(await tasks_of(owner, client_id)) == [("open", SOON), ("open", LATER)]
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    async with context.database.work(system(tenant_id, "scheduling")) as work:
        await forget_follow_ups(work, client_id)
        left = await work.fetchval(_LEFT, tenant_id=tenant_id)
    assert left == 0


ROLES: Final = st.lists(st.fixed_dictionaries({
    "user_id": st.uuids().map(str), "role": st.sampled_from(["owner", "collaborator", "watcher"]),
}))  # fmt: skip


@given(ROLES)
def test_owners_follow_up_else_collaborators(roles: list[dict[str, Any]]) -> None:
    """SC-10"""
    found = {str(one) for one in responsible(roles)}
    by_role = {role: {one["user_id"] for one in roles if one["role"] == role} for role in
               ("owner", "collaborator")}  # fmt: skip
    assert found == (by_role["owner"] or by_role["collaborator"])
