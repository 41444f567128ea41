"""What payments pay, and no longer pay."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from billing.invoices import rules as invoice_rules
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.use_cases.paying import pay
from billing.invoices.use_cases.paying import take_back as owe_again
from billing.ledger import use_cases as ledger
from billing.ledger.rules import Account, Entry
from billing.payments import events, rules
from billing.payments.repository.parts import AllocationRepository
from billing.payments.repository.payments import PaymentRepository
from billing.payments.rules import MOST_ALLOCATIONS, Share
from billing.payments.tables import Allocation, Payment
from billing.totals.rules.written import minor
from chassis.ids import new_id
from chassis.work import UnitOfWork

Json = dict[str, Any]
Posting = tuple[str, list[Entry]]


@dataclass(frozen=True, slots=True)
class Asked:
    """So much of somebody's money, and what it shall pay: these, then the oldest due."""

    client_id: UUID | None
    currency: str
    amount_minor: int
    allocations: Sequence[Json]
    is_automatic: bool


async def allocate(
    work: UnitOfWork, payment_id: UUID, allocations: Sequence[Json], *, is_automatic: bool
) -> Payment:
    """Let a payment pay more, of what is left of it."""
    payments = PaymentRepository(work)
    payment, owner = await payments.get_to_move(payment_id)
    rules.check_not_bounced(payment.status)
    asked = Asked(owner, payment.currency, payment.left_minor, allocations, is_automatic)
    shares = await plan(work, asked)
    known = {one.invoice_id: one for one in await AllocationRepository(work).of_payment(payment_id)}
    rules.check_number({*known, *(share.of.id for share in shares)})
    postings = [await _add(work, payment, share, known.get(share.of.id)) for share in shares]
    await ledger.post(work, payment.currency, *postings)
    more = sum(share.amount_minor for share in shares)
    changed = await payments.update(payment, allocated_minor=payment.allocated_minor + more)
    if shares:
        told = [(share.of.id, share.amount_minor) for share in shares]
        work.publish(events.payment_changed("allocated", changed, told))
    return changed


async def undo_allocation(work: UnitOfWork, payment_id: UUID, allocation_id: UUID) -> None:
    """Take an allocation back: the invoice is owed again, and the money is left."""
    payments = PaymentRepository(work)
    payment, _ = await payments.get_to_move(payment_id)
    for one in await AllocationRepository(work).of_payment(payment_id):
        if one.id == allocation_id:
            changed, told = await take_back(work, payment, [Share(one, one.amount_minor)])
            work.publish(events.payment_changed("deallocated", changed, told))
            return
    raise rules.AllocationNotFound()


async def plan(work: UnitOfWork, asked: Asked) -> list[Share[Any]]:
    """How much is for which invoices, which are locked; raises what is not owed or too much."""
    named = _read(asked)
    ids = [one.of for one in named]
    rules.check_once(ids)
    found = await InvoiceRepository(work).lock(ids, asked.client_id) if ids else {}
    shares: list[Share[Any]] = []
    for place, one in enumerate(named):
        field = f"allocations.{place}.invoice_id"
        if (invoice := found.get(one.of)) is None:
            raise rules.UnknownInvoice(field=field)
        if invoice.currency != asked.currency:
            raise rules.CurrencyDiffers(field=field, currency=invoice.currency)
        invoice_rules.check_payable(invoice.status, invoice.balance_minor, one.amount_minor)
        shares.append(Share(invoice, one.amount_minor))
    left = asked.amount_minor - sum(one.amount_minor for one in shares)
    if left < 0:
        raise rules.OverAllocated()
    if asked.is_automatic and asked.client_id and left:
        owed = await InvoiceRepository(work).lock_owed(
            asked.client_id, asked.currency, MOST_ALLOCATIONS
        )
        return rules.and_then(shares, left, owed)
    return shares


async def release(work: UnitOfWork, invoice_id: UUID, amount_minor: int) -> None:
    """So much of what was allocated last to an invoice is left of its payments again."""
    if amount_minor <= 0:
        return
    newest = await AllocationRepository(work).of_invoice(invoice_id)
    shares = rules.spread(amount_minor, [(one, one.amount_minor) for one in newest])
    found = await PaymentRepository(work).lock([share.of.payment_id for share in shares])
    for share in shares:
        payment = found[share.of.payment_id]
        changed, told = await take_back(work, payment, [share], tells=False)
        work.publish(events.payment_changed("deallocated", changed, told))


async def take_back(
    work: UnitOfWork, payment: Payment, shares: Sequence[Share[Allocation]], *, tells: bool = True
) -> tuple[Payment, list[tuple[UUID, int]]]:
    """So much of these allocations of a locked payment; the payment after, and by invoice."""
    wanted = {share.of.invoice_id: share for share in shares}
    allocations, postings = AllocationRepository(work), []
    for invoice in await InvoiceRepository(work).lock_paid(list(wanted)):
        share = wanted[invoice.id]
        await owe_again(work, invoice, share.amount_minor, tells=tells)
        rest = share.of.amount_minor - share.amount_minor
        if rest:
            await allocations.update(share.of, amount_minor=rest)
        else:
            await allocations.delete(share.of)
        cause = f"allocation:{share.of.id}:{share.of.version + 1}"
        postings.append((cause, entries(payment, invoice, -share.amount_minor)))
    await ledger.post(work, payment.currency, *postings)
    taken = sum(share.amount_minor for share in shares)
    changed = await PaymentRepository(work).update(
        payment, allocated_minor=payment.allocated_minor - taken
    )
    return changed, [(share.of.invoice_id, share.amount_minor) for share in shares]


def entries(payment: ledger.Document, invoice: ledger.Document, amount_minor: int) -> list[Entry]:
    """What was left of a payment pays an invoice."""
    return [
        ledger.of_payment(Account.CREDIT, amount_minor, payment),
        ledger.of_invoice(Account.RECEIVABLE, -amount_minor, invoice),
    ]


async def _add(
    work: UnitOfWork, payment: Payment, share: Share[Any], known: Allocation | None
) -> Posting:
    """The payment pays more of an invoice, which it may already do."""
    await pay(work, share.of, share.amount_minor)
    allocations = AllocationRepository(work)
    if known is None:
        made = await allocations.add(
            id=new_id(), payment_id=payment.id, invoice_id=share.of.id,
            client_id=payment.client_id, amount_minor=share.amount_minor,
        )  # fmt: skip
    else:
        more = known.amount_minor + share.amount_minor
        made = await allocations.update(known, amount_minor=more)
    cause = f"allocation:{made.id}:{made.version}"
    return cause, entries(payment, share.of, share.amount_minor)


def _read(asked: Asked) -> list[Share[UUID]]:
    named = []
    for place, one in enumerate(asked.allocations):
        field = f"allocations.{place}.amount"
        amount = rules.check_amount(minor(one["amount"], asked.currency, field), field)
        named.append(Share(one["invoice_id"], amount))
    return named
