"""The job that spreads a revocation once NATS is back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.jobs import Jobs
from edge.revocations import use_cases

jobs = Jobs()


# Tried for longer than any access token lives; after that there is nothing left to void.
@jobs.job(use_cases.SPREAD, attempts=10, delay=timedelta(seconds=1))
async def spread(context: Context, _: UUID, payload: dict[str, Any]) -> None:
    await use_cases.spread(context, payload["mark"], payload["before"])
