"""What payments pay, and no longer pay."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from billing.exchange_rates.rules.realised import (
    Realised,
    Whole,
    exchanged,
    kept,
    realised,
    remaining,
)
from billing.exchange_rates.use_cases import quoted
from billing.invoices import rules as invoice_rules
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.use_cases.paying import pay
from billing.invoices.use_cases.paying import take_back as owe_again
from billing.ledger import use_cases as ledger
from billing.ledger.rules import Account
from billing.payments import events, rules
from billing.payments.repository.parts import AllocationRepository
from billing.payments.repository.payments import PaymentRepository
from billing.payments.rules import MOST_ALLOCATIONS, Share, Told
from billing.payments.tables import Allocation, Payment
from billing.totals.rules.written import minor
from chassis.ids import new_id
from chassis.work import UnitOfWork
from refs.home import day, home

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """So much of somebody's money, and what it shall pay: these, then the oldest due."""

    client_id: UUID | None
    currency: str
    amount_minor: int
    allocations: Sequence[Json]
    is_automatic: bool
    # The day it came in, and what one of its currency was worth, where it says so.
    on: date
    rate: str | None


async def allocate(
    work: UnitOfWork, payment_id: UUID, allocations: Sequence[Json], *, is_automatic: bool
) -> Payment:
    """Let a payment pay more, of what is left of it."""
    payments = PaymentRepository(work)
    payment, owner = await payments.get_to_move(payment_id)
    rules.check_not_bounced(payment.status)
    on = day(payment.received_at, (await home(work)).timezone)
    shares = await plan(work, Asked(
        owner, payment.currency, payment.spare_minor, allocations, is_automatic, on,
        payment.exchange_rate,
    ))  # fmt: skip
    known = {one.invoice_id: one for one in await AllocationRepository(work).of_payment(payment_id)}
    rules.check_number({*known, *(share.of.id for share in shares)})
    postings: list[ledger.Posting] = []
    for share, found in measured(payment, shares):
        postings += await _add(work, payment, share, found, known.get(share.of.id))
    await ledger.post_each(work, postings)
    more = sum(share.cost_minor for share in shares)
    worth = sum(found.paid_home_minor for _, found in measured(payment, shares))
    changed = await payments.update(
        payment, allocated_minor=payment.allocated_minor + more,
        home_allocated_minor=payment.home_allocated_minor + worth,
    )  # fmt: skip
    if shares:
        work.publish(events.payment_changed("allocated", changed, told(shares)))
    return changed


async def undo_allocation(work: UnitOfWork, payment_id: UUID, allocation_id: UUID) -> None:
    """Take an allocation back: the invoice is owed again, and the money is left."""
    payments = PaymentRepository(work)
    payment, _ = await payments.get_to_move(payment_id)
    for one in await AllocationRepository(work).of_payment(payment_id):
        if one.id == allocation_id:
            changed, taken = await take_back(work, payment, [whole(one)])
            work.publish(events.payment_changed("deallocated", changed, taken))
            return
    raise rules.AllocationNotFound()


async def plan(work: UnitOfWork, asked: Asked) -> list[Share[Any]]:
    """How much is for which invoices, which are locked; raises what is not owed or too much."""
    ids = [one["invoice_id"] for one in asked.allocations]
    rules.check_once(ids)
    found = await InvoiceRepository(work).lock(ids, asked.client_id) if ids else {}
    rates = await _rates(work, asked, found)
    shares = [
        _share(asked, rates, found.get(one["invoice_id"]), one, f"allocations.{place}")
        for place, one in enumerate(asked.allocations)
    ]
    left = asked.amount_minor - sum(one.cost_minor for one in shares)
    if left < 0:
        raise rules.OverAllocated()
    if asked.is_automatic and asked.client_id and left:
        owed = await InvoiceRepository(work).lock_owed(
            asked.client_id, asked.currency, MOST_ALLOCATIONS
        )
        return rules.and_then(shares, left, owed)
    return shares


def measured(payment: Any, shares: Sequence[Share[Any]]) -> list[tuple[Share[Any], Realised]]:
    """What each is worth at home, one after the other, and what is gained by it."""
    found, spent, worth = [], payment.allocated_minor, payment.home_allocated_minor
    for share in shares:
        owed, paying = share.of, Whole(
            payment.amount_minor, spent, payment.home_currency, payment.home_amount_minor, worth
        )  # fmt: skip
        one = realised(paying, share.cost_minor, Whole(
            owed.total_minor, owed.paid_minor, owed.home_currency, owed.home_total_minor,
            owed.home_paid_minor,
        ), share.amount_minor)  # fmt: skip
        found.append((share, one))
        spent, worth = spent + share.cost_minor, worth + one.paid_home_minor
    return found


def told(shares: Sequence[Share[Any]]) -> list[Told]:
    """What is told of shares of invoices."""
    return [
        Told(one.of.id, one.of.currency, one.amount_minor, one.cost_minor) for one in shares
    ]  # fmt: skip


async def release(work: UnitOfWork, invoice_id: UUID, amount_minor: int) -> None:
    """So much of what was allocated last to an invoice is left of its payments again."""
    if amount_minor <= 0:
        return
    newest = await AllocationRepository(work).of_invoice(invoice_id)
    shares = [
        taken_of_invoice(share.of, share.amount_minor)
        for share in rules.spread(amount_minor, [(one, one.amount_minor) for one in newest])
    ]
    found = await PaymentRepository(work).lock([share.of.payment_id for share in shares])
    for share in shares:
        payment = found[share.of.payment_id]
        changed, taken = await take_back(work, payment, [share], tells=False)
        work.publish(events.payment_changed("deallocated", changed, taken))


def whole(one: Allocation) -> Share[Allocation]:
    """All of an allocation, to be taken back."""
    return Share(one, one.amount_minor, one.payment_minor)


def taken_of_invoice(one: Allocation, amount_minor: int) -> Share[Allocation]:
    """So much of an allocation, in the invoice's currency."""
    left = kept(one.payment_minor, one.amount_minor - amount_minor, one.amount_minor)
    return Share(one, amount_minor, one.payment_minor - left)


def taken_of_payment(one: Allocation, payment_minor: int) -> Share[Allocation]:
    """So much of an allocation, in the payment's currency."""
    left = kept(one.amount_minor, one.payment_minor - payment_minor, one.payment_minor)
    return Share(one, one.amount_minor - left, payment_minor)


async def take_back(
    work: UnitOfWork, payment: Payment, shares: Sequence[Share[Allocation]], *, tells: bool = True
) -> tuple[Payment, list[Told]]:
    """So much of these allocations of a locked payment; the payment after, and by invoice."""
    wanted = {share.of.invoice_id: share for share in shares}
    postings: list[ledger.Posting] = []
    worth = 0
    for invoice in await InvoiceRepository(work).lock_paid(list(wanted)):
        share = wanted[invoice.id]
        gone = await _shrink(work, share)
        await owe_again(work, invoice, share.amount_minor, gone.home_minor, tells=tells)
        cause = f"allocation:{share.of.id}:{share.of.version + 1}"
        postings += posted(cause, payment, (invoice, share), gone, -1)
        worth += gone.paid_home_minor
    await ledger.post_each(work, postings)
    changed = await PaymentRepository(work).update(
        payment, home_allocated_minor=payment.home_allocated_minor - worth,
        allocated_minor=payment.allocated_minor - sum(one.cost_minor for one in shares),
    )  # fmt: skip
    return changed, [
        Told(one.of.invoice_id, one.of.currency, one.amount_minor, one.cost_minor)
        for one in shares
    ]  # fmt: skip


def posted(
    cause: str, payment: Any, paid: tuple[Any, Share[Any]], worth: Realised, sign: int = 1
) -> list[ledger.Posting]:
    """What was left of a payment pays an invoice, in each currency, and what is gained by it."""
    invoice, share = paid
    amount, cost, gain = (
        sign * one for one in (share.amount_minor, share.cost_minor, worth.difference_minor)
    )
    came = ledger.of_payment(Account.CREDIT, cost, payment)
    went = ledger.of_invoice(Account.RECEIVABLE, -amount, invoice)
    if invoice.currency == payment.currency:
        postings = [ledger.Posting(payment.currency, cause, [came, went])]
    else:
        postings = [
            ledger.Posting(payment.currency, f"{cause}:paid", [
                came, ledger.of_payment(Account.CONVERSIONS, -cost, payment)]),
            ledger.Posting(invoice.currency, cause, [
                ledger.of_invoice(Account.CONVERSIONS, amount, invoice), went]),
        ]  # fmt: skip
    if gain:
        postings.append(ledger.Posting(invoice.home_currency, f"{cause}:difference", [
            ledger.of_invoice(Account.CONVERSIONS, gain, invoice),
            ledger.of_invoice(Account.EXCHANGE_DIFFERENCES, -gain, invoice),
        ]))  # fmt: skip
    return postings


async def _shrink(work: UnitOfWork, share: Share[Allocation]) -> Realised:
    """Less of an allocation, or none of it; what that was worth."""
    one, allocations = share.of, AllocationRepository(work)
    before = Realised(one.paid_home_minor, one.home_minor, one.difference_minor)
    amount, cost = one.amount_minor - share.amount_minor, one.payment_minor - share.cost_minor
    if not cost:
        await allocations.delete(one)
        return before
    after = remaining(before, (cost, one.payment_minor), (amount, one.amount_minor))
    await allocations.update(one, amount_minor=amount, payment_minor=cost, **asdict(after))
    return Realised(
        before.paid_home_minor - after.paid_home_minor, before.home_minor - after.home_minor,
        before.difference_minor - after.difference_minor,
    )  # fmt: skip


async def _add(
    work: UnitOfWork, payment: Payment, share: Share[Any], worth: Realised,
    known: Allocation | None,
) -> list[ledger.Posting]:  # fmt: skip
    """The payment pays more of an invoice, which it may already do."""
    await pay(work, share.of, share.amount_minor, worth.home_minor)
    allocations = AllocationRepository(work)
    more = {"amount_minor": share.amount_minor, "payment_minor": share.cost_minor, **asdict(worth)}
    if known is None:
        made = await allocations.add(
            id=new_id(), payment_id=payment.id, invoice_id=share.of.id,
            client_id=payment.client_id, currency=share.of.currency, **more,
        )  # fmt: skip
    else:
        made = await allocations.update(
            known, **{name: getattr(known, name) + minor for name, minor in more.items()}
        )
    return posted(f"allocation:{made.id}:{made.version}", payment, (share.of, share), worth)


async def _rates(
    work: UnitOfWork, asked: Asked, found: Mapping[UUID, Any]
) -> dict[str, Decimal]:  # fmt: skip
    """Of the payment's currency and of those that are to be changed into it."""
    missing = {
        found[one["invoice_id"]].currency for one in asked.allocations
        if one["invoice_id"] in found and one["payment_amount"] is None
    } - {asked.currency}  # fmt: skip
    if not missing:
        return {}
    own = {} if asked.rate is None else {asked.currency: Decimal(asked.rate)}
    return await quoted(work, asked.on, missing | ({asked.currency} - own.keys())) | own


def _share(
    asked: Asked, rates: Mapping[str, Decimal], invoice: Any, one: Json, field: str
) -> Share[Any]:
    if invoice is None:
        raise rules.UnknownInvoice(field=f"{field}.invoice_id")
    named, currency = f"{field}.amount", invoice.currency
    amount = rules.check_amount(minor(one["amount"], currency, named), named)
    invoice_rules.check_payable(invoice.status, invoice.balance_minor, amount)
    if (given := one["payment_amount"]) is not None:
        named = f"{field}.payment_amount"
        cost = rules.check_amount(minor(given, asked.currency, named), named)
        if currency == asked.currency and cost != amount:
            raise rules.AmountsDiffer(field=named)
        return Share(invoice, amount, cost)
    if currency == asked.currency:
        return Share(invoice, amount)
    into = asked.currency, rates[asked.currency]
    return Share(invoice, amount, exchanged(amount, (currency, rates[currency]), into))
