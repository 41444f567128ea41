"""What somebody who left was to come to is somebody else's to come to."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from chassis.work import UnitOfWork
from scheduling.appointments import events
from scheduling.appointments.repository.handing import series_of, to_come_of
from scheduling.appointments.repository.records import AppointmentRepository
from scheduling.appointments.rules.handing import handed_over
from scheduling.appointments.tables import Appointment
from scheduling.appointments.use_cases import claiming
from scheduling.claims import repository as claims
from scheduling.claims.rules import SlotTaken

HAND_OVER: Final = "scheduling.hand_over_appointments"
FIRST: Final = UUID(int=0)
_MOST: Final = 200
_CHANGED: Final = ["staff_ids"]


def plan_to_hand_over(work: UnitOfWork, leaver_id: UUID, heir_id: UUID) -> None:
    """Have it handed over."""
    payload: dict[str, Any] = {"leaver_id": str(leaver_id), "heir_id": str(heir_id)}
    work.enqueue(HAND_OVER, payload, unique=f"{leaver_id}:{heir_id}")


async def hand_over(
    work: UnitOfWork, leaver_id: UUID, heir_id: UUID, after: UUID
) -> UUID | None:  # fmt: skip
    """Some of what is still to come, by id beyond this one; where to go on, None at the end.

    Where the heir is elsewhere then, it is left to those who come besides, or to nobody, and told.
    """
    some = await to_come_of(work, leaver_id, after, _MOST)
    if not some:
        return None
    # Everybody at once: who waits for one of them holds no other.
    await claims.lock(work, {heir_id, *(each for one in some for each in one.subject_ids)})
    window = min(one.starts_at for one in some), max(one.ends_at for one in some)
    busy = (await claims.busy(work, [heir_id], window))[heir_id]
    staff = handed_over(some, leaver_id, heir_id, busy)
    appointments = AppointmentRepository(work)
    pairs = await appointments.update_each([(one, {"staff_ids": staff[one.id]}) for one in some])
    changed = [now for _, now in pairs]
    await appointments.need(changed, anew=True)
    await claiming.move(work, *changed)
    left = [one for one in changed if heir_id not in one.staff_ids]
    for one in left:
        work.publish(events.appointment_changed("unstaffed", one, _CHANGED, reason=SlotTaken.code))
    await _tell(work, [one for one in changed if heir_id in one.staff_ids])
    return some[-1].id if len(some) == _MOST else None


async def _tell(work: UnitOfWork, some: Sequence[Appointment]) -> None:
    """Of those of a series in one event."""
    together: defaultdict[UUID, list[Appointment]] = defaultdict(list)
    for one in some:
        if one.series_id is None:
            work.publish(events.appointment_changed("updated", one, _CHANGED))
        else:
            together[one.series_id].append(one)
    series = await series_of(work, together)
    for series_id, each in together.items():
        each.sort(key=lambda one: one.starts_at)
        work.publish(events.series_changed("updated", series[series_id], each, _CHANGED))
