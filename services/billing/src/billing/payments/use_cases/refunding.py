"""Money goes back."""

from typing import Any
from uuid import UUID

from billing.ledger import use_cases as ledger
from billing.ledger.rules import Account
from billing.payments import events, rules
from billing.payments.repository.parts import AllocationRepository, RefundRepository
from billing.payments.repository.payments import PaymentRepository
from billing.payments.tables import Refund
from billing.payments.use_cases.allocating import take_back, taken_of_payment
from billing.totals.rules.written import minor
from chassis.work import UnitOfWork


async def refund(work: UnitOfWork, payment_id: UUID, values: dict[str, Any]) -> Refund:
    """Give some of a payment back: first what is left, then what was allocated last."""
    payments, refunds = PaymentRepository(work), RefundRepository(work)
    payment, _ = await payments.get_to_move(payment_id)
    amount = minor(values["amount"], payment.currency, "amount")
    rules.check_amount(amount, "amount")
    made = {
        "id": values["id"], "payment_id": payment_id, "client_id": payment.client_id,
        "currency": payment.currency, "amount_minor": amount, "reason": values["reason"],
        "created_by": work.caller.principal,
    }  # fmt: skip
    if values["id"] and await refunds.find(values["id"]) is not None:
        return (await refunds.add_once(**made))[0]
    rules.check_refund(payment.method, payment.status, payment.refundable_minor, amount)
    told: list[rules.Told] = []
    if (missing := amount - payment.left_minor) > 0:
        newest = await AllocationRepository(work).of_payment(payment_id)
        shares = rules.spread(missing, [(one, one.payment_minor) for one in newest])
        taken = [taken_of_payment(one.of, one.amount_minor) for one in shares]
        payment, told = await take_back(work, payment, taken)
    done = await refunds.add(**made)
    await ledger.post(work, payment.currency, (f"refund:{done.id}:made", [
        ledger.of_payment(Account.CREDIT, amount, payment),
        ledger.of_refund(Account.REFUNDS, -amount, done),
    ]))  # fmt: skip
    changed = await payments.update(payment, refunded_minor=payment.refunded_minor + amount)
    work.publish(events.payment_changed("refunded", changed, told, refund=done))
    return done


async def forget_reasons(work: UnitOfWork, client_id: UUID) -> None:
    """Why money went back to a client who is erased; that it did the law has kept."""
    await RefundRepository(work).forget(client_id)
