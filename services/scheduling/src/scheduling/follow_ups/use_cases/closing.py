"""Follow-ups are done or called off, by themselves or by their appointments."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from scheduling.appointments.repository.records import AppointmentRepository
from scheduling.appointments.use_cases.states import cancel_if_open, complete_if_open
from scheduling.follow_ups import events
from scheduling.follow_ups.repository.rows import FollowUpRepository
from scheduling.follow_ups.rules import states
from scheduling.follow_ups.rules.states import State
from scheduling.follow_ups.tables import FollowUp

Json = dict[str, Any]


async def complete_follow_up(work: UnitOfWork, follow_up_id: UUID) -> FollowUp:
    """Note that it is done, and so its appointment; raises FollowUpPending and FollowUpNotOpen."""
    known = await FollowUpRepository(work).get_for_update(follow_up_id)
    if known.state == State.DONE:
        return known
    done = await _close(work, known, State.DONE)
    if done.appointment_id is not None:
        await complete_if_open(work, done.appointment_id)
    work.publish(events.follow_up_changed("completed", done))
    return done


async def cancel_follow_up(work: UnitOfWork, follow_up_id: UUID, reason: str | None) -> FollowUp:
    """Call it off with its appointment; the status stays. Raises FollowUpPending and
    FollowUpNotOpen.
    """
    known = await FollowUpRepository(work).get_for_update(follow_up_id)
    if known.state == State.CANCELLED:
        return known
    gone = await _close(work, known, State.CANCELLED)
    if gone.appointment_id is not None:
        await cancel_if_open(work, gone.appointment_id, reason)
    work.publish(events.follow_up_changed("cancelled", gone, reason))
    return gone


async def follow_appointments(work: UnitOfWork, appointment_ids: Sequence[UUID]) -> None:
    """Have follow-ups stand as their appointments stand now, whatever was told of these."""
    if not (some := await FollowUpRepository(work).of_appointments(appointment_ids)):
        return
    found: dict[UUID | None, states.Made] = {
        one.id: one for one in await AppointmentRepository(work).these(appointment_ids)
    }
    for known in some:
        await _follow(work, known, found.get(known.appointment_id))


async def _follow(work: UnitOfWork, known: FollowUp, found: states.Made | None) -> None:
    follow_ups = FollowUpRepository(work)
    state = states.follows(known.state, found.status if found else None)
    changes: Json = {"state": state.value}
    if found is not None:
        changes |= {"at": found.starts_at, "ends_at": found.ends_at, "staff_ids": found.staff_ids}
    if state != known.state:
        is_over = state is not State.OPEN
        changes["closed_at"] = work.now if is_over else None
        changes["closed_by"] = work.caller.principal if is_over else None
    changed = await follow_ups.update(known, **changes)
    if changed is not known:
        told = states.verb(known.state, changed.state)
        work.publish(events.follow_up_changed(told, changed))


async def _close(work: UnitOfWork, known: FollowUp, state: State) -> FollowUp:
    states.check_open(known.state)
    return await FollowUpRepository(work).update(
        known, state=state.value, closed_at=work.now, closed_by=work.caller.principal
    )
