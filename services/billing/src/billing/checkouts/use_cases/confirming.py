"""What became of a payment at its provider: asked of them, and written down once."""

from typing import Any, Final
from uuid import UUID

from billing.checkouts import events, rules
from billing.checkouts.repository import CheckoutRepository
from billing.checkouts.rules import Status
from billing.checkouts.tables import Checkout
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.rules import OWED
from billing.payment_providers.rules.port import Intent, PaymentProvider
from billing.payment_providers.use_cases import accounts
from billing.payment_providers.use_cases.accounts import Providers
from billing.payments.repository.payments import PaymentRepository
from billing.payments.use_cases.disputing import note_dispute
from billing.payments.use_cases.receiving import Confirmed, record_confirmed
from billing.payments.use_cases.refunding import note_state
from chassis.caller import Caller, system
from chassis.context import Context
from chassis.work import UnitOfWork
from refs.reading import ensure_tenant

CONFIRM: Final = "billing.confirm_checkout"
_TOLD: Final[dict[Status, events.Verb]] = {
    Status.PROCESSING: "processing", Status.SUCCEEDED: "succeeded", Status.FAILED: "failed",
    Status.CANCELLED: "cancelled",
}  # fmt: skip


def enqueue(work: UnitOfWork, checkout_id: UUID, **more: str) -> None:
    """Have a provider asked what became of a checkout, and of `dispute_id`."""
    unique = f"{checkout_id}:{more.get('dispute_id', '')}"
    work.enqueue(CONFIRM, {"checkout_id": str(checkout_id), **more}, unique=unique)


async def confirm(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Ask the provider, and write down what they say; raises ProviderUnavailable.

    However often, and in whatever order, it was told of: what they say now is what holds.
    """
    await ensure_tenant(context, tenant_id)
    caller = system(tenant_id, context.service)
    async with context.database.work(caller) as work:
        checkout = await CheckoutRepository(work).find(UUID(payload["checkout_id"]))
        if checkout is None:
            return
        account = await accounts.account_of(work, checkout.payment_provider_id)
        invoice = await InvoiceRepository(work).find(checkout.invoice_id)
    is_owed = invoice is not None and invoice.status in OWED
    provider = context.kept(Providers).opened(account)
    # An event may come before its intent was written down here.
    intent_id = checkout.intent_id or payload.get("intent_id")
    if intent_id is None:
        await _let_go(context, caller, checkout.id)
        return
    intent = await _found(context, provider, checkout, intent_id, is_owed=is_owed)
    if intent.checkout_id == checkout.id:
        await note(context, checkout, intent)
        await _note_rest(context, caller, provider, checkout.id, payload.get("dispute_id"))


async def note(context: Context, begun: Checkout, intent: Intent) -> None:
    """Write down where a checkout stands; what was taken is received, once, in the name of who
    began it.
    """
    caller = system(begun.tenant_id, context.service).acting_as(begun.created_by)
    async with context.database.work(caller) as work:
        # As everybody who moves money: the client's first, then the invoice, then the rest.
        invoice = await InvoiceRepository(work).get_to_move(
            begun.invoice_id, PaymentRepository(work).serialise
        )
        checkout = await CheckoutRepository(work).get_for_update(begun.id)
        status = rules.after(checkout.status, intent.status)
        changes: dict[str, Any] = {"intent_id": checkout.intent_id or intent.id}
        if status is Status.SUCCEEDED and checkout.payment_id is None:
            payment = await record_confirmed(work, invoice, Confirmed(
                id=checkout.id, amount_minor=intent.amount_minor, reference=intent.id,
                payment_provider_id=checkout.payment_provider_id,
            ))  # fmt: skip
            changes["payment_id"] = payment.id
        await _write(work, checkout, status, intent, changes)


async def _write(
    work: UnitOfWork, checkout: Checkout, status: Status, intent: Intent, changes: dict[str, Any]
) -> None:
    failure = intent.failure_code if status is Status.FAILED else None
    changed = await CheckoutRepository(work).update(
        checkout, status=status.value, failure_code=failure, **changes
    )
    pause = rules.next_look(status, work.now, checkout.checks)
    await CheckoutRepository(work).look_again(changed, changed.checks, pause)
    is_new = (changed.status, changed.failure_code) != (checkout.status, checkout.failure_code)
    if is_new and status in _TOLD:
        work.publish(events.checkout_changed(_TOLD[status], changed))


async def _found(
    context: Context, provider: PaymentProvider, checkout: Checkout, intent_id: str,
    *, is_owed: bool,
) -> Intent:  # fmt: skip
    """Where it stands; what nobody shall pay any more is called off at the provider too."""
    intent = await provider.find(intent_id)
    if intent.status not in ("requires_payment", "failed") or intent.checkout_id != checkout.id:
        return intent
    now = context.database.clock()
    is_over = rules.is_given_up(intent.status, checkout.created_at, now, is_owed=is_owed)
    if checkout.status == Status.CANCELLED or is_over:
        return await provider.cancel(intent_id)
    return intent


async def _let_go(context: Context, caller: Caller, checkout_id: UUID) -> None:
    """The provider never answered: nobody has what it takes to pay it."""
    async with context.database.work(caller) as work:
        checkout = await CheckoutRepository(work).get_for_update(checkout_id)
        is_old = work.now - checkout.created_at >= rules.LASTS
        if checkout.intent_id is None and (is_old or checkout.status == Status.CANCELLED):
            changed = await CheckoutRepository(work).update(
                checkout, status=Status.CANCELLED.value, next_check_at=None
            )
            if checkout.status != changed.status:
                work.publish(events.checkout_changed("cancelled", changed))


async def _note_rest(
    context: Context, caller: Caller, provider: PaymentProvider, checkout_id: UUID,
    dispute_id: str | None,
) -> None:  # fmt: skip
    """What went back of it, and whether the payer's bank wants it back, or has taken it."""
    async with context.database.work(caller) as work:
        checkout = await CheckoutRepository(work).get(checkout_id)
    if checkout.payment_id is None or checkout.intent_id is None:
        return
    for state in await provider.refunds_of(checkout.intent_id):
        async with context.database.work(caller) as work:
            await note_state(work, checkout.payment_id, state)
    if dispute_id is None:
        return
    about, dispute = await provider.dispute(dispute_id)
    if about != checkout.intent_id:
        return
    async with context.database.work(caller) as work:
        await note_dispute(work, checkout.payment_id, checkout.invoice_id, dispute)
    async with context.database.work(caller) as work:
        known = await CheckoutRepository(work).get_for_update(checkout_id)
        changed = await CheckoutRepository(work).update(
            known, dispute_id=dispute.id, dispute_status=dispute.status,
            dispute_reason=dispute.reason, disputed_minor=dispute.amount_minor,
        )  # fmt: skip
        if changed is not known:
            work.publish(events.checkout_changed("disputed", changed))
