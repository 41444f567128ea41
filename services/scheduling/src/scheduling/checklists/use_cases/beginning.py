"""Checklists are begun: by hand, by a rule, or because a task comes again."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from chassis.context import Context
from chassis.ids import new_id
from chassis.work import UnitOfWork
from refs import about
from refs.writing import Access
from scheduling.checklist_templates.repository import TemplateRepository
from scheduling.checklist_templates.rules import identified, is_entered
from scheduling.checklist_templates.use_cases import template_to_begin
from scheduling.checklists import events, rules
from scheduling.checklists.repository import ChecklistRepository, forget
from scheduling.checklists.rules import State
from scheduling.checklists.tables import Checklist
from scheduling.tasks.repository.rows import TaskRepository
from scheduling.tasks.use_cases.linking import client_of_task, link_checklist

Json = dict[str, Any]


async def begin_checklist(
    work: UnitOfWork, context: Context, values: Json, digest: bytes
) -> Checklist:  # fmt: skip
    """Have steps done for a client, or for a task.

    Raises ItemsNeeded, UnknownTask, OtherClient, UnknownTemplate, ItemTwice, and what is said of
    clients.
    """
    _check_one_way(values)
    task_id = values.pop("task_id")
    client_id = await client_of_task(work, task_id, values["client_id"])
    said = await about.ask(work, context, client_id)
    checklists = ChecklistRepository(work)
    if values["id"]:
        await checklists.check(values["id"])
    task = await TaskRepository(work).get_for_update(task_id) if task_id else None
    values["client_id"] = await _client_to_write(work, client_id, said)
    if (known := await checklists.known(values["id"], digest)) is not None:
        work.status = 200
        return known
    items, name = await _steps(work, values)
    made = await checklists.add_new(
        id=values["id"], client_id=values["client_id"],
        checklist_template_id=values["checklist_template_id"],
        created_by=work.caller.principal, digest=digest, **_begun(name, items, by_rule=False),
    )  # fmt: skip
    if task is not None:
        await link_checklist(work, task, made.id)
    work.publish(events.checklist_changed("started", made))
    return made


async def begin_for_entered(
    work: UnitOfWork, client_id: UUID, place: tuple[UUID | None, UUID | None],
    entered: Collection[str],
) -> Sequence[Checklist]:  # fmt: skip
    """Begin what is bound to the folder or the status that a client has entered.

    One of the same template that is under way by such a rule goes on instead.
    """
    bound = await TemplateRepository(work).bound_to(*place)
    begun = await ChecklistRepository(work).add_each_unless_taken([
        {"id": new_id(), "client_id": client_id, "checklist_template_id": one.id, "digest": b"",
         "created_by": work.caller.principal, **_begun(one.name, one.items, by_rule=True)}
        for one in bound
        if is_entered(one.folder_id, one.status_id, place=place, entered=entered)
    ])  # fmt: skip
    for one in begun:
        work.publish(events.checklist_changed("started", one))
    return begun


async def begin_again(work: UnitOfWork, task_id: UUID, previous_id: UUID) -> Checklist | None:
    """For a task that comes again, the steps of the one before it; unless it has some already."""
    tasks, checklists = TaskRepository(work), ChecklistRepository(work)
    task, previous = await tasks.find(task_id), await tasks.find(previous_id)
    if task is None or task.checklist_id or previous is None or not previous.checklist_id:
        return None
    if (before := await checklists.find(previous.checklist_id)) is None:
        return None
    made = await checklists.add(
        client_id=task.client_id, checklist_template_id=before.checklist_template_id,
        created_by=before.created_by, digest=b"", **_begun(before.name, before.items,
        by_rule=False),
    )  # fmt: skip
    await link_checklist(work, task, made.id)
    work.publish(events.checklist_changed("started", made))
    return made


async def forget_checklists(work: UnitOfWork, client_id: UUID) -> None:
    """Keep nothing of what was done for a client who is erased."""
    await forget(work, client_id)


def _check_one_way(values: Mapping[str, Any]) -> None:
    is_own = values["name"] is not None and values["items"] is not None
    is_part = values["name"] is not None or values["items"] is not None
    if is_part == (values["checklist_template_id"] is not None) or is_part != is_own:
        raise rules.ItemsNeeded(field="checklist_template_id")


async def _client_to_write(
    work: UnitOfWork, client_id: UUID | None, said: Access | None
) -> UUID | None:  # fmt: skip
    if client_id is None or said is None:
        return None
    return (await about.client_to_write(work, client_id, said)).id


async def _steps(
    work: UnitOfWork, values: Mapping[str, Any]
) -> tuple[Sequence[Mapping[str, Any]], dict[str, str]]:
    if values["checklist_template_id"] is not None:
        template = await template_to_begin(work, values["checklist_template_id"])
        return template.items, template.name
    maker = values["id"] or new_id()
    ids = [uuid5(maker, str(place)) for place, _ in enumerate(values["items"])]
    return identified(values["items"], ids), values["name"]


def _begun(
    name: dict[str, str], items: Sequence[Mapping[str, Any]], *, by_rule: bool
) -> Json:  # fmt: skip
    steps = rules.begun(items)
    return {"name": name, "items": steps, "state": State.OPEN.value, "is_by_rule": by_rule,
            **rules.figures(steps)}  # fmt: skip
