"""What can be done with when staff work, and when they are free."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import available_timezones

from chassis.context import Context
from chassis.errors import MissingPermission
from chassis.work import UnitOfWork
from refs import people
from refs.home import day, home, today
from refs.reading import ensure_user, ensure_users
from scheduling.availability.repository import (
    MOST,
    Known,
    LeaveRepository,
    OverrideRepository,
    StaffHoursRepository,
)
from scheduling.availability.rules import failures
from scheduling.availability.rules.days import (
    Leave,
    Override,
    Staff,
    grid,
    minute_of,
    open_spans,
)
from scheduling.availability.rules.hours import ALWAYS, DAY, minute, week
from scheduling.availability.rules.slots import Wanted, slots
from scheduling.availability.tables import AvailabilityOverride, LeaveRow, StaffHours
from scheduling.holidays.use_cases import days_off

Json = dict[str, Any]
_DAY: Final = timedelta(days=1)
MANAGE: Final = "scheduling:manage"
MOST_LEAVE_DAYS: Final = 1_100


async def availability_of(work: UnitOfWork, context: Context, user_id: UUID) -> StaffHours:
    """When somebody works; raises StaffNotFound."""
    await _check_there(work, context, user_id, failures.StaffNotFound())
    return await StaffHoursRepository(work).current(user_id)


async def update_availability(
    work: UnitOfWork, context: Context, user_id: UUID, changes: Json
) -> StaffHours:
    """Say when somebody works: one's own with `scheduling:write`, everybody's with `manage`."""
    await _check_there(work, context, user_id, failures.StaffNotFound())
    _check_may(work, user_id)
    if changes.get("hours"):
        week(changes["hours"])
    if changes.get("timezone"):
        _check_zone(changes["timezone"])
    hours = StaffHoursRepository(work)
    return await hours.update(await hours.current_for_update(user_id), **changes)


async def create_override(work: UnitOfWork, context: Context, values: Json) -> AvailabilityOverride:
    """Add other hours on some days; raises UnknownStaff, HoursOverlap, TooManyOverrides."""
    await check_staff(work, context, values["user_ids"])
    _check_days(values["from_on"], values["to_on"])
    week(values["hours"])
    overrides = OverrideRepository(work)
    made, is_new = await overrides.add_once(**values)
    if is_new and await overrides.count_ahead(await today(work)) > MOST:
        raise failures.TooManyOverrides(most=MOST)
    return made


async def update_override(
    work: UnitOfWork, context: Context, override_id: UUID, changes: Json
) -> AvailabilityOverride:
    """Change other hours on some days."""
    await check_staff(work, context, changes.get("user_ids", ()))
    overrides = OverrideRepository(work)
    known = await overrides.get_for_update(override_id)
    _check_days(changes.get("from_on", known.from_on), changes.get("to_on", known.to_on))
    week(changes.get("hours", known.hours))
    return await overrides.update(known, **changes)


async def delete_override(work: UnitOfWork, override_id: UUID) -> None:
    """Have the usual hours again."""
    overrides = OverrideRepository(work)
    await overrides.delete(await overrides.get_for_update(override_id))


async def create_leave(work: UnitOfWork, context: Context, values: Json) -> LeaveRow:
    """Somebody is away; what is planned for them stays. Raises UnknownStaff."""
    user_id = values["user_id"]
    await _check_there(work, context, user_id, failures.UnknownStaff(field="user_id"))
    _check_may(work, user_id)
    _check_leave(values["from_on"], values["to_on"])
    leaves = LeaveRepository(work)
    made, is_new = await leaves.add_once(**values)
    if is_new and await leaves.count_ahead(user_id, await today(work)) > MOST:
        raise failures.TooManyOverrides(most=MOST)
    return made


async def update_leave(work: UnitOfWork, leave_id: UUID, changes: Json) -> LeaveRow:
    """Change when somebody is away."""
    leaves = LeaveRepository(work)
    known = await leaves.get_for_update(leave_id)
    _check_may(work, known.user_id)
    _check_leave(changes.get("from_on", known.from_on), changes.get("to_on", known.to_on))
    return await leaves.update(known, **changes)


async def delete_leave(work: UnitOfWork, leave_id: UUID) -> None:
    """Somebody is not away after all."""
    leaves = LeaveRepository(work)
    known = await leaves.get_for_update(leave_id)
    _check_may(work, known.user_id)
    await leaves.delete(known)


async def staff_between(
    work: UnitOfWork, user_ids: Sequence[UUID], first: date, last: date
) -> list[Staff]:
    """When each of some users works from one day to another, in the order asked for."""
    if not user_ids:
        return []
    known = await StaffHoursRepository(work).known(user_ids, first, last)
    zone = (await home(work)).timezone
    general = tuple(_override(one) for one in known.overrides if not one.user_ids)
    own = _by_user(known)
    away: dict[UUID, list[Leave]] = {}
    for one in known.leaves:
        away.setdefault(one.user_id, []).append(_leave(one))
    return [
        _staff(one, known.hours.get(one), zone, (*own.get(one, ()), *general), away.get(one, ()))
        for one in user_ids
    ]


async def buffers(work: UnitOfWork, user_id: UUID) -> tuple[int, int]:
    """How many minutes somebody keeps free before and after whatever is booked with them."""
    said = await StaffHoursRepository(work).current(user_id)
    return said.buffer_before, said.buffer_after


async def fits(
    work: UnitOfWork, user_id: UUID, starts_at: datetime, minutes: int, step: int | None = None
) -> bool:
    """Whether somebody works then, whatever else they do; with a step: whether it is offered."""
    there = day(starts_at, (await home(work)).timezone)
    first, last = there - 2 * _DAY, there + 3 * _DAY
    [staff] = await staff_between(work, [user_id], first, last)
    holidays = await days_off(work, first, last)
    at = minute_of(starts_at)
    if step is not None:
        return bool(slots(staff, Wanted(minutes, step, at, at + 1, there, there), (), holidays))
    spans = open_spans(staff, grid(staff, there - _DAY, there + _DAY, holidays))
    return any(start <= at and at + minutes <= end for start, end in spans)


def _staff(
    user_id: UUID, said: StaffHours | None, zone: str, overrides: Sequence[Override],
    leaves: Sequence[Leave],
) -> Staff:  # fmt: skip
    if said is None:
        return Staff(user_id, zone, ALWAYS, tuple(overrides), tuple(leaves))
    return Staff(
        user_id, said.timezone or zone, ALWAYS if said.hours is None else week(said.hours),
        tuple(overrides), tuple(leaves), said.works_on_holidays, said.buffer_before,
        said.buffer_after,
    )  # fmt: skip


def _by_user(known: Known) -> dict[UUID, list[Override]]:
    found: dict[UUID, list[Override]] = {}
    for one in known.overrides:
        made = _override(one) if one.user_ids else None
        for user_id in one.user_ids:
            if made is not None:
                found.setdefault(user_id, []).append(made)
    return found


def _override(one: AvailabilityOverride) -> Override:
    return Override(one.from_on, one.to_on, week(one.hours))


def _leave(one: LeaveRow) -> Leave:
    if one.hours is None:
        return Leave(one.from_on, one.to_on)
    start, end = minute(one.hours["from"], "from"), minute(one.hours["to"], "to")
    return Leave(one.from_on, one.to_on, (start, end if end > start else end + DAY))


async def _check_there(
    work: UnitOfWork, context: Context, user_id: UUID, failure: Exception
) -> None:
    if user_id == work.caller.user_id:
        return
    await ensure_user(context, work.tenant_id, user_id)
    if await people.user(work, user_id) is None:
        raise failure


async def check_staff(
    work: UnitOfWork, context: Context, user_ids: Collection[UUID], *, field: str = "user_ids"
) -> None:
    """Those are of the company's staff; before the first statement. Raises UnknownStaff."""
    if not user_ids:
        return
    await ensure_users(context, work.tenant_id, user_ids)
    known = {one.id for one in await people.staff(work, user_ids=list(user_ids))}
    for place, one in enumerate(user_ids):
        if one not in known and one != work.caller.user_id:
            raise failures.UnknownStaff(field=f"{field}.{place}")


def _check_may(work: UnitOfWork, user_id: UUID) -> None:
    work.authorize()
    if user_id != work.caller.user_id and not work.caller.may(MANAGE):
        raise MissingPermission(permission=MANAGE)


def _check_zone(zone: str) -> None:
    if zone not in available_timezones():
        raise failures.UnknownZone(field="timezone")


def _check_days(from_on: date, to_on: date) -> None:
    if to_on < from_on:
        raise failures.EndsBeforeItBegins(field="to")


def _check_leave(from_on: date, to_on: date) -> None:
    _check_days(from_on, to_on)
    if (to_on - from_on).days >= MOST_LEAVE_DAYS:
        raise failures.LeaveTooLong(field="to", most=MOST_LEAVE_DAYS)
