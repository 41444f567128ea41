"""Whom and what an appointment names: looked up before it is kept."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis.context import Context
from chassis.together import Asked as Query
from chassis.work import UnitOfWork
from refs import about, people
from refs.reading import ensure_users
from refs.writing import Access
from scheduling.actions.rules import Subject
from scheduling.actions.use_cases import check_action
from scheduling.appointments.rules.failures import UnknownStaff
from scheduling.appointments.tables import Appointment
from scheduling.resources.use_cases import use_resources
from scheduling.work_cycles.use_cases.keeping import check_cycle

Json = dict[str, Any]
# What may be done at an appointment, or with the client whom it is with.
_SUBJECTS: Final[tuple[Subject, ...]] = ("appointment", "client")


@dataclass(frozen=True, slots=True)
class Asked:
    """What others were asked before the work began."""

    access: Access


async def ask(
    work: UnitOfWork, context: Context, client_id: UUID, staff_ids: Collection[UUID]
) -> Asked:
    """Everything that has to be asked before the work's first statement; raises Unavailable."""
    access = await about.ask_about(work, context, client_id)
    await ensure_users(context, work.tenant_id, staff_ids)
    return Asked(access)


async def check_named(work: UnitOfWork, values: Json, known: Appointment | None = None) -> None:
    """Raises UnknownStaff, UnknownResource, UnknownAction and UnknownWorkCycle; who and what was
    there before may be gone by now.
    """
    if staff := _new_staff(values, known):
        found = await people.staff(work, user_ids=staff)
        if len(found) < len(staff):
            raise UnknownStaff(field="staff_ids")
    resources = known.resource_ids if known else ()
    await use_resources(work, values.get("resource_ids", ()), known=resources)
    action_id = values.get("action_id")
    if action_id is not None and (known is None or action_id != known.action_id):
        await check_action(work, action_id, *_SUBJECTS)
    await _check_linked(work, values, known)


def asked_staff(work: UnitOfWork, values: Json) -> list[Query]:
    """What `check_named` asks of whom a new appointment names, to be read ahead."""
    staff = _new_staff(values, None)
    return [people.asked_staff(work, user_ids=staff)] if staff else []


def _new_staff(values: Json, known: Appointment | None) -> list[UUID]:
    before = known.staff_ids if known else ()
    return sorted(set(values.get("staff_ids", ())).difference(before))


async def _check_linked(work: UnitOfWork, values: Json, known: Appointment | None) -> None:
    """A work cycle that it is about is the client's; raises UnknownWorkCycle."""
    if values.get("linked_type") != "work_cycle":
        return
    client_id = known.client_id if known else values["client_id"]
    before = known.linked_id if known and known.linked_type == "work_cycle" else None
    await check_cycle(work, values["linked_id"], client_id, before, field="linked.id")
