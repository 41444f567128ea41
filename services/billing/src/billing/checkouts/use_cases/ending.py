"""What staff do with a checkout that was begun."""

from uuid import UUID

from billing.checkouts import rules
from billing.checkouts.repository import CheckoutRepository
from billing.checkouts.use_cases.confirming import confirm
from billing.checkouts.use_cases.starting import call_off
from chassis.context import Context
from chassis.work import UnitOfWork


async def cancel_checkout(work: UnitOfWork, checkout_id: UUID) -> None:
    """Let nobody pay by it any more."""
    known = await CheckoutRepository(work).get_for_update(checkout_id)
    if known.status == rules.Status.PROCESSING:
        raise rules.PaymentProcessing()
    if known.status not in rules.OPEN:
        raise rules.CheckoutNotOpen(status=known.status)
    await call_off(work, known)


async def refresh_checkout(work: UnitOfWork, context: Context, checkout_id: UUID) -> None:
    """Ask the provider what became of it, now, with no transaction open; it is written down."""
    async with work.database.work(work.caller) as own:
        await CheckoutRepository(own).get_for_update(checkout_id)
    work.authorize()
    await confirm(context, work.tenant_id, {"checkout_id": str(checkout_id)})
