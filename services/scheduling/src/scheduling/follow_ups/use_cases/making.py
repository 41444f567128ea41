"""A follow-up is saved: what is to be done and when at once, the client's status soon after.

Clients owns the status, so it is asked by a job, never within the transaction that saves the rest.
Whoever dies in between leaves it pending, and the same is asked again under the same cause.
"""

from typing import Any, Final
from uuid import UUID, uuid5

from chassis.context import Context
from chassis.errors import MissingPermission
from chassis.ids import new_id
from chassis.work import UnitOfWork
from refs import about
from scheduling.actions.use_cases import check_action
from scheduling.appointments.use_cases import making as appointments
from scheduling.appointments.use_cases import naming
from scheduling.follow_ups import events
from scheduling.follow_ups.repository.rows import FollowUpRepository, forget
from scheduling.follow_ups.rules import rights, states
from scheduling.follow_ups.rules.states import State
from scheduling.follow_ups.tables import FollowUp

APPLY: Final = "scheduling.apply_follow_up"
_CLIENTS: Final = "clients:write"
Json = dict[str, Any]


async def make_follow_up(
    work: UnitOfWork, context: Context, values: Json, minutes: int | None, digest: bytes
) -> FollowUp:
    """Note what status a client has, what is to be done, and when, all of it or nothing.

    Raises MissingPermission, what `states` refuses, SlotTaken, UnknownAction, UnknownStaff, and
    what is said of clients.
    """
    states.check_asked(values, minutes)
    chosen = states.chosen(values)
    if chosen and not work.caller.may(_CLIENTS):
        raise MissingPermission(permission=_CLIENTS)
    asked = await naming.ask(work, context, values["client_id"], values["staff_ids"])
    follow_ups = FollowUpRepository(work)
    if values["id"]:
        await follow_ups.check(values["id"])
    client = await about.client_to_write(work, values["client_id"], asked.access)
    if (known := await follow_ups.known(values["id"], digest)) is not None:
        work.status = 200
        return known
    await check_action(work, values["action_id"], "client")
    columns = values | {"id": values["id"] or new_id(), "client_id": client.id}
    state = State.PENDING if chosen else State.OPEN
    made = await follow_ups.add_new(
        **columns, **await _times(work, columns, minutes, digest), state=state.value,
        rights=rights.remembered(work.caller), created_by=work.caller.principal, digest=digest,
    )  # fmt: skip
    if chosen:
        ask(work, made.id)
    work.publish(events.follow_up_changed("made", made))
    return made


def ask(work: UnitOfWork, follow_up_id: UUID) -> None:
    """Have clients asked for the status."""
    work.enqueue(APPLY, {"id": str(follow_up_id)}, unique=str(follow_up_id))


async def forget_follow_ups(work: UnitOfWork, client_id: UUID) -> None:
    """Keep none of a client who is erased."""
    await forget(work, client_id)


async def _times(work: UnitOfWork, values: Json, minutes: int | None, digest: bytes) -> Json:
    """Its appointment, and until when that is; nothing without a time."""
    if values["at"] is None:
        await naming.check_named(work, {"staff_ids": values["staff_ids"]})
        return {}
    asked = appointments.Wanted(_appointment(values), minutes, digest)
    made = await appointments.schedule(work, asked, values["client_id"], field="at")
    return {"appointment_id": made.id, "ends_at": made.ends_at}


def _appointment(values: Json) -> Json:
    return {
        "id": uuid5(values["id"], "appointment"), "starts_at": values["at"], "ends_at": None,
        "staff_ids": values["staff_ids"], "resource_ids": [], "action_id": values["action_id"],
        "title": None, "location": None, "note": values["note"], "linked_type": None,
        "linked_id": None, "reminders": [], "is_shared": False,
    }  # fmt: skip
