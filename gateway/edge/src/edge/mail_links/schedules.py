"""Jobs of mailed links."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.jobs import Jobs
from edge.mail_links import use_cases

jobs = Jobs()


@jobs.job(use_cases.SEND_RESET)
async def send_reset(context: Context, _: UUID, payload: dict[str, Any]) -> None:
    await use_cases.send_reset(context, payload["email"])
