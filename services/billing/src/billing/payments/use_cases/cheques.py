"""What becomes of a cheque."""

from uuid import UUID

from billing.ledger import use_cases as ledger
from billing.ledger.rules import Account
from billing.payments import events, rules
from billing.payments.repository.parts import AllocationRepository
from billing.payments.repository.payments import PaymentRepository
from billing.payments.rules import Status
from billing.payments.tables import Payment
from billing.payments.use_cases.allocating import take_back, whole
from chassis.work import UnitOfWork


async def deposit_cheque(work: UnitOfWork, payment_id: UUID) -> Payment:
    """A cheque is at the bank."""
    payment = await _get(work, payment_id, Status.DEPOSITED)
    changed = await PaymentRepository(work).update(payment, status=Status.DEPOSITED.value)
    work.publish(events.payment_changed("deposited", changed))
    return changed


async def clear_cheque(work: UnitOfWork, payment_id: UUID) -> Payment:
    """The bank has paid a cheque: what is left of it is money from now on."""
    payment = await _get(work, payment_id, Status.CLEARED)
    changed = await PaymentRepository(work).update(payment, status=Status.CLEARED.value)
    amount = payment.amount_minor
    await ledger.post(work, payment.currency, (f"payment:{payment_id}:cleared", [
        ledger.of_payment(Account.CASH, amount, payment),
        ledger.of_payment(Account.CHEQUES, -amount, payment),
    ]))  # fmt: skip
    work.publish(events.payment_changed("cleared", changed))
    return changed


async def bounce_cheque(work: UnitOfWork, payment_id: UUID) -> Payment:
    """The bank has not paid a cheque: what it paid is owed again."""
    payment = await _get(work, payment_id, Status.BOUNCED)
    shares = [whole(one) for one in await AllocationRepository(work).of_payment(payment_id)]
    payment, told = await take_back(work, payment, shares)
    changed = await PaymentRepository(work).update(payment, status=Status.BOUNCED.value)
    await ledger.post(work, payment.currency, (f"payment:{payment_id}:bounced", [
        ledger.of_payment(Account.CREDIT, payment.amount_minor, payment),
        ledger.of_payment(Account.CHEQUES, -payment.amount_minor, payment),
    ]))  # fmt: skip
    work.publish(events.payment_changed("bounced", changed, told))
    return changed


async def _get(work: UnitOfWork, payment_id: UUID, new: Status) -> Payment:
    payment, _ = await PaymentRepository(work).get_to_move(payment_id)
    rules.check_cheque(payment.method, payment.status, new)
    return payment
