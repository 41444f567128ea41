"""Estimates whose last day is over."""

from datetime import timedelta
from uuid import UUID

from billing.estimates import events
from billing.estimates.repository import EstimateRepository
from chassis.context import Context
from chassis.work import UnitOfWork


async def tenants_with_expired(context: Context) -> list[UUID]:
    """Companies that may have estimates to tell of; where the day begins first it is tomorrow."""
    tomorrow = context.database.clock().date() + timedelta(days=1)
    rows = await context.system.look_up("tenants_with_expired_estimates", tomorrow)
    return [row["tenant_id"] for row in rows]


async def tell_expired(work: UnitOfWork) -> bool:
    """Tell of some, each once, on the day of their company; whether there were any."""
    estimates = EstimateRepository(work)
    some = await estimates.expired()
    for one in some:
        told = await estimates.update(one, is_expiry_told=True)
        work.publish(events.estimate_changed("expired", told))
    return bool(some)
