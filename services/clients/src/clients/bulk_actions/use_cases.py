"""One action on many clients, each as if it were done alone; and its undoing."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from background.jobs.rules import Task, told
from background.jobs.use_cases import begin_job, ending, going_on, task_to_undo, task_undone
from chassis.database import failure_of
from chassis.paging import Paging
from chassis.work import UnitOfWork
from clients.bulk_actions import rules
from clients.bulk_actions.repository import BulkItems
from clients.bulk_actions.schemas import (
    Action,
    AllTagsBack,
    BulkCreate,
    MoveAction,
    StaffBack,
    StatusAction,
    StatusBack,
    TagAction,
    TagsBack,
)  # fmt: skip
from clients.bulk_actions.tables import BulkItem
from clients.clients.repository.listing import list_clients
from clients.clients.repository.rows import ClientRepository
from clients.clients.use_cases import changing, placing
from clients.folders.use_cases import choose_place
from clients.follow_up_statuses.use_cases import check_follow_up_status
from clients.segments.use_cases import asked_by
from clients.tags import use_cases as tags

BULK: Final = "clients.bulk"
UNDO: Final = "clients.bulk_undo"
_START: Final = UUID(int=0)
_ACTION: Final[TypeAdapter[Any]] = TypeAdapter(Action)
_Do: TypeAlias = Callable[[UnitOfWork, UUID, Any], Awaitable[Any]]


async def begin_bulk(work: UnitOfWork, body: BulkCreate) -> UUID:
    """Begin an action on many clients; raises Invalid where it could succeed for none."""
    await _check(work, body.action)
    asked: dict[str, Any] = {"action": body.action.model_dump(mode="json", exclude_unset=True)}
    if body.filter is not None:
        asked["filter"] = body.filter.stored()
        await asked_by(work, asked["filter"])
        return await begin_job(work, BULK, asked)
    ids = list(dict.fromkeys(body.ids or ()))
    job_id = await begin_job(work, BULK, asked, total=len(ids))
    await BulkItems(work, job_id).add(ids)
    return job_id


async def begin_undo(work: UnitOfWork, job_id: UUID) -> UUID:
    """Begin to take an action back; the same job again where that was begun before."""
    task = await task_to_undo(work, job_id, BULK)
    total = (task.result or {}).get(rules.CHANGED)
    return await begin_job(work, UNDO, {}, total=total, undo_of_id=task.id)


async def go_on(work: UnitOfWork, task: Task) -> dict[str, Any]:
    """The next chunk of a bulk action: first note down whom the filter finds, then act."""
    if "filter" in task.asked and not task.state.get("selected"):
        return await _select(work, task)
    items, action = BulkItems(work, task.id), _ACTION.validate_python(task.asked["action"])
    some = await items.next(UUID(task.state.get("after", str(_START))))
    if not some:
        counts = dict.fromkeys((rules.CHANGED, rules.UNCHANGED, rules.REFUSED), 0)
        for outcome, _, count in await items.outcomes():
            counts[outcome] += count
        return ending(work, {**counts, "refusals": await items.refusals()})
    await items.note([await _act(work, item, action) for item in some])
    state = {**task.state, "after": str(some[-1].client_id)}
    return going_on(task.done + len(some), state)


async def go_on_undoing(work: UnitOfWork, task: Task) -> dict[str, Any]:
    """The next chunk of taking an action back, where nothing has changed since."""
    bulk = await task_undone(work, task)
    items = BulkItems(work, bulk.id)
    some = await items.next(UUID(task.state.get("after", str(_START))), changed=True)
    if not some:
        outcomes = await items.outcomes()
        counts = {
            name: sum(count for _, undone, count in outcomes if undone == name)
            for name in (rules.UNDONE, rules.KEPT)
        }  # fmt: skip
        return ending(work, counts)
    kind = bulk.asked["action"]["type"]
    await items.note([await _take_back(work, item, kind) for item in some])
    return going_on(task.done + len(some), {"after": str(some[-1].client_id)})


async def _select(work: UnitOfWork, task: Task) -> dict[str, Any]:
    """A page of the clients that the filter finds, in the order of their numbers: what the action
    itself changes makes none of them come twice or not at all."""
    items, cursor = BulkItems(work, task.id), task.state.get("cursor")
    paging = Paging(rules.PAGE, cursor, "serial")
    page = orjson.loads(
        await list_clients(work, paging, await asked_by(work, task.asked["filter"]))
    )
    await items.add([UUID(item["id"]) for item in page["items"]])
    if page["next_cursor"]:
        return going_on(0, {"cursor": page["next_cursor"]})
    return going_on(0, {"selected": True}, total=await items.count())


async def _check(work: UnitOfWork, action: Any) -> None:
    """Refuse at once what would be refused for each."""
    if isinstance(action, MoveAction):
        await choose_place(work, action.folder_id, action.status_id)
    elif isinstance(action, TagAction):
        await tags.use(work, action.add)
    elif isinstance(action, StatusAction):
        await check_follow_up_status(work, action.pinned_status_id, "pinned")
        await check_follow_up_status(work, action.follow_up_status_id, "variable")


async def _act(work: UnitOfWork, item: BulkItem, action: Any) -> BulkItem:
    try:
        async with work.attempt():
            before = await ClientRepository(work).get_for_update(item.client_id)
            after = await _ACTIONS[action.type](work, item.client_id, action)
    except Exception as error:
        return _refused(item, error)
    if after.version == before.version:
        return replace(item, outcome=rules.UNCHANGED)
    old, new = (rules.remembered(one, action.type) for one in (before, after))
    return replace(item, outcome=rules.CHANGED, before=old, after=new)


async def _take_back(work: UnitOfWork, item: BulkItem, kind: str) -> BulkItem:
    """Kept as it is where somebody changed it since, or where the caller may not put it back."""
    before, after = item.before or {}, item.after or {}
    try:
        async with work.attempt():
            client = await ClientRepository(work).get_for_update(item.client_id)
            if str(client.id) != after["id"]:  # merged since: another one answers for it
                return replace(item, undone=rules.KEPT)
            is_same = rules.remembered(client, kind) == after
            undone = await _put_back(work, client, kind, before if is_same else None, item)
    except Exception as error:
        return replace(_refused(item, error), outcome=item.outcome, undone=rules.KEPT)
    return replace(item, undone=rules.UNDONE if undone else rules.KEPT)


async def _put_back(
    work: UnitOfWork, client: Any, kind: str, exactly: Mapping[str, Any] | None, item: BulkItem
) -> bool:  # fmt: skip
    """Tags and staff are taken back one by one where others came meanwhile."""
    before, after = item.before or {}, item.after or {}
    if kind == "tags":
        await _put_tags_back(work, client, exactly, before["tags"], after["tags"])
    elif kind == "staff":
        await _put_staff_back(work, client, exactly, before["staff"], after["staff"])
    elif exactly is None:
        return False
    elif kind == "move":
        places = (UUID(exactly[name]) for name in ("folder_id", "status_id"))
        await placing.move_client(work, client.id, *places)
    elif kind == "status":
        changed = {name: exactly[name] for name in exactly if exactly[name] != after[name]}
        await placing.change_status(work, client.id, StatusBack.model_validate(changed))
    else:
        await changing.archive_client(work, client.id, archived=exactly["is_archived"])
    return True


async def _put_tags_back(
    work: UnitOfWork, client: Any, exactly: Mapping[str, Any] | None, before: list[str],
    after: list[str],
) -> None:  # fmt: skip
    if exactly is not None:
        await changing.update_client(work, client.id, AllTagsBack(tags=before))
        return
    change = {
        "add": [tag for tag in before if tag not in after],
        "remove": [tag for tag in after if tag not in before],
    }
    await changing.tag_client(work, client.id, TagsBack.model_validate(change))


async def _put_staff_back(
    work: UnitOfWork, client: Any, exactly: Mapping[str, Any] | None, before: list[Any],
    after: list[Any],
) -> None:  # fmt: skip
    again, fewer = rules.members_changed(before, after)
    if exactly is not None:  # all of them, in the order in which they were
        again, fewer = before, [one["user_id"] for one in client.staff]
    change = StaffBack.model_validate({"add": again, "remove": fewer})
    await changing.assign_staff(work, client.id, change)


async def _move(work: UnitOfWork, client_id: UUID, action: Any) -> Any:
    return await placing.move_client(work, client_id, action.folder_id, action.status_id)


async def _status(work: UnitOfWork, client_id: UUID, action: Any) -> Any:
    return await placing.change_status(work, client_id, action.change())


async def _archive(work: UnitOfWork, client_id: UUID, action: Any) -> Any:
    return await changing.archive_client(work, client_id, archived=action.type == "archive")


_ACTIONS: Final[dict[str, _Do]] = {
    "move": _move, "status": _status, "tags": changing.tag_client, "staff": changing.assign_staff,
    "archive": _archive, "restore": _archive,
}  # fmt: skip


def _refused(item: BulkItem, error: Exception) -> BulkItem:
    """What a single request would have been told; trouble of ours is tried again as a whole."""
    failure = failure_of(error)
    if failure is None or failure.status >= 500:
        raise error
    return replace(item, outcome=rules.REFUSED, refusal=told(failure))
