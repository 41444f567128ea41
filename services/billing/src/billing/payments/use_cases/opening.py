"""What a client had left before the company came here: credit that no money came in for."""

from uuid import UUID

from billing.ledger import use_cases as ledger
from billing.ledger.rules import Account
from billing.payments import rules
from billing.payments.repository.payments import PaymentRepository
from billing.payments.tables import Payment
from chassis.ids import new_id
from chassis.money import Money
from chassis.work import UnitOfWork


async def credit_opening(
    work: UnitOfWork, client_id: UUID, known: Payment | None, credit: Money
) -> None:
    """A client had so much left; `known` is locked, and nothing below what was used of it."""
    before = known.amount_minor if known else 0
    if credit.amount_minor == before:
        return
    payments = PaymentRepository(work)
    if known is None:
        changed = await payments.add(
            id=new_id(), client_id=client_id, method=rules.OPENING_BALANCE,
            status=rules.Status.RECEIVED.value, currency=credit.currency,
            amount_minor=credit.amount_minor, allocated_minor=0, refunded_minor=0, drawn_minor=0,
            refunding_minor=0, home_allocated_minor=0,
            received_at=work.now, created_by=work.caller.principal, digest=b"",
        )  # fmt: skip
    else:
        changed = await payments.update(known, amount_minor=credit.amount_minor)
    more = credit.amount_minor - before
    await ledger.post(work, credit.currency, (f"opening_balance:{changed.id}:{changed.version}", [
        ledger.of_payment(Account.OPENING_BALANCES, more, changed),
        ledger.of_payment(Account.CREDIT, -more, changed),
    ]))  # fmt: skip
