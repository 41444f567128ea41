"""Clients is asked for the status of a follow-up, and its answer written down."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from chassis.caller import Caller, system
from chassis.context import Context
from chassis.errors import Failure, Unavailable
from chassis.rpc.client import Asking
from chassis.work import UnitOfWork
from scheduling.appointments.repository.records import AppointmentRepository
from scheduling.appointments.use_cases.states import cancel_if_open
from scheduling.follow_ups import events
from scheduling.follow_ups.repository import rows
from scheduling.follow_ups.repository.rows import FollowUpRepository
from scheduling.follow_ups.rules import rights, states
from scheduling.follow_ups.rules.states import REFUSED_REASON, State
from scheduling.follow_ups.tables import FollowUp
from scheduling.follow_ups.use_cases.making import ask
from scheduling.peers import Refused, refused

_PATIENCE: Final = timedelta(minutes=10)
_MOST: Final = 500
Json = dict[str, Any]


async def apply(context: Context, tenant_id: UUID, follow_up_id: UUID) -> None:
    """Ask clients for the status of one that waits, with the rights of who asked for it; raises
    Unavailable.

    It may run twice, also at once: what is answered already is left alone.
    """
    caller = system(tenant_id, context.service)
    async with context.database.work(caller, role="worker") as work:
        found = await FollowUpRepository(work).find(follow_up_id)
    if found is None or found.state != State.PENDING:
        return
    answer = await _answer(context, rights.asking(tenant_id, found.created_by, found.rights), found)
    own = caller.acting_as(found.created_by)
    async with context.database.work(own, role="worker") as work:
        await _settle(work, follow_up_id, answer)


async def tenants_to_ask_again(context: Context) -> Sequence[UUID]:
    """Companies for which clients is to be asked again, as a job was given up."""
    return await rows.tenants_with_pending(context, context.database.clock() - _PATIENCE)


async def ask_again(work: UnitOfWork) -> None:
    """Have clients asked for what waits for long."""
    for one in await rows.long_pending(work, work.now - _PATIENCE, _MOST):
        ask(work, one)


async def _answer(context: Context, by: Caller, found: FollowUp) -> Refused | None:
    chosen = {name: str(one) for name, one in states.chosen(_statuses(found)).items()}
    asked = {"client_id": str(found.client_id), "reason": _reason(found), **chosen}
    try:
        await context.peers.change_status(Asking(by), states.cause(found.id), asked)
    except Unavailable:
        raise
    except Failure as failure:
        return refused(failure)
    return None


async def _settle(work: UnitOfWork, follow_up_id: UUID, answer: Refused | None) -> None:
    follow_ups = FollowUpRepository(work)
    known = await follow_ups.get_for_update(follow_up_id)
    if known.state != State.PENDING:
        return
    if answer is None:
        applied = await follow_ups.update(known, **await _standing(work, known), rights={})
        work.publish(events.follow_up_changed("applied", applied))
        return
    denied = await follow_ups.update(
        known, state=State.REFUSED.value, problem=answer.problem, rights={}, closed_at=work.now
    )
    if denied.appointment_id is not None:  # nobody is taken by what will not be
        await cancel_if_open(work, denied.appointment_id, REFUSED_REASON)
    work.publish(events.follow_up_changed("refused", denied))


async def _standing(work: UnitOfWork, known: FollowUp) -> Json:
    """To be done; or over, where its appointment is by now."""
    if known.appointment_id is None:
        return {"state": State.OPEN.value}
    found = await AppointmentRepository(work).find(known.appointment_id)
    state = states.follows(State.OPEN, found.status if found else None)
    return {"state": state.value, "closed_at": None if state is State.OPEN else work.now}


def _statuses(found: FollowUp) -> dict[str, UUID | None]:
    return {name: getattr(found, name) for name in states.STATUSES}


def _reason(found: FollowUp) -> str:
    """What is noted, in one line, as clients keep why a status was changed."""
    return " ".join((found.note or "").split())[:200]
