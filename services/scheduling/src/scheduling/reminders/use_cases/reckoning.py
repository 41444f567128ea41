"""What is to come is reckoned: for appointments and bookings that changed, and for all of them as
rules or quiet hours change.
"""

from collections.abc import Collection
from datetime import time
from typing import Any, Final
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.work import UnitOfWork
from refs.home import home
from scheduling.defaults.use_cases import settings_of
from scheduling.reminder_rules.repository import ReminderRuleRepository
from scheduling.reminder_rules.use_cases import RECKON
from scheduling.reminders import events
from scheduling.reminders.repository.rows import ReminderRepository
from scheduling.reminders.repository.subjects import subjects_of, subjects_to_come
from scheduling.reminders.rules.due import Quiet
from scheduling.reminders.rules.plan import Moment, plan
from scheduling.reminders.rules.states import State

Json = dict[str, Any]
SEND_DUE: Final = "scheduling.send_due_reminders"
# Of a series as many in one work as the lists of others are long.
MOST: Final = 200
_FIRST: Final = UUID(int=0)


async def reckon(
    work: UnitOfWork, subject_ids: Collection[UUID], *, tells_past: bool = True
) -> None:
    """Have exactly those reminders of these be to come that the rules and their own minutes call
    for now; what is not to come any more is skipped, and told.
    """
    reminders = ReminderRepository(work)
    await reminders.lock(subject_ids)
    rules = await ReminderRuleRepository(work).active()
    subjects = await subjects_of(work, subject_ids)
    known = await reminders.known(subject_ids)
    if not known and not rules and not any(one.reminders for one in subjects.values()):
        return
    at = Moment(work.now, await quiet_hours(work), tells_past)
    written = await reminders.write(plan(subjects, rules, known, at))
    for one in written:
        if one.state == State.SKIPPED:
            work.publish(events.reminder_settled(one))
    if any(one.state == State.PENDING and one.due_at <= work.now for one in written):
        work.enqueue(SEND_DUE, {}, unique="clock")


def reckon_later(work: UnitOfWork, subject_ids: Collection[UUID]) -> None:
    """The same by jobs, so many at a time: of a series, say."""
    ids = sorted(map(str, subject_ids))
    for place in range(0, len(ids), MOST):
        work.enqueue(RECKON, {"ids": ids[place : place + MOST]})


def reckon_all(work: UnitOfWork) -> None:
    """The same of all that is to come."""
    work.enqueue(RECKON, {}, unique="all")


async def reckon_in_job(context: Context, tenant_id: UUID, payload: Json) -> None:
    """Reckon what was left to a job: some, or all that is to come, a work for each page."""
    caller = system(tenant_id, context.service)
    if "ids" in payload:
        async with context.database.work(caller, role="worker") as work:
            await reckon(work, [UUID(one) for one in payload["ids"]])
        return
    after: UUID | None = _FIRST
    while after is not None:
        async with context.database.work(caller, role="worker") as work:
            some = await subjects_to_come(work, after, MOST)
            if some:
                await reckon(work, some, tells_past=False)
        after = some[-1] if len(some) == MOST else None


async def quiet_hours(work: UnitOfWork) -> Quiet | None:
    """When nobody of the company's is disturbed."""
    settings = await settings_of(work)
    if settings.quiet_from is None or settings.quiet_to is None:
        return None
    since, until = (time.fromisoformat(one) for one in (settings.quiet_from, settings.quiet_to))
    return Quiet(since, until, (await home(work)).timezone)
