"""Work cycles are begun, changed, moved on and removed."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from chassis.context import Context
from chassis.money import Money
from chassis.work import UnitOfWork
from refs import about, people
from refs.home import home
from refs.reading import ensure_tenant, ensure_users
from scheduling.actions.rules import UnknownAction
from scheduling.actions.use_cases import check_action
from scheduling.work_cycle_types.repository import TypeRepository
from scheduling.work_cycle_types.rules import (
    CycleType,
    checked_values,
    default_status,
    group_of,
    number,
)
from scheduling.work_cycle_types.use_cases import type_to_begin
from scheduling.work_cycles import events, rules
from scheduling.work_cycles.repository.rows import WorkCycleRepository, forget
from scheduling.work_cycles.tables import WorkCycle

Json = dict[str, Any]
_PRICED: Final = frozenset({"budget", "currency"})
_PLAIN: Final = (
    "id", "work_cycle_type_id", "title", "description", "action_id", "starts_on", "due_on",
    "staff_ids", "tags", "notes", "attachments",
)  # fmt: skip


async def create_cycle(
    work: UnitOfWork, context: Context, values: Json, digest: bytes
) -> WorkCycle:
    """Begin a job for a client, with the next number of its type.

    Raises UnknownType, UnknownStatus, UnknownAction, UnknownStaff, UnknownFile, DueBeforeStart,
    NotABudget, what is said of the type's own fields, and of clients.
    """
    await _ask_named(work, context, values)
    files = await _ask_files(work, context, values["client_id"], values["attachments"])
    said = await about.ask_about(work, context, values["client_id"])
    cycles = WorkCycleRepository(work)
    if values["id"]:
        await cycles.check(values["id"])
    client = await about.client_to_write(work, values["client_id"], said)
    if (known := await cycles.known(values["id"], digest)) is not None:
        work.status = 200
        return known
    rules.check_files(values["attachments"], files)
    kind = await type_to_begin(work, values["work_cycle_type_id"])
    await _check(work, kind, values)
    currency = values["currency"] or client.currency or (await home(work)).currency
    status_id = values["status_id"] or default_status(kind.statuses)
    cycle = await cycles.add_new(
        **{name: values[name] for name in _PLAIN}, client_id=client.id, status_id=status_id,
        currency=currency, budget_minor=rules.budget_minor(values["budget"], currency),
        closed_at=work.now if _is_closed(kind, status_id) else None,
        custom_fields=checked_values(kind.custom_fields, values["custom_fields"]),
        number=number(kind.prefix, await TypeRepository(work).next_number(kind.id)),
        created_by=work.caller.principal, digest=digest,
    )  # fmt: skip
    work.publish(events.cycle_changed("created", cycle))
    return cycle


async def update_cycle(
    work: UnitOfWork, context: Context, cycle_id: UUID, changes: Json
) -> WorkCycle:  # fmt: skip
    """Change what a job is, until when, for how much, and who does it."""
    await _ask_named(work, context, changes)
    if named := changes.get("attachments"):
        before = await _read(work, cycle_id)
        # What it had stays, be it that its file is gone, or seen by others alone.
        new = [one for one in named if one not in before.attachments]
        seen = await _ask_files(work, context, before.client_id, new)
        rules.check_files(named, {*seen, *before.attachments})
    cycles = WorkCycleRepository(work)
    known = await cycles.get_for_update(cycle_id)
    kind = await TypeRepository(work).kept(known.work_cycle_type_id)
    await _check(work, kind, {**_days(known), **changes}, known)
    written = {name: one for name, one in changes.items() if name not in _PRICED}
    if "custom_fields" in changes:
        written["custom_fields"] = checked_values(kind.custom_fields, changes["custom_fields"])
    changed = await cycles.update(known, **written, **_priced(known, changes))
    if changed is not known:
        work.publish(events.cycle_changed("updated", changed, changed=list(changes)))
    return changed


async def change_status(
    work: UnitOfWork, cycle_id: UUID, status_id: UUID, reason: str | None
) -> WorkCycle:  # fmt: skip
    """Have a job stand somewhere else; raises UnknownStatus."""
    cycles = WorkCycleRepository(work)
    known = await cycles.get_for_update(cycle_id)
    kind = await TypeRepository(work).kept(known.work_cycle_type_id)
    _check_status(kind, status_id)
    is_closed = _is_closed(kind, status_id)
    closed_at = (known.closed_at or work.now) if is_closed else None
    changed = await cycles.update(known, status_id=status_id, closed_at=closed_at)
    if changed is not known:
        work.publish(events.cycle_changed(
            "status_changed", changed, before=known.status_id, reason=reason
        ))  # fmt: skip
    return changed


async def delete_cycle(work: UnitOfWork, cycle_id: UUID) -> None:
    """Remove a job for which nothing was done; raises WorkCycleInUse."""
    cycles = WorkCycleRepository(work)
    known = await cycles.get_for_update(cycle_id)
    if await cycles.is_in_use(cycle_id):
        raise rules.WorkCycleInUse()
    await cycles.delete(known)
    work.publish(events.cycle_changed("deleted", known))


async def check_cycle(
    work: UnitOfWork, cycle_id: UUID | None, client_id: UUID | None, known: UUID | None = None,
    *, field: str = "work_cycle_id",
) -> None:  # fmt: skip
    """A job that something is named for is the same client's; raises UnknownWorkCycle."""
    if cycle_id in (None, known) or cycle_id is None:
        return
    if client_id is None or not await WorkCycleRepository(work).is_of(cycle_id, client_id):
        raise rules.UnknownWorkCycle(field=field)


async def forget_cycles(work: UnitOfWork, client_id: UUID) -> None:
    """Keep of the jobs of a client who is erased those that documents name."""
    await forget(work, client_id)


async def _ask_named(work: UnitOfWork, context: Context, values: Mapping[str, Any]) -> None:
    """The company, and whoever is named."""
    await ensure_tenant(context, work.tenant_id)
    await ensure_users(context, work.tenant_id, values.get("staff_ids", ()))


async def _ask_files(
    work: UnitOfWork, context: Context, client_id: UUID, named: Sequence[UUID]
) -> Collection[UUID]:
    """Those of the files that are the client's, and that the caller sees."""
    if not named:
        return ()
    seen: set[UUID] = await context.peers.visible_files(work, client_id, named)
    return seen


async def _read(work: UnitOfWork, cycle_id: UUID) -> WorkCycle:
    """Read apart: clients is asked before the work begins."""
    async with work.database.work(work.caller) as own:
        return await WorkCycleRepository(own).get(cycle_id)


async def _check(
    work: UnitOfWork, kind: CycleType, values: Mapping[str, Any],
    known: WorkCycle | None = None,
) -> None:  # fmt: skip
    rules.check_days(values.get("starts_on"), values.get("due_on"))
    if values.get("status_id") is not None:
        _check_status(kind, values["status_id"])
    if (action_id := values.get("action_id")) != (known and known.action_id):
        await check_action(work, action_id, "work_cycle")
        if action_id and kind.action_ids and action_id not in kind.action_ids:
            raise UnknownAction(field="action_id")
    await _check_staff(work, values.get("staff_ids", ()), known.staff_ids if known else ())


async def _check_staff(
    work: UnitOfWork, staff_ids: Sequence[UUID], known: Collection[UUID]
) -> None:  # fmt: skip
    added = [one for one in staff_ids if one not in known]
    here = {one.id for one in await people.staff(work, user_ids=added)} if added else set()
    for place, one in enumerate(staff_ids):
        if one in added and one not in here:
            raise rules.UnknownStaff(field=f"staff_ids.{place}")


def _check_status(kind: CycleType, status_id: UUID) -> None:
    if group_of(kind.statuses, status_id) is None:
        raise rules.UnknownStatus(field="status_id")


def _is_closed(kind: CycleType, status_id: UUID) -> bool:
    return group_of(kind.statuses, status_id) == "closed"


def _days(known: WorkCycle) -> Json:
    return {"starts_on": known.starts_on, "due_on": known.due_on, "action_id": known.action_id}


def _priced(known: WorkCycle, changes: Mapping[str, Any]) -> Json:
    """A budget that stays is so much of another currency."""
    if changes.keys().isdisjoint(_PRICED):
        return {}
    before = None
    if known.budget_minor is not None:
        before = Money(known.budget_minor, known.currency).format()
    currency = changes.get("currency", known.currency)
    budget = changes.get("budget", before)
    return {"currency": currency, "budget_minor": rules.budget_minor(budget, currency)}
