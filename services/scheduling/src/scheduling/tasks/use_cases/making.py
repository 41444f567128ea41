"""Tasks are made and changed."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.work import UnitOfWork
from refs import about, people
from refs.reading import ensure_tenant, ensure_users
from scheduling.tasks import events, rules
from scheduling.tasks.repository.rows import TaskRepository, forget
from scheduling.tasks.rules import State
from scheduling.tasks.tables import Task
from scheduling.tasks.use_cases.linking import check_steps
from scheduling.tasks.use_cases.repeating import checked
from scheduling.work_cycles.use_cases.keeping import check_cycle

Json = dict[str, Any]


async def create_task(work: UnitOfWork, context: Context, values: Json, digest: bytes) -> Task:
    """Have something done, about a client or about none.

    Raises UnknownAssignee, DueDateNeeded, what is said of rules, and of clients.
    """
    await _ask_people(work, context, values["assignee_ids"])
    said = await about.ask(work, context, values["client_id"])
    tasks = TaskRepository(work)
    if values["id"]:
        await tasks.check(values["id"])
    if said is not None:
        client = await about.client_to_write(work, values["client_id"], said)
        values["client_id"] = client.id
    if (known := await tasks.known(values["id"], digest)) is not None:
        work.status = 200
        return known
    await check_assignees(work, values["assignee_ids"])
    await check_steps(work, values, values["client_id"])
    await check_cycle(work, values["work_cycle_id"], values["client_id"])
    values["recurrence"] = await checked(work, values["recurrence"], values["due_at"])
    task = await tasks.add_new(
        **_written(values), state=State.OPEN.value, recurs_from=values["due_at"],
        created_by=work.caller.principal, digest=digest,
    )  # fmt: skip
    work.publish(events.task_changed("created", task, assigned=task.assignee_ids))
    return task


async def update_task(
    work: UnitOfWork, context: Context, task_id: UUID, changes: Json
) -> Task:  # fmt: skip
    """Change what is to be done, by whom, and until when."""
    await _ask_people(work, context, changes.get("assignee_ids", ()))
    tasks = TaskRepository(work)
    known = await tasks.get_for_update(task_id)
    await check_assignees(work, changes.get("assignee_ids", ()), known.assignee_ids)
    await check_steps(work, changes, known.client_id, known.checklist_id)
    await check_cycle(work, changes.get("work_cycle_id"), known.client_id, known.work_cycle_id)
    due_at = changes.get("due_at", known.due_at)
    if "recurrence" in changes:
        changes["recurrence"] = await checked(work, changes["recurrence"], due_at)
    rules.check_repeating(changes.get("recurrence", known.recurrence), due_at)
    changed = await tasks.update(known, **_written(changes), **moved(work, known, changes))
    tell(work, known, changed, changes)
    return changed


async def delete_task(work: UnitOfWork, task_id: UUID) -> None:
    """Remove a task, with all that was said about it."""
    tasks = TaskRepository(work)
    task = await tasks.get_for_update(task_id)
    await tasks.delete(task)
    work.publish(events.task_changed("deleted", task))


async def forget_tasks(work: UnitOfWork, client_id: UUID) -> None:
    """Keep nothing of what was to be done for a client who is erased."""
    await forget(work, client_id)


async def check_assignees(
    work: UnitOfWork, assignee_ids: Sequence[UUID], known: Collection[UUID] = ()
) -> None:
    """Those who were not assigned before work here; raises UnknownAssignee."""
    added = [one for one in assignee_ids if one not in known]
    if not added:
        return
    here = {one.id for one in await people.staff(work, user_ids=added)}
    for place, one in enumerate(assignee_ids):
        if one in added and one not in here:
            raise rules.UnknownAssignee(field=f"assignee_ids.{place}")


async def _ask_people(
    work: UnitOfWork, context: Context, assignee_ids: Collection[UUID]
) -> None:  # fmt: skip
    await ensure_tenant(context, work.tenant_id)
    await ensure_users(context, work.tenant_id, assignee_ids)


def moved(work: UnitOfWork, known: Task, changes: Mapping[str, Any]) -> Json:
    """What follows from another due date, or another rule: it may be overdue once more, and recurs
    from then. What is put off alone stays the same one of its rule.
    """
    due_at, recurs = (changes.get(name, getattr(known, name)) for name in ("due_at", "recurrence"))
    is_moved = due_at != known.due_at
    if not is_moved and recurs == known.recurrence:
        return {}
    found: Json = {"recurs_from": due_at, "occurs_at": None}
    if "recurrence" not in changes and recurs is not None:
        found = {"occurs_at": known.occurs_at or known.due_at}
    is_told = rules.is_told_still(known.overdue_told_at, due_at, work.now)
    return found | ({} if is_told or not is_moved else {"overdue_told_at": None})


def tell(work: UnitOfWork, known: Task, changed: Task, changes: Mapping[str, Any]) -> None:
    """Tell what differs, and who does it now and did not."""
    if changed is known:
        return
    names = [one for one in changes if getattr(known, one) != getattr(changed, one)]
    added = [one for one in changed.assignee_ids if one not in known.assignee_ids]
    work.publish(events.task_changed("updated", changed, changed=names, assigned=added))


def _written(values: Mapping[str, Any]) -> Json:
    """Words as they are kept."""
    return {name: str(one) if name in ("priority", "kind") else one for name, one in values.items()}
