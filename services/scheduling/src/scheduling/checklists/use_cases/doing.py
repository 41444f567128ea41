"""Steps are done, or undone; with the last one the list is."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from chassis.ids import new_id
from chassis.work import UnitOfWork
from scheduling.checklist_templates.rules import identified
from scheduling.checklists import events, rules
from scheduling.checklists.repository import ChecklistRepository
from scheduling.checklists.rules import Item, State
from scheduling.checklists.tables import Checklist
from scheduling.tasks.use_cases.linking import unlink_checklist


async def mark_item(
    work: UnitOfWork, checklist_id: UUID, item_id: UUID, *, done: bool
) -> Checklist:  # fmt: skip
    """Say that a step is done, or is not; with the last of all steps the list is done.

    Raises ChecklistDone and ItemNotFound.
    """
    checklists = ChecklistRepository(work)
    known = await checklists.get_for_update(checklist_id)
    at, by = (work.now, work.caller.principal) if done else (None, None)
    items = rules.with_item(known.items, item_id, at=at, by=by)
    if items == known.items:
        return known
    rules.check_open(known.state)
    changed = await _written(work, known, items)
    verb: events.Verb = "item_done" if done else "item_undone"
    work.publish(events.checklist_changed(verb, changed, item_id=item_id))
    return await _done_with_last(work, changed) if done else changed


async def update_checklist(
    work: UnitOfWork, checklist_id: UUID, changes: Mapping[str, Any]
) -> Checklist:  # fmt: skip
    """Name a list anew, or its steps; raises ChecklistDone and ItemTwice."""
    checklists = ChecklistRepository(work)
    known = await checklists.get_for_update(checklist_id)
    rules.check_open(known.state)
    items = known.items
    if "items" in changes:
        given = identified(changes["items"], [new_id() for _ in changes["items"]])
        items = rules.kept(given, known.items)
    changed = await _written(work, known, items, name=changes.get("name", known.name))
    if changed is not known:
        work.publish(events.checklist_changed("updated", changed))
    return changed


async def complete_checklist(work: UnitOfWork, checklist_id: UUID) -> Checklist:
    """Say that all is done that has to be; raises RequiredItemsLeft."""
    known = await ChecklistRepository(work).get_for_update(checklist_id)
    if known.state == State.DONE:
        return known
    rules.check_complete(known.required_left)
    return await _completed(work, known)


async def reopen_checklist(work: UnitOfWork, checklist_id: UUID) -> Checklist:
    """Go on with a list that was done."""
    checklists = ChecklistRepository(work)
    known = await checklists.get_for_update(checklist_id)
    if known.state == State.OPEN:
        return known
    # By hand from now on: the rule may have begun another one meanwhile.
    changed = await checklists.update(
        known, state=State.OPEN.value, completed_at=None, completed_by=None, is_by_rule=False
    )
    work.publish(events.checklist_changed("reopened", changed))
    return changed


async def delete_checklist(work: UnitOfWork, checklist_id: UUID) -> None:
    """Remove a list, also from the tasks it was for."""
    checklists = ChecklistRepository(work)
    known = await checklists.get_for_update(checklist_id)
    await unlink_checklist(work, known.id)
    await checklists.delete(known)
    work.publish(events.checklist_changed("deleted", known))


async def _written(
    work: UnitOfWork, known: Checklist, items: list[Item], **changes: Any
) -> Checklist:  # fmt: skip
    written = {"items": items, **rules.figures(items), **changes}
    return await ChecklistRepository(work).update(known, **written)


async def _done_with_last(work: UnitOfWork, changed: Checklist) -> Checklist:
    is_last = changed.done_count == changed.item_count
    return await _completed(work, changed) if is_last else changed


async def _completed(work: UnitOfWork, known: Checklist) -> Checklist:
    done = await ChecklistRepository(work).update(
        known, state=State.DONE.value, completed_at=work.now, completed_by=work.caller.principal
    )
    work.publish(events.checklist_changed("completed", done))
    return done
