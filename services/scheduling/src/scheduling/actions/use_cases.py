"""What can be done with actions."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from chassis.cache import TenantCache
from chassis.caller import system
from chassis.ids import new_id
from chassis.work import UnitOfWork
from scheduling.actions.repository import ActionRepository
from scheduling.actions.rules import STARTING_ACTIONS, Subject, UnknownAction
from scheduling.actions.tables import Action

_started: Final = TenantCache[bool](seconds=3600.0)


async def start(work: UnitOfWork) -> None:
    """Give a company its actions; once, whatever became of them."""
    actions = ActionRepository(work)
    if not await actions.start():
        return
    await actions.add_each_unless_taken([
        {"id": new_id(), "name": {"ar": ar, "en": en}, "subject": subject, "position": place,
         "is_active": True}
        for subject, names in STARTING_ACTIONS.items()
        for place, (ar, en) in enumerate(names, start=1)
    ])  # fmt: skip


async def ensure_started(work: UnitOfWork) -> None:
    """The same on first sight, for a company whose sign-up was not heard of here.

    Before the work's first statement.
    """
    if _started.get(work):
        return
    async with work.database.work(system(work.tenant_id, "scheduling")) as own:
        if not await ActionRepository(own).has_started():
            await start(own)
    _started.put(work, True)


async def check_action(
    work: UnitOfWork, action_id: UUID | None, *subjects: Subject, field: str = "action_id"
) -> Action | None:
    """An action of one of these subjects that may be chosen; raises UnknownAction."""
    if action_id is None:
        return None
    found = await ActionRepository(work).find(action_id)
    if found is None or not found.is_active or found.subject not in subjects:
        raise UnknownAction(field=field)
    return found


async def check_actions(
    work: UnitOfWork, action_ids: Sequence[UUID], subject: Subject, *,
    known: Collection[UUID] = (), field: str = "action_ids",
) -> None:  # fmt: skip
    """Several that may be chosen, besides those that were `known` before; raises UnknownAction."""
    added = [one for one in action_ids if one not in known]
    found = await ActionRepository(work).usable(added, subject) if added else set()
    for place, one in enumerate(action_ids):
        if one in added and one not in found:
            raise UnknownAction(field=f"{field}.{place}")


async def create_action(work: UnitOfWork, values: dict[str, Any]) -> Action:
    """Add an action, after all others of its subject unless its place is named."""
    await ensure_started(work)
    actions = ActionRepository(work)
    if values.get("position") is None:
        known = await actions.find(values["id"]) if values.get("id") else None
        last = await actions.last_position(values["subject"])
        values["position"] = known.position if known else last + 1
    action, _ = await actions.add_once(**values)
    return action


async def update_action(work: UnitOfWork, action_id: UUID, changes: dict[str, Any]) -> Action:
    """Rename or move an action, or put it away."""
    actions = ActionRepository(work)
    return await actions.update(await actions.get_for_update(action_id), **changes)


async def delete_action(work: UnitOfWork, action_id: UUID) -> None:
    """Remove an action that nothing was to be done by."""
    actions = ActionRepository(work)
    await actions.delete(await actions.get_for_update(action_id))
