"""Reminders go out: what is due is taken in hand by pages, and asked of comms once each.

Never within a transaction. Whoever dies in between leaves a reminder in hand, and the same is asked
again under its key.
"""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from chassis.caller import Caller, system
from chassis.context import Context
from chassis.errors import Failure, Unavailable
from chassis.rpc.client import Asking
from chassis.work import UnitOfWork
from scheduling.reminders import events
from scheduling.reminders.repository.rows import ReminderRepository
from scheduling.reminders.rules.states import MOVED, State
from scheduling.reminders.tables import Reminder
from scheduling.reminders.use_cases.reckoning import MOST, reckon, reckon_later
from scheduling.reminders.use_cases.writing import write

Json = dict[str, Any]
SEND: Final = "scheduling.send_reminder"
PATIENCE: Final = timedelta(minutes=10)
# Comms has taken it already, and it read differently then: somebody died before noting it.
_TAKEN_BEFORE: Final = "idempotency_key_reused"


async def send_due(work: UnitOfWork) -> bool:
    """Take some of what is due in hand, a job for each; whether there may be more.

    It is reckoned first: what was called off or moved meanwhile goes to nobody.
    """
    reminders = ReminderRepository(work)
    if not (subject_ids := await reminders.due_subjects(MOST)):
        return False
    await reckon(work, subject_ids)
    for reminder_id in await reminders.take(subject_ids):
        work.enqueue(SEND, {"reminder_id": str(reminder_id)}, unique=str(reminder_id))
    return True


async def send_reminder(context: Context, tenant_id: UUID, reminder_id: UUID) -> None:
    """Ask comms for one that was taken in hand, and note what it said; raises Unavailable.

    It may run twice, also at once: comms knows it by its key, or it is noted already.
    """
    caller = system(tenant_id, context.service)
    async with context.database.work(caller, role="worker") as work:
        found = await ReminderRepository(work).find(reminder_id)
        if found is None or found.state != State.SENDING:
            return
        if (letter := await _letter(work, found)) is None:
            return
    state, outcome = await _ask(context, caller, found, letter)
    async with context.database.work(caller, role="worker") as work:
        if (known := await _in_hand(work, reminder_id)) is not None:
            await _settle(work, known, state, outcome)


async def send_again(work: UnitOfWork) -> None:
    """Have those asked for that were taken in hand long ago, as their job was given up."""
    before, after = work.now - PATIENCE, UUID(int=0)
    while some := await ReminderRepository(work).left_sending(before, after, MOST):
        for reminder_id in some:
            work.enqueue(SEND, {"reminder_id": str(reminder_id)}, unique=str(reminder_id))
        after = some[-1]


async def _letter(work: UnitOfWork, found: Reminder) -> Json | None:
    """What it says; None where nobody is to be reminded any more, or it cannot be written."""
    try:
        letter = await write(work, found)
    except Failure as refusal:
        await _settle(work, found, State.FAILED, {"reason": refusal.code})
        return None
    if not isinstance(letter, str):
        return letter
    await _settle(work, found, State.SKIPPED, {"reason": letter})
    if letter == MOVED:  # it is another time's turn
        reckon_later(work, [found.subject_id])
    return None


async def _ask(
    context: Context, caller: Caller, reminder: Reminder, letter: Json
) -> tuple[State, Json]:
    key = f"reminder/{reminder.id}/{int(reminder.starts_at.timestamp())}"
    try:
        message_id = await context.peers.send(Asking(caller), letter, key=key)
    except Unavailable:
        raise
    except Failure as refusal:
        if refusal.code == _TAKEN_BEFORE:
            return State.SENT, {}
        return State.FAILED, {"reason": refusal.code}
    return State.SENT, {"message_id": message_id}


async def _in_hand(work: UnitOfWork, reminder_id: UUID) -> Reminder | None:
    reminders = ReminderRepository(work)
    try:
        known = await reminders.get_for_update(reminder_id)
    except reminders.missing:
        return None  # erased meanwhile
    return known if known.state == State.SENDING else None


async def _settle(work: UnitOfWork, known: Reminder, state: State, outcome: Json) -> None:
    """What became of it is noted and told."""
    sent_at = work.now if state == State.SENT else None
    settled = await ReminderRepository(work).update(
        known, state=state.value, sent_at=sent_at, **outcome
    )
    work.publish(events.reminder_settled(settled))
