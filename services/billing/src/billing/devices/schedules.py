"""Clock door of devices: certificates are brought by jobs."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from billing.devices.use_cases import onboarding
from chassis.context import Context
from chassis.jobs import Jobs

jobs = Jobs()


@jobs.job(onboarding.CERTIFY, attempts=10, delay=timedelta(seconds=5))
async def certify_device(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Have a new device checked, and get its certificate."""
    await onboarding.certify_device(context, tenant_id, payload)
