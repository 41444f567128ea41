"""What is to be done, by whom, and who sees it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from diwan.scheduling.v1 import tasks_pb2

from chassis.caller import Caller, system
from chassis.errors import Invalid
from chassis.events import Event
from chassis.ids import new_id
from refs.about import UnknownClient
from scheduling.tasks.consumers import consumers
from scheduling.tasks.rules import CauseReused
from scheduling.tasks.schedules import hand_over_tasks
from scheduling.tasks.servicer import Tasks
from scheduling.tasks.use_cases.handing_over import HAND_OVER
from scheduling.tasks.use_cases.making import forget_tasks
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import (
    Json,
    Person,
    hear,
    jobs_of,
    remember_client,
    remember_user,
)

TASKS = "/v1/tasks"
NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


async def make_task(person: Person, **fields: Any) -> Json:
    return await person.post(TASKS, {"title": "إرسال العقد", **fields})


async def test_a_task_is_made_once_and_told(owner: Person, events: Events) -> None:
    """CL-59"""
    client_id, hind = str(await remember_client(owner)), str(await remember_user(owner))
    due_at = (NOW + HOUR).isoformat()
    body: Json = {
        "id": str(new_id()), "client_id": client_id, "title": "إرسال العقد", "due_at": due_at,
        "assignee_ids": [hind, hind], "priority": "high", "kind": "follow_up",
        "description": "بعد مراجعة البنود",
    }  # fmt: skip
    answer = await owner.http.post(TASKS, json=body)
    made, path = answer.json(), f"{TASKS}/{body['id']}"
    assert (answer.status_code, answer.headers["location"]) == (201, path)
    assert (made["state"], made["overdue"], made["assignee_ids"]) == ("open", False, [hind])
    assert (made["client_id"], made["url"]) == (client_id, f"/v1/clients/{client_id}")
    assert (made["priority"], made["kind"]) == ("high", "follow_up")
    again = await owner.http.post(TASKS, json=body)
    assert (again.status_code, again.json()) == (200, made)
    other = body | {"title": "x"}
    assert await owner.refused("POST", TASKS, other) == (409, "id_taken")
    changed = await owner.patch(path, {"title": "إرسال العقد الجديد", "assignee_ids": None})
    assert (changed["assignee_ids"], changed["version"]) == ([], 2)
    assert await owner.get(path) == changed
    told = [one for one in await events(owner.caller) if ".task." in one["type"]]
    assert [one["type"] for one in told] == ["scheduling.task.created", "scheduling.task.updated"]
    assert {one["clientid"] for one in told} == {client_id}
    assert told[0]["data"]["assigned"] == [hind]
    assert told[1]["data"]["changed"] == ["assignee_ids", "title"]
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "task_not_found")


@pytest.mark.parametrize(
    ("verbs", "state"),
    [
        (["start"], "in_progress"), (["start", "start"], "in_progress"), (["complete"], "done"),
        (["start", "complete"], "done"), (["complete", "reopen"], "open"),
        (["cancel"], "cancelled"), (["cancel", "reopen", "start"], "in_progress"),
        (["complete", "complete"], "done"),
    ],
)  # fmt: skip
async def test_a_task_moves_by_its_actions(owner: Person, verbs: list[str], state: str) -> None:
    """CL-59"""
    path = f"{TASKS}/{(await make_task(owner))['id']}"
    for verb in verbs:
        await owner.post(f"{path}/{verb}")
    found = await owner.get(path)
    assert found["state"] == state
    assert (found["closed_at"] is None) == (found["closed_by"] is None)
    assert (found["closed_at"] is not None) == (state in ("done", "cancelled"))
    assert (found["started_at"] is not None) == ("start" in verbs)
    assert found["version"] == 1 + len([v for v, w in zip(verbs, [None, *verbs], strict=False)
                                        if v != w])  # fmt: skip


async def test_what_is_closed_is_reopened_first(owner: Person, events: Events) -> None:
    path = f"{TASKS}/{(await make_task(owner))['id']}"
    assert await owner.refused("PATCH", path, {"state": "done"}) == (422, "validation_failed")
    await owner.post(f"{path}/complete")
    assert await owner.refused("POST", f"{path}/start") == (409, "task_closed")
    assert await owner.refused("POST", f"{path}/cancel") == (409, "task_closed")
    await owner.post(f"{path}/reopen")
    told = [one["type"].rpartition(".")[2] for one in await events(owner.caller)]
    assert told == ["created", "completed", "reopened"]


async def test_wrong_values_name_their_fields(owner: Person) -> None:
    """CL-59"""
    gone = await remember_user(owner, is_active=False)
    for body, code, field in (
        ({"assignee_ids": [str(gone)]}, "unknown_reference", "assignee_ids.0"),
        ({"client_id": str(new_id())}, "unknown_reference", "client_id"),
        ({"title": " "}, "validation_failed", "title"),
        ({"priority": "soon"}, "validation_failed", "priority"),
        ({"recurrence": "FREQ=DAILY;COUNT=3"}, "due_date_needed", "due_at"),
        ({"recurrence": "FREQ=DAILY", "due_at": NOW.isoformat()}, None, "recurrence"),
        ({"recurrence": "sometimes", "due_at": NOW.isoformat()}, None, "recurrence"),
    ):  # fmt: skip
        found, fields = await owner.wrong("POST", TASKS, {"title": "x", **body})
        assert (code in (None, found), fields) == (True, [field])


async def test_a_deactivated_assignee_stays_until_somebody_changes_them(owner: Person) -> None:
    hind = await remember_user(owner)
    path = f"{TASKS}/{(await make_task(owner, assignee_ids=[str(hind)]))['id']}"
    await remember_user(owner, id=str(hind), version=2, is_active=False)
    other = await remember_user(owner)
    both = {"assignee_ids": [str(other), str(hind)]}
    assert (await owner.patch(path, both))["assignee_ids"] == both["assignee_ids"]


async def test_tasks_without_a_client_are_seen_by_those_concerned(owner: Person) -> None:
    """WE-17: their assignees, their maker, and whoever manages."""
    rights = ("scheduling:read", "scheduling:write")
    async with owner.colleague(*rights) as maker, owner.colleague(*rights) as assignee:
        await remember_user(owner, id=str(assignee.caller.user_id))
        task = await make_task(maker, assignee_ids=[str(assignee.caller.user_id)])
        path = f"{TASKS}/{task['id']}"
        async with (
            owner.colleague(*rights) as stranger,
            owner.colleague(*rights, "scheduling:manage") as manager,
        ):
            assert await stranger.refused("GET", path) == (404, "task_not_found")
            assert await stranger.refused("POST", f"{path}/start") == (404, "task_not_found")
            assert await stranger.ids(TASKS) == []
            for person in (maker, assignee, manager, owner):
                assert (await person.get(path))["id"] == task["id"]
                assert await person.ids(TASKS) == [task["id"]]
        await assignee.post(f"{path}/complete")
        assert await assignee.refused("DELETE", path) == (403, "forbidden")


async def test_tasks_about_clients_are_seen_with_them(owner: Person) -> None:
    """WE-17: of an assigned-only user, in all their clients; not of others."""
    rights = ("scheduling:read", "scheduling:write")
    async with owner.colleague(*rights, visibility="assigned") as agent:
        staff = [{"user_id": str(agent.caller.user_id), "role": "owner"}]
        own, watched = [
            await remember_client(owner, staff=[{**staff[0], "role": role}])
            for role in ("owner", "watcher")
        ]
        hidden = await remember_client(owner)
        await remember_user(owner, id=str(agent.caller.user_id))
        mine = {"assignee_ids": [str(agent.caller.user_id)]}
        one, two, three = [
            await make_task(owner, client_id=str(client_id), **mine)
            for client_id in (own, watched, hidden)
        ]
        assert set(await agent.ids(TASKS, assignee_id="me")) == {one["id"], two["id"]}
        assert await agent.refused("GET", f"{TASKS}/{three['id']}") == (404, "task_not_found")
        await agent.post(f"{TASKS}/{one['id']}/start")
        refused = await agent.refused("POST", f"{TASKS}/{two['id']}/start")
        assert refused == (403, "folder_not_writable")
        body = {"title": "x", "client_id": str(hidden)}
        assert await agent.wrong("POST", TASKS, body) == ("unknown_reference", ["client_id"])
        async with owner.colleague("scheduling:read") as reader:
            denied = await reader.refused("POST", f"{TASKS}/{one['id']}/complete")
            assert denied == (403, "forbidden")


async def test_lists_are_narrowed_sorted_and_counted(owner: Person) -> None:
    """WE-17"""
    folder = str(new_id())
    client_id = str(await remember_client(owner, folder_id=folder))
    me = str(await remember_user(owner, id=str(owner.caller.user_id)))
    soon, later = (NOW + HOUR).isoformat(), (NOW + 2 * HOUR).isoformat()
    late = await make_task(owner, due_at=(NOW - HOUR).isoformat(), assignee_ids=[me])
    low = await make_task(owner, due_at=soon, priority="low", client_id=client_id)
    urgent = await make_task(owner, due_at=soon, priority="urgent", assignee_ids=[me])
    high = await make_task(owner, due_at=later, priority="high", kind="follow_up")
    plain = await make_task(owner)
    for task, verb in ((high, "start"), (plain, "complete")):
        await owner.post(f"{TASKS}/{task['id']}/{verb}")

    async def listed(**asked: Any) -> list[Json]:
        ids = await owner.ids(TASKS, **asked)
        return [
            one for name in ids for one in (late, low, urgent, high, plain) if name == one["id"]
        ]

    assert await listed() == [late, urgent, low, high, plain]
    assert await listed(sort="-priority") == [urgent, high, late, plain, low]
    assert await listed(assignee_id="me") == [late, urgent]
    assert await listed(assignee_id=["none"], kind="task") == [low, plain]
    assert await listed(folder_id=folder) == await listed(client_id=client_id) == [low]
    assert await listed(client_id="none", overdue=False) == [urgent, high, plain]
    assert await listed(overdue=True) == [late]
    assert await listed(state=["in_progress", "done"]) == [high, plain]
    assert await listed(priority=["low", "high"], due_from=later) == [high]
    assert await listed(due_to=soon) == [late]
    assert await owner.get(f"{TASKS}/counts") == {
        "open": 3, "in_progress": 1, "done": 1, "cancelled": 0, "overdue": 1,
    }  # fmt: skip
    counts = await owner.get(f"{TASKS}/counts", assignee_id="me")
    assert (counts["open"], counts["overdue"]) == (2, 1)


@pytest.mark.parametrize("sort", ["due_at", "-priority", "-created_at"])
async def test_pages_follow_each_other(owner: Person, sort: str) -> None:
    for hours, priority in ((1, "low"), (1, "high"), (2, "urgent")):
        due_at = (NOW + hours * HOUR).isoformat()
        await make_task(owner, due_at=due_at, priority=priority)
    await make_task(owner)
    page = await owner.get(TASKS, sort=sort, limit=1)
    seen = page["items"]
    while page["next_cursor"]:
        page = await owner.get(TASKS, sort=sort, limit=1, cursor=page["next_cursor"])
        seen += page["items"]
    assert len(seen) == 4
    assert [one["id"] for one in seen] == await owner.ids(TASKS, sort=sort)


async def test_an_integration_has_no_tasks_of_its_own(owner: Person) -> None:
    key = owner.service.caller(owner.caller.tenant_id, principal=f"key:{new_id()}")
    async with owner.service.http(replace(key, user_id=None)) as http:
        answer = await http.get(TASKS, params={"assignee_id": "me"})
    assert (answer.status_code, answer.json()["code"]) == (422, "no_user")


async def test_comments_are_read_with_the_task(owner: Person, events: Events) -> None:
    """CL-59: changed by who wrote them and by managers."""
    client_id = str(await remember_client(owner))
    path = f"{TASKS}/{(await make_task(owner, client_id=client_id))['id']}/comments"
    rights = ("scheduling:read", "scheduling:write")
    async with owner.colleague(*rights) as writer, owner.colleague(*rights) as other:
        body = {"id": str(new_id()), "body": "اتصلت ولم يرد"}
        said = await writer.post(path, body)
        assert (said["client_id"], said["url"]) == (client_id, f"/v1/clients/{client_id}")
        assert (await writer.http.post(path, json=body)).status_code == 200
        second = await other.post(path, {"body": "سأعاود غدًا"})
        assert await owner.ids(path) == [said["id"], second["id"]]
        one = f"{path}/{said['id']}"
        refused = await other.refused("PATCH", one, {"body": "x"})
        assert refused == (403, "comment_of_somebody_else")
        changed = await writer.patch(one, {"body": "اتصلت ثم رد"})
        assert (changed["body"], changed["author"]) == ("اتصلت ثم رد", writer.caller.principal)
        strange = f"{TASKS}/{(await make_task(owner))['id']}/comments"
        gone = await owner.refused("DELETE", f"{strange}/{said['id']}")
        assert gone == (404, "task_comment_not_found")
        assert await other.refused("GET", strange) == (404, "task_not_found")
        await owner.delete(f"{path}/{second['id']}")
    assert await owner.ids(path) == [said["id"]]
    told = [one for one in await events(owner.caller) if "comment" in one["type"]]
    verbs = [one["type"].rpartition(".")[2] for one in told]
    assert verbs == ["commented", "commented", "comment_updated", "comment_deleted"]
    assert all("رد" not in str(one["data"]) for one in told)


async def test_who_leaves_hands_their_tasks_over(owner: Person, events: Events) -> None:
    """WE-17"""
    leaver, heir = await remember_user(owner), await remember_user(owner)
    mine, both = {"assignee_ids": [str(leaver)]}, {"assignee_ids": [str(heir), str(leaver)]}
    one, two, done = [await make_task(owner, **fields) for fields in (mine, both, mine)]
    await owner.post(f"{TASKS}/{done['id']}/complete")
    for told in ("", str(leaver), str(heir)):
        left = {"user": {"id": str(leaver)}, "hand_over_to_id": told}
        await hear(owner, consumers, Event("edge.user.deactivated", leaver, left, actor="user:x"))
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    [payload] = await jobs_of(owner, HAND_OVER)
    for _ in range(2):
        await hand_over_tasks(context, tenant_id, payload)
    assert set(await owner.ids(TASKS, assignee_id=str(heir))) == {one["id"], two["id"]}
    assert await owner.ids(TASKS, assignee_id=str(leaver)) == [done["id"]]
    live = {"state": ["open", "in_progress"]}
    assert set(await owner.ids(TASKS, assignee_id=str(heir), **live)) == {one["id"], two["id"]}
    assert await owner.ids(TASKS, assignee_id=str(leaver), **live) == []
    found = await owner.get(f"{TASKS}/{two['id']}")
    assert (found["assignee_ids"], found["version"]) == ([str(heir)], 2)
    assigned = [one["data"]["assigned"] for one in await events(owner.caller)
                if one["type"] == "scheduling.task.updated"]  # fmt: skip
    assert sorted(map(len, assigned)) == [0, 1]


async def test_a_flow_has_something_done_once_for_its_cause(owner: Person) -> None:
    """CL-59: with the rights of who it acts for."""
    client_id, context = str(await remember_client(owner)), owner.service.context

    async def ask(caller: Caller, **fields: str) -> str:
        request = tasks_pb2.CreateTaskRequest(cause="run:1:step:2", client_id=client_id, **fields)
        async with context.database.work(caller) as work:
            return (await Tasks(context).CreateTask(work, request)).task.id

    made = await ask(owner.caller, title="اتصل به", priority="high")
    assert await ask(owner.caller, title="اتصل به", priority="high") == made
    assert await owner.ids(TASKS, client_id=client_id) == [made]
    with pytest.raises(CauseReused):
        await ask(owner.caller, title="راسله")
    other = owner.service.caller(owner.caller.tenant_id, is_owner=False, visibility="assigned")
    with pytest.raises(UnknownClient):
        await ask(other, title="اتصل به")
    with pytest.raises(Invalid) as refused:
        await ask(owner.caller, title="اتصل به", due_at="soon")
    assert refused.value.errors[0].field == "due_at"


async def test_nothing_is_kept_of_a_client_who_is_erased(owner: Person) -> None:
    client_id = await remember_client(owner)
    task = await make_task(owner, client_id=str(client_id))
    kept = await make_task(owner)
    await owner.post(f"{TASKS}/{task['id']}/comments", {"body": "x"})
    caller = system(owner.caller.tenant_id, "scheduling")
    async with owner.service.context.database.work(caller) as work:
        await forget_tasks(work, UUID(str(client_id)))
    assert await owner.ids(TASKS) == [kept["id"]]
