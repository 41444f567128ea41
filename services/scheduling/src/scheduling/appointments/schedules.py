"""Clock door of appointments: links are mailed, and what is to come changes hands."""

from typing import Any
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from scheduling.appointments.use_cases import handing_over, mailing

jobs = Jobs()


@jobs.job(mailing.MAIL_LINK)
async def mail_appointment(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Bring the link of an appointment to its client."""
    await mailing.mail_link(context, tenant_id, payload)


@jobs.job(handing_over.HAND_OVER)
async def hand_over_appointments(
    context: Context, tenant_id: UUID, payload: dict[str, Any]
) -> None:  # fmt: skip
    """Have the heir come to what somebody who left was to come to."""
    leaver_id, heir_id = UUID(payload["leaver_id"]), UUID(payload["heir_id"])
    caller = system(tenant_id, context.service)
    after: UUID | None = handing_over.FIRST
    while after is not None:
        async with context.database.work(caller, role="worker") as work:
            after = await handing_over.hand_over(work, leaver_id, heir_id, after)


@jobs.job(mailing.MAIL_CANCELLED)
async def mail_cancelled(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Tell a client that their appointment is called off."""
    await mailing.mail_cancelled(context, tenant_id, payload)
