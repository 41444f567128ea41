"""Beginning to pay an invoice online: nothing is asked of the provider in a transaction."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from billing.checkouts import events, rules
from billing.checkouts.repository import CheckoutRepository
from billing.checkouts.tables import Checkout
from billing.checkouts.use_cases.confirming import enqueue, note
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.rules import check_owed
from billing.payment_providers.rules.port import (
    Asked,
    Intent,
    PagePart,
    PaymentProvider,
    ProviderRefused,
)
from billing.payment_providers.use_cases import accounts
from billing.payment_providers.use_cases.accounts import Providers
from billing.payments.repository.payments import PaymentRepository
from billing.payments.rules import check_amount
from billing.totals.rules.written import minor
from chassis.context import Context
from chassis.ids import new_id
from chassis.work import UnitOfWork

Json = dict[str, Any]
_DONE: Final = ("processing", "succeeded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which invoice, how much of it, by whom; whether staff ask, who may ask for any part."""

    invoice_id: UUID
    amount: str | None = None
    payment_provider_id: UUID | None = None
    by_staff: bool = False


@dataclass(frozen=True, slots=True)
class _Begun:
    checkout: Checkout
    provider: PaymentProvider
    number: str
    publishable_key: str
    kind: str


@dataclass(frozen=True, slots=True)
class Started:
    """A checkout, whether it was begun just now, and what a page finishes it with."""

    id: UUID
    is_new: bool
    secrets: Json
    page: PagePart
    # It cannot be paid any more: the money came, or is on its way.
    is_done: bool


async def start(work: UnitOfWork, context: Context, wanted: Wanted) -> Started:
    """Begin to pay an invoice, or go on with what was begun; `work` stays untouched.

    Raises what the provider refuses, and ProviderUnavailable: asked again it is the same one.
    """
    async with work.database.work(work.caller) as own:
        own.authorized, own.permission = work.authorized, work.permission
        begun = await _begin(own, context, wanted)
    try:
        intent = await _ask(begun, work.tenant_id)
    except ProviderRefused as refusal:
        async with work.database.work(work.caller) as own:
            await _give_up(own, begun.checkout, refusal.reason)
        raise
    await note(context, begun.checkout, intent)
    return Started(begun.checkout.id, begun.checkout.intent_id is None, {
        "client_secret": intent.client_secret or "", "kind": begun.kind,
        "publishable_key": begun.publishable_key,
    }, begun.provider.page(), intent.status in _DONE)  # fmt: skip


async def _begin(work: UnitOfWork, context: Context, wanted: Wanted) -> _Begun:
    invoices, checkouts = InvoiceRepository(work), CheckoutRepository(work)
    serialise = PaymentRepository(work).serialise
    invoice = await invoices.get_to_move(wanted.invoice_id, serialise)
    check_owed(invoice.status)
    row = await accounts.chosen(work, wanted.payment_provider_id)
    amount = _amount(invoice, wanted)
    provider = context.kept(Providers).opened(await accounts.account_of(work, row.id))
    provider.check_amount(amount, invoice.currency)
    known = await checkouts.open_of(invoice.id)
    if known is not None and not _is_same(known, row.id, amount):
        if known.status == rules.Status.PROCESSING:
            raise rules.PaymentProcessing()
        await call_off(work, known)
        known = None
    if known is None:
        known = await _add(work, invoice, row.id, amount)
    return _Begun(known, provider, invoice.number or "", row.publishable_key, row.kind)


def _is_same(known: Checkout, provider_id: UUID, amount_minor: int) -> bool:
    return (known.payment_provider_id, known.amount_minor) == (provider_id, amount_minor)


def _amount(invoice: Any, wanted: Wanted) -> int:
    asked = None
    if wanted.amount is not None:
        asked = check_amount(minor(wanted.amount, invoice.currency, "amount"), "amount")
    deposit = max(0, invoice.deposit_minor - invoice.paid_minor)
    return rules.amount(invoice.balance_minor, deposit, asked, by_staff=wanted.by_staff)


async def _add(work: UnitOfWork, invoice: Any, provider_id: UUID, amount: int) -> Checkout:
    status = rules.Status.REQUIRES_PAYMENT
    made = await CheckoutRepository(work).add(
        id=new_id(), invoice_id=invoice.id, client_id=invoice.client_id,
        payment_provider_id=provider_id, currency=invoice.currency, amount_minor=amount,
        status=status.value, checks=0, next_check_at=rules.next_look(status, work.now, 0),
        created_by=work.caller.principal,
    )  # fmt: skip
    work.publish(events.checkout_changed("started", made))
    return made


async def call_off(work: UnitOfWork, checkout: Checkout) -> Checkout:
    """Nobody shall pay by it any more: here at once, at the provider by a job."""
    cancelled = await CheckoutRepository(work).update(
        checkout, status=rules.Status.CANCELLED.value, next_check_at=work.now
    )
    work.publish(events.checkout_changed("cancelled", cancelled))
    enqueue(work, cancelled.id)
    return cancelled


async def _ask(begun: _Begun, tenant_id: UUID) -> Intent:
    checkout = begun.checkout
    if checkout.intent_id is not None:
        return await begun.provider.find(checkout.intent_id)
    return await begun.provider.start(Asked(
        tenant_id=tenant_id, checkout_id=checkout.id, amount_minor=checkout.amount_minor,
        currency=checkout.currency, description=begun.number,
    ))  # fmt: skip


async def _give_up(work: UnitOfWork, checkout: Checkout, code: str) -> None:
    """The provider will not: nothing was begun there."""
    known = await CheckoutRepository(work).get_for_update(checkout.id)
    if known.status not in rules.OPEN:
        return
    changed = await CheckoutRepository(work).update(
        known, status=rules.Status.CANCELLED.value, failure_code=code, next_check_at=None
    )
    work.publish(events.checkout_changed("cancelled", changed))
