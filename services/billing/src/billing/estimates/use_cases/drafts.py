"""What can be done with estimates that are not sent, and how they look to staff."""

from typing import Any, Final
from uuid import UUID

from billing.documents.rules import check_dates
from billing.documents.use_cases.drafting import Drafts
from billing.estimates import events, rules
from billing.estimates.repository import EstimateRepository
from billing.estimates.tables import Estimate
from chassis.context import Context
from chassis.work import UnitOfWork

_NEW: Final = {"views": 0, "is_expiry_told": False}


def _check_dates(values: dict[str, Any]) -> None:
    check_dates(values["issue_date"], values["due_date"])
    rules.check_dates(values["issue_date"], values["expires_on"])


DRAFTS: Final[Drafts[Estimate]] = Drafts(
    EstimateRepository, "estimate", events.estimate_changed, rules.check_draft, _check_dates
)
update_estimate = DRAFTS.update
# No law has a company keep what it offered.
forget_estimates = DRAFTS.forget


async def create_estimate(
    work: UnitOfWork, context: Context, values: dict[str, Any], digest: bytes
) -> Estimate:
    """Write an estimate down; it is a draft until it is sent."""
    return await DRAFTS.create(work, context, values | _NEW, digest)


async def duplicate_estimate(work: UnitOfWork, estimate_id: UUID) -> Estimate:
    """A new draft like it, of today."""
    estimate = await EstimateRepository(work).get_for_update(estimate_id)
    return await DRAFTS.make_of(work, estimate, **_NEW)


async def delete_estimate(work: UnitOfWork, estimate_id: UUID) -> None:
    """Remove a draft that was never sent."""
    estimate = await EstimateRepository(work).get_for_update(estimate_id)
    rules.check_removable(estimate.status, estimate.number)
    await DRAFTS.delete(work, estimate_id)


async def choose_status(work: UnitOfWork, estimate_id: UUID, status_id: UUID | None) -> Estimate:
    """Give an estimate one of the company's own statuses, or none."""
    estimates = EstimateRepository(work)
    known = await estimates.get_for_update(estimate_id)
    changed = await estimates.update(known, estimate_status_id=status_id)
    if changed is not known:
        work.publish(events.estimate_changed("updated", changed, changed=["estimate_status_id"]))
    return changed
