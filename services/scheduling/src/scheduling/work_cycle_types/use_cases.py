"""What can be done with types of work cycles."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from chassis.ids import new_id
from chassis.work import UnitOfWork
from scheduling.actions.use_cases import check_actions
from scheduling.work_cycle_types import rules
from scheduling.work_cycle_types.repository import TypeRepository
from scheduling.work_cycle_types.tables import WorkCycleType

Json = dict[str, Any]


async def create_type(work: UnitOfWork, values: Json) -> WorkCycleType:
    """Add a kind of work.

    Raises OpenStatusNeeded, NamedTwice, OptionsNeeded and UnknownAction.
    """
    given = values["statuses"] if values["statuses"] is not None else rules.STATUSES
    # So that the same body with the same id is known again.
    maker = values["id"] or new_id()
    ids = [uuid5(maker, str(place)) for place, _ in enumerate(given)]
    values["statuses"] = rules.statuses(given, ids)
    rules.check_fields(values["custom_fields"])
    types = TypeRepository(work)
    known = await types.find(values["id"]) if values["id"] else None
    await check_actions(
        work, values["action_ids"], "work_cycle", known=known.action_ids if known else ()
    )
    made, _ = await types.add_once(**values, last_number=known.last_number if known else 0)
    return made


async def update_type(
    work: UnitOfWork, type_id: UUID, changes: Mapping[str, Any]
) -> WorkCycleType:  # fmt: skip
    """Change a kind of work, or put it away; raises StatusInUse besides."""
    types, written = TypeRepository(work), dict(changes)
    known = await types.get_for_update(type_id)
    if "statuses" in written:
        ids = [new_id() for _ in written["statuses"]]
        written["statuses"] = rules.statuses(written["statuses"], ids)
        gone = rules.lost(known.statuses, written["statuses"])
        if gone and await types.holds(type_id, gone):
            raise rules.StatusInUse()
    rules.check_fields(written.get("custom_fields", ()))
    await check_actions(work, written.get("action_ids", ()), "work_cycle", known=known.action_ids)
    return await types.update(known, **written)


async def delete_type(work: UnitOfWork, type_id: UUID) -> None:
    """Remove a kind of work of which there is none."""
    types = TypeRepository(work)
    await types.delete(await types.get_for_update(type_id))


async def type_to_begin(
    work: UnitOfWork, type_id: UUID, *, field: str = "work_cycle_type_id"
) -> WorkCycleType:  # fmt: skip
    """One that is in use; raises UnknownType."""
    found = await TypeRepository(work).to_begin(type_id)
    if found is None or not found.is_active:
        raise rules.UnknownType(field=field)
    return found
