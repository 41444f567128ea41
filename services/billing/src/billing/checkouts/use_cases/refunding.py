"""Money goes back by the provider who took it: asked for by a job, outside any work."""

from typing import Any
from uuid import UUID

from billing.payment_providers.rules.port import Back, ProviderRefused
from billing.payment_providers.use_cases import accounts
from billing.payment_providers.use_cases.accounts import Account, Providers
from billing.payments.repository.parts import RefundRepository
from billing.payments.repository.payments import PaymentRepository
from billing.payments.use_cases import refunding
from chassis.caller import system
from chassis.context import Context
from chassis.errors import Failure, Unavailable
from chassis.work import UnitOfWork
from refs.reading import ensure_tenant


async def send_refund(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Ask the provider to give it back, or whether they did; raises ProviderUnavailable."""
    await ensure_tenant(context, tenant_id)
    caller = system(tenant_id, context.service)
    payment_id, refund_id = UUID(payload["payment_id"]), UUID(payload["refund_id"])
    async with context.database.work(caller) as work:
        found = await _asked(work, payment_id, refund_id)
    if found is None:
        return
    account, back = found
    try:
        state = await context.kept(Providers).opened(account).refund(back)
    except Unavailable:
        raise
    except Failure as failure:
        code = failure.reason if isinstance(failure, ProviderRefused) else failure.code
        async with context.database.work(caller) as work:
            await refunding.fail(work, payment_id, refund_id, code)
        return
    async with context.database.work(caller) as work:
        await refunding.note_state(work, payment_id, state)


async def _asked(
    work: UnitOfWork, payment_id: UUID, refund_id: UUID
) -> tuple[Account, Back] | None:
    refund = await RefundRepository(work).find(refund_id)
    payment = await PaymentRepository(work).find(payment_id)
    if refund is None or payment is None or refund.status != "pending":
        return None
    if payment.payment_provider_id is None or payment.reference is None:
        return None
    account = await accounts.account_of(work, payment.payment_provider_id)
    return account, Back(
        refund_id=refund.id, intent_id=payment.reference, amount_minor=refund.amount_minor,
        currency=refund.currency,
    )  # fmt: skip
