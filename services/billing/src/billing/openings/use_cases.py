"""What a client owed, or had left, before the company came here is kept as its record says."""

from dataclasses import dataclass
from uuid import UUID

from billing.invoices.use_cases.opening import owe_opening
from billing.openings.repository import OpeningRepository
from billing.openings.rules import split
from billing.payments.repository.payments import PaymentRepository
from billing.payments.use_cases.opening import credit_opening
from chassis.money import Money
from chassis.work import UnitOfWork
from refs.home import home


@dataclass(frozen=True, slots=True)
class Told:
    """What a client's record says; empty where it says nothing. `owner_id` is who answers for it.

    A `balance` above zero is owed by the client, one below is their credit.
    """

    client_id: UUID
    owner_id: UUID
    version: int
    balance: str
    currency: str


async def keep_opening(work: UnitOfWork, told: Told) -> None:
    """Post what is new of a client's opening balance; an older record changes nothing."""
    # As whoever moves money of the client, before any of its rows is locked.
    await PaymentRepository(work).serialise(told.owner_id)
    openings = OpeningRepository(work)
    known = await openings.find(told.client_id)
    if known is not None and known.heard >= told.version:
        return
    currency = told.currency or (await home(work)).currency
    says = {"balance": told.balance or "0", "currency": currency}
    if known is None:
        await openings.add(id=told.client_id, heard=told.version, **says)
    else:
        await openings.update(known, heard=told.version, **says)
    await _post(work, told.client_id, Money.parse(says["balance"], currency))


async def _post(work: UnitOfWork, client_id: UUID, balance: Money) -> None:
    """In the currency it is in now, and nothing in those it was in before."""
    openings = OpeningRepository(work)
    credits, owed = await openings.credit(client_id), await openings.owed(client_id)
    for currency in sorted({balance.currency, *owed, *credits}):
        invoice, payment = owed.get(currency), credits.get(currency)
        then = split(
            balance.amount_minor if currency == balance.currency else 0,
            invoice.total_minor - invoice.balance_minor if invoice else 0,
            payment.amount_minor - payment.left_minor if payment else 0,
        )
        await owe_opening(work, client_id, invoice, Money(then.owed_minor, currency))
        await credit_opening(work, client_id, payment, Money(then.credit_minor, currency))
