"""Events door of reminders: appointments and bookings are made, changed, moved and called off.

Their own use cases know nothing of reminders: so making one takes no longer, however many rules
there are.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from scheduling.reminders.use_cases import reckoning

consumers = Consumers("scheduling-reminders")

_OF_APPOINTMENTS: Final = (
    "scheduled", "updated", "rescheduled", "cancelled", "done", "no_show", "reopened", "deleted",
    "unstaffed",
)  # fmt: skip
_OF_SERIES: Final = ("scheduled", "updated", "rescheduled", "cancelled", "deleted")
_OF_BOOKINGS: Final = (
    "requested", "confirmed", "rescheduled", "attended", "no_show", "cancelled", "updated",
)  # fmt: skip
_QUIET: Final = frozenset({"quiet_from", "quiet_to"})


async def _is_of_quiet_hours(_: UnitOfWork, event: Event) -> bool:
    return not _QUIET.isdisjoint(event.data.get("changed", ()))


async def _concerns_reminders(_: UnitOfWork, event: Event) -> bool:
    """Of what is updated of a booking, only who does it."""
    is_updated = event.type == "scheduling.booking.updated"
    return not is_updated or "staff_id" in event.data.get("changed", ())


@consumers.together(
    *(f"scheduling.appointment.{verb}" for verb in _OF_APPOINTMENTS),
    *(f"scheduling.booking.{verb}" for verb in _OF_BOOKINGS),
    wanted=_concerns_reminders,
)
async def on_changed(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Reckon who is to be reminded of what changed, as it stands by now."""
    await reckoning.reckon(work, sorted({event.subject for event in events}))


@consumers.on(*(f"scheduling.appointment_series.{verb}" for verb in _OF_SERIES))
async def on_series_changed(work: UnitOfWork, event: Event) -> None:
    """The same of those of a series."""
    some = event.data.get("appointments", ())
    reckoning.reckon_later(work, {UUID(one["id"]) for one in some})


@consumers.on("scheduling.settings.updated", wanted=_is_of_quiet_hours)
async def on_quiet_hours_changed(work: UnitOfWork, _: Event) -> None:
    """Reckon all that is to come, as it waits for other hours."""
    reckoning.reckon_all(work)
