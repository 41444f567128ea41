"""Steps that come again, done one by one for clients and tasks."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from hypothesis import given
from hypothesis import strategies as st

from chassis.caller import system
from chassis.events import Event, from_json
from chassis.ids import new_id
from scheduling.checklists import rules
from scheduling.checklists.consumers import consumers
from scheduling.checklists.use_cases.beginning import forget_checklists
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import (
    Json,
    Person,
    hear,
    remember_client,
    remember_folder,
)
from services.scheduling.tests.tasks.test_tasks import TASKS, make_task

CHECKLISTS, TEMPLATES = "/v1/checklists", "/v1/checklist-templates"
ITEMS: list[Json] = [
    {"name": "التحقق من الهوية", "required": True}, {"name": "Welcome call"},
    {"name": "توقيع العقد", "required": True},
]  # fmt: skip


async def make_template(person: Person, **fields: Any) -> Json:
    return await person.post(TEMPLATES, {"name": "استقبال عميل", "items": ITEMS, **fields})


async def make_checklist(person: Person, **fields: Any) -> Json:
    plain: Json = {} if "checklist_template_id" in fields else {"name": "تسليم", "items": ITEMS}
    return await person.post(CHECKLISTS, plain | fields)


async def done(person: Person, checklist: Json, *places: int, verb: str = "done") -> Json:
    """With the items at these places done."""
    path = f"{CHECKLISTS}/{checklist['id']}"
    for place in places:
        checklist = await person.post(f"{path}/items/{checklist['items'][place]['id']}/{verb}")
    return checklist


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=20))
def test_figures_follow_from_the_items(items: list[tuple[bool, bool]]) -> None:
    """CL-61"""
    asked = [{"id": str(new_id()), "name": {"en": "x"}, "required": one} for one, _ in items]
    steps = rules.begun(asked)
    assert rules.figures(steps)["done_count"] == 0
    now = datetime.now(UTC)
    for step, (_, is_done) in zip(asked, items, strict=True):
        if is_done:
            steps = rules.with_item(steps, UUID(str(step["id"])), at=now, by="user:x")
    assert rules.figures(steps) == {
        "item_count": len(items), "done_count": sum(is_done for _, is_done in items),
        "required_left": sum(one and not is_done for one, is_done in items),
    }  # fmt: skip
    assert rules.kept(asked, steps) == steps


async def test_a_template_is_kept_and_put_away(owner: Person) -> None:
    """CL-61, CL-88"""
    body: Json = {"id": str(new_id()), "name": {"ar": "استقبال"}, "items": ITEMS}
    made = await owner.post(TEMPLATES, body)
    again = await owner.http.post(TEMPLATES, json=body)
    assert (again.status_code, again.json()) == (200, made)
    assert [one["required"] for one in made["items"]] == [True, False, True]
    assert made["items"][1]["name"] == {"ar": None, "en": "Welcome call"}
    path = f"{TEMPLATES}/{made['id']}"
    twice = {"items": [{"id": made["items"][0]["id"], "name": "a"}] * 2}
    assert await owner.wrong("PATCH", path, twice) == ("item_twice", ["items.1.id"])
    assert await owner.wrong("PATCH", path, {"items": []}) == ("validation_failed", ["items"])
    changed = await owner.patch(path, {"items": made["items"][:1], "active": False})
    assert (changed["items"], changed["active"]) == (made["items"][:1], False)
    unused = {"checklist_template_id": made["id"], "client_id": str(await remember_client(owner))}
    wrong = await owner.wrong("POST", CHECKLISTS, unused)
    assert wrong == ("unknown_reference", ["checklist_template_id"])
    async with owner.colleague("scheduling:read", "scheduling:write") as agent:
        assert await agent.refused("POST", TEMPLATES, body) == (403, "forbidden")
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "checklist_template_not_found")


async def test_nobody_binds_to_a_folder_that_is_hidden(owner: Person) -> None:
    """CL-88: nor sees what is begun there."""
    folder = new_id()
    body = {"name": "x", "items": ITEMS, "folder_id": str(folder)}
    assert await owner.wrong("POST", TEMPLATES, body) == ("unknown_reference", ["folder_id"])
    await remember_folder(owner, folder)
    template = await make_template(owner, folder_id=str(folder))
    async with owner.colleague("scheduling:read", "scheduling:manage") as manager:
        entry = {"principal": f"user:{manager.caller.user_id}", "level": "none"}
        await remember_folder(owner, folder, entry, version=2)
        assert await manager.ids(TEMPLATES) == []
        gone = await manager.refused("GET", f"{TEMPLATES}/{template['id']}")
        assert gone == (404, "checklist_template_not_found")
        assert await manager.wrong("POST", TEMPLATES, body) == ("unknown_reference", ["folder_id"])


async def test_steps_are_done_one_by_one(owner: Person, events: Events) -> None:
    """CL-61: by whom and when, how far, and the end once."""
    client_id = str(await remember_client(owner))
    template = await make_template(owner)
    body = {"id": str(new_id()), "checklist_template_id": template["id"], "client_id": client_id}
    begun = await owner.post(CHECKLISTS, body)
    again = await owner.http.post(CHECKLISTS, json=body)
    assert (again.status_code, again.json()) == (200, begun)
    assert (begun["progress"], begun["required_left"], begun["state"]) == (0, 2, "open")
    assert begun["url"] == f"/v1/clients/{client_id}"
    await owner.patch(f"{TEMPLATES}/{template['id']}", {"items": ITEMS[:1]})
    one = await done(owner, begun, 0, 0)
    assert (one["progress"], one["required_left"], one["version"]) == (33, 1, 2)
    assert one["items"][0]["done_by"] == owner.caller.principal
    path = f"{CHECKLISTS}/{begun['id']}"
    refused = await owner.refused("POST", f"{path}/complete")
    assert refused == (409, "required_items_left")
    assert (await done(owner, one, 0, verb="undo"))["items"][0]["done_at"] is None
    ended = await done(owner, one, 0, 1, 2)
    assert (ended["state"], ended["progress"]) == ("done", 100)
    assert await owner.post(f"{path}/complete") == ended
    item = f"{path}/items/{begun['items'][0]['id']}"
    assert await owner.refused("POST", f"{item}/undo") == (409, "checklist_done")
    assert await owner.refused("PATCH", path, {"name": "x"}) == (409, "checklist_done")
    missing = f"{path}/items/{new_id()}/done"
    assert await owner.refused("POST", missing) == (404, "checklist_item_not_found")
    told = [one for one in await events(owner.caller) if ".checklist." in one["type"]]
    assert [one["type"].rpartition(".")[2] for one in told] == [
        "started", "item_done", "item_undone", "item_done", "item_done", "item_done", "completed",
    ]  # fmt: skip
    assert {one["clientid"] for one in told} == {client_id}


async def test_what_is_not_required_may_be_left(owner: Person) -> None:
    """CL-61"""
    begun = await make_checklist(owner)
    path = f"{CHECKLISTS}/{begun['id']}"
    await done(owner, begun, 0, 2)
    ended = await owner.post(f"{path}/complete")
    assert (ended["state"], ended["progress"], ended["completed_at"] is None) == ("done", 66, False)
    reopened = await owner.post(f"{path}/reopen")
    assert (reopened["state"], reopened["completed_by"]) == ("open", None)
    more = [*reopened["items"][:1], {"name": "خطوة أخرى"}]
    given = [{name: one[name] for name in ("id", "name", "required") if name in one}
             for one in more]  # fmt: skip
    changed = await owner.patch(path, {"items": given, "name": "تسليم المشروع"})
    assert (changed["progress"], changed["done_count"]) == (50, 1)
    assert (await done(owner, changed, 1))["state"] == "done"


async def test_many_at_once_do_each_step(owner: Person, events: Events) -> None:
    """CL-61: the list ends once."""
    items = [{"name": f"خطوة {place}", "required": True} for place in range(8)]
    begun = await make_checklist(owner, items=items)
    path = f"{CHECKLISTS}/{begun['id']}/items"
    answers = await asyncio.gather(*(
        owner.http.post(f"{path}/{one['id']}/done") for one in begun["items"] * 2
    ))  # fmt: skip
    assert {one.status_code for one in answers} == {200}
    found = await owner.get(f"{CHECKLISTS}/{begun['id']}")
    assert (found["state"], found["done_count"]) == ("done", 8)
    told = [one["type"].rpartition(".")[2] for one in await events(owner.caller)]
    assert (told.count("item_done"), told.count("completed")) == (8, 1)


async def test_wrong_values_name_their_fields(owner: Person) -> None:
    task = await make_task(owner, client_id=str(await remember_client(owner)))
    other = str(await remember_client(owner))
    template = {"checklist_template_id": (await make_template(owner))["id"]}
    for body, code, field in (
        ({}, "template_or_items", "checklist_template_id"),
        ({"name": "x"}, "template_or_items", "checklist_template_id"),
        ({**template, "name": "x"}, "template_or_items", "checklist_template_id"),
        ({"checklist_template_id": str(new_id())}, "unknown_reference", "checklist_template_id"),
        ({**template, "client_id": str(new_id())}, "unknown_reference", "client_id"),
        ({**template, "client_id": other, "task_id": task["id"]}, "other_client", "client_id"),
        ({**template, "task_id": str(new_id())}, "unknown_reference", "task_id"),
        ({"name": "x", "items": [{"name": " "}]}, "validation_failed", "items.0.name"),
    ):  # fmt: skip
        found, fields = await owner.wrong("POST", CHECKLISTS, body)
        assert (found, fields[0][: len(field)]) == (code, field)


async def test_a_task_is_not_done_before_its_steps(owner: Person) -> None:
    """CL-59, CL-61"""
    client_id = str(await remember_client(owner))
    task = await make_task(owner, client_id=client_id)
    path = f"{TASKS}/{task['id']}"
    begun = await make_checklist(owner, task_id=task["id"])
    assert (begun["client_id"], begun["task_ids"]) == (client_id, [task["id"]])
    assert (await owner.get(path))["checklist_id"] == begun["id"]
    assert await owner.ids(CHECKLISTS, task_id=task["id"]) == [begun["id"]]
    refused = await owner.refused("POST", f"{path}/complete")
    assert refused == (409, "checklist_not_done")
    await done(owner, begun, 0, 2)
    assert (await owner.post(f"{path}/complete"))["state"] == "done"
    strange = await make_checklist(owner, client_id=str(await remember_client(owner)))
    for checklist_id in (strange["id"], str(new_id())):
        wrong = await owner.wrong("PATCH", path, {"checklist_id": checklist_id})
        assert wrong == ("unknown_reference", ["checklist_id"])
    own = await make_checklist(owner, client_id=client_id)
    assert (await owner.patch(path, {"checklist_id": own["id"]}))["checklist_id"] == own["id"]
    await owner.delete(f"{CHECKLISTS}/{own['id']}")
    assert (await owner.get(path))["checklist_id"] is None


async def test_who_sees_a_task_sees_its_steps(owner: Person) -> None:
    """CL-61: what is about no client is its maker's, and theirs who see its task."""
    rights = ("scheduling:read", "scheduling:write")
    async with owner.colleague(*rights) as maker, owner.colleague(*rights) as other:
        task = await make_task(maker)
        begun = await make_checklist(owner, task_id=task["id"])
        lonely = await make_checklist(owner)
        assert await maker.ids(CHECKLISTS) == [begun["id"]]
        assert await other.ids(CHECKLISTS, client_id="none") == []
        gone = await other.refused("GET", f"{CHECKLISTS}/{begun['id']}")
        assert gone == (404, "checklist_not_found")
        await done(maker, begun, 1)
        assert set(await owner.ids(CHECKLISTS)) == {begun["id"], lonely["id"]}
        named = {"title": "x", "checklist_id": lonely["id"]}
        wrong = await other.wrong("POST", TASKS, named)
        assert wrong == ("unknown_reference", ["checklist_id"])


def _entered(client_id: UUID, kind: str, folder_id: str, status_id: str, **data: Any) -> Event:
    client = {"id": str(client_id), "version": 1, "folder_id": folder_id, "status_id": status_id}
    told = {"client": client, **data}
    return Event(f"clients.client.{kind}", client_id, told, client_id=client_id, actor="user:x")


async def test_who_enters_a_folder_or_a_status_has_it_begun(owner: Person, events: Events) -> None:
    """CL-88"""
    folder, status, other = str(new_id()), str(new_id()), str(new_id())
    await remember_folder(owner, folder)
    by_folder = await make_template(owner, folder_id=folder)
    by_status = await make_template(owner, status_id=status)
    by_both = await make_template(owner, folder_id=folder, status_id=status)
    await make_template(owner, folder_id=folder, active=False)
    await make_template(owner)
    client_id = await remember_client(owner)

    async def begun(**asked: Any) -> set[str]:
        found = await owner.get(CHECKLISTS, client_id=str(client_id), **asked)
        return {one["checklist_template_id"] for one in found["items"]}

    await hear(owner, consumers, _entered(client_id, "created", other, other))
    assert await begun() == set()
    moved = _entered(client_id, "folder_changed", folder, other)
    await hear(owner, consumers, moved, moved)
    assert await begun() == {by_folder["id"]}
    field = {"field": "status_id", "to_status_id": status}
    changed = _entered(client_id, "status_changed", folder, status, **field)
    follow_up = {"field": "follow_up_status_id", "to_status_id": status}
    told = _entered(client_id, "status_changed", folder, status, **follow_up)
    await hear(owner, consumers, told)
    assert await begun() == {by_folder["id"]}
    await hear(owner, consumers, changed)
    assert await begun() == {by_folder["id"], by_status["id"], by_both["id"]}
    await hear(owner, consumers, _entered(client_id, "folder_changed", folder, status))
    assert len(await owner.ids(CHECKLISTS, client_id=str(client_id))) == 3
    found = await owner.get(CHECKLISTS, checklist_template_id=by_folder["id"])
    await done(owner, found["items"][0], 0, 1, 2)
    await hear(owner, consumers, _entered(client_id, "folder_changed", folder, other))
    assert len(await owner.ids(CHECKLISTS, checklist_template_id=by_folder["id"])) == 2
    started = [one for one in await events(owner.caller)
               if one["type"] == "scheduling.checklist.started"]  # fmt: skip
    assert (len(started), {one["clientid"] for one in started}) == (4, {str(client_id)})


async def test_a_task_that_comes_again_has_its_steps_again(owner: Person, events: Events) -> None:
    """CL-59, CL-61"""
    due_at = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    task = await make_task(owner, due_at=due_at, recurrence="FREQ=WEEKLY;COUNT=3")
    begun = await make_checklist(owner, task_id=task["id"])
    await done(owner, begun, 0, 1, 2)
    await owner.post(f"{TASKS}/{task['id']}/complete")
    made = [from_json(orjson.dumps(one)) for one in await events(owner.caller)
            if one["type"] == "scheduling.task.created"]  # fmt: skip
    await hear(owner, consumers, *made, *made)
    again = await owner.get(f"{TASKS}/{made[-1].subject}")
    found = await owner.get(f"{CHECKLISTS}/{again['checklist_id']}")
    assert (found["task_ids"], found["done_count"], found["state"]) == ([again["id"]], 0, "open")
    assert [one["name"] for one in found["items"]] == [one["name"] for one in begun["items"]]
    assert len(await owner.ids(CHECKLISTS)) == 2


async def test_nothing_is_kept_of_a_client_who_is_erased(owner: Person) -> None:
    client_id = await remember_client(owner)
    await make_checklist(owner, client_id=str(client_id))
    kept = await make_checklist(owner)
    caller = system(owner.caller.tenant_id, "scheduling")
    async with owner.service.context.database.work(caller) as work:
        await forget_checklists(work, client_id)
    assert await owner.ids(CHECKLISTS) == [kept["id"]]
