"""Events door of follow-ups: their appointments, what clients calls for, and who does them."""

from datetime import datetime
from uuid import UUID

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from scheduling.follow_ups.repository.rows import is_for_any
from scheduling.follow_ups.use_cases.closing import follow_appointments
from scheduling.follow_ups.use_cases.due import Client, part, plan
from scheduling.follow_ups.use_cases.handing_over import plan_to_hand_over

consumers = Consumers("scheduling-follow-ups")


def _about(event: Event) -> list[UUID]:
    """Which appointments it tells of: one, or some of a series."""
    some = event.data.get("appointments")
    return [event.subject] if some is None else [UUID(one["id"]) for one in some]


async def _is_ours(work: UnitOfWork, event: Event) -> bool:
    return await is_for_any(work, _about(event))


async def _is_parted(_: UnitOfWork, event: Event) -> bool:
    return bool(event.data.get("parted_from_id"))


async def _has_heir(_: UnitOfWork, event: Event) -> bool:
    return event.data.get("hand_over_to_id") not in (None, "", str(event.subject))


async def _plans(_: UnitOfWork, event: Event) -> bool:
    return bool(event.data.get("follow_ups"))


@consumers.on(
    *(f"scheduling.appointment.{verb}"
      for verb in (
          "updated", "unstaffed", "rescheduled", "done", "cancelled", "reopened", "deleted"
      )),
    *(f"scheduling.appointment_series.{verb}"
      for verb in ("updated", "rescheduled", "cancelled", "deleted")),
    wanted=_is_ours,
)  # fmt: skip
async def on_appointment_changed(work: UnitOfWork, event: Event) -> None:
    """Have its follow-up stand as it stands."""
    await follow_appointments(work, _about(event))


@consumers.on(
    *(f"clients.client.{verb}" for verb in ("created", "updated", "status_changed")), wanted=_plans
)
async def on_follow_ups_planned(work: UnitOfWork, event: Event) -> None:
    """Have a client followed up when a status or a field calls for it."""
    told = event.data["client"]
    client = Client(UUID(told["id"]), event.version, told["staff"])
    for one in event.data["follow_ups"]:
        due_at = datetime.fromisoformat(one["due_at"]) if one["due_at"] else None
        await plan(work, client, one["field"], due_at)


@consumers.on("clients.client.redirected", wanted=_is_parted)
async def on_client_parted(work: UnitOfWork, event: Event) -> None:
    """Have a client followed up by itself again, once its merge is undone."""
    await part(work, event.subject, UUID(event.data["parted_from_id"]))


@consumers.on("edge.user.deactivated", wanted=_has_heir)
async def on_user_deactivated(work: UnitOfWork, event: Event) -> None:
    """Give whom somebody who left had still to follow up to the heir: a job, for it may be many."""
    plan_to_hand_over(work, event.subject, UUID(event.data["hand_over_to_id"]))
