"""Money goes back, at once or by the provider who took it."""

from typing import Any, Final
from uuid import UUID

from billing.ledger import use_cases as ledger
from billing.ledger.rules import Account
from billing.payment_providers.rules.port import BackState
from billing.payments import events, rules
from billing.payments.repository.parts import AllocationRepository, RefundRepository
from billing.payments.repository.payments import PaymentRepository
from billing.payments.tables import Payment, Refund
from billing.payments.use_cases.allocating import take_back, taken_of_payment
from billing.totals.rules.written import minor
from chassis.ids import new_id
from chassis.repository import IdTaken
from chassis.work import UnitOfWork

SEND: Final = "billing.send_refund"


async def refund(work: UnitOfWork, payment_id: UUID, values: dict[str, Any]) -> Refund:
    """Give some of a payment back: first what is left, then what was allocated last.

    What a provider took is kept for that until they say that it went back.
    """
    payments, refunds = PaymentRepository(work), RefundRepository(work)
    payment, _ = await payments.get_to_move(payment_id)
    amount = minor(values["amount"], payment.currency, "amount")
    rules.check_amount(amount, "amount")
    made = {
        "id": values["id"] or new_id(), "payment_id": payment_id, "client_id": payment.client_id,
        "currency": payment.currency, "amount_minor": amount, "reason": values["reason"],
        "created_by": work.caller.principal,
    }  # fmt: skip
    if (known := await refunds.find(made["id"])) is not None:
        return _same(work, known, made)
    free = payment.refundable_minor - payment.refunding_minor
    rules.check_refund(payment.method, payment.status, free, amount)
    if payment.payment_provider_id is None:
        return await give_back(work, payment, await refunds.add(**made, status="succeeded"))
    done = await _reserve(work, payment, await refunds.add(**made, status="pending"))
    enqueue(work, done)
    return done


def enqueue(work: UnitOfWork, refund: Refund) -> None:
    """Have a provider asked to give it back, or whether they did."""
    payload = {"refund_id": str(refund.id), "payment_id": str(refund.payment_id)}
    work.enqueue(SEND, payload, unique=str(refund.id))


async def note_state(work: UnitOfWork, payment_id: UUID, state: BackState) -> None:
    """What a provider says of a refund: of one that was asked for here, or by them themselves.

    Only now money moves; what they did not give back is left as it was.
    """
    payment, _ = await PaymentRepository(work).get_to_move(payment_id)
    if (refund := await _known(work, payment, state)) is None:
        return
    if refund.provider_refund_id is None:
        refund = await RefundRepository(work).update(refund, provider_refund_id=state.id)
    if state.status == refund.status or refund.status == "failed":
        return
    if state.status == "succeeded":
        await _succeed(work, payment, refund)
    elif state.status == "failed":
        await fail(work, payment_id, refund.id, state.failure_code or "failed")


async def fail(work: UnitOfWork, payment_id: UUID, refund_id: UUID, code: str) -> None:
    """A provider does not give it back, also if they had said so: it is the client's again."""
    payments = PaymentRepository(work)
    payment, _ = await payments.get_to_move(payment_id)
    refund = await RefundRepository(work).get_for_update(refund_id)
    if refund.status == "failed":
        return
    amount, figures = refund.amount_minor, {"refunding_minor": payment.refunding_minor}
    if refund.status == "succeeded":
        figures = {"refunded_minor": payment.refunded_minor - amount}
        await post_failed(work, payment, refund)
    else:
        figures["refunding_minor"] -= amount
    failed = await RefundRepository(work).update(refund, status="failed", failure_code=code)
    changed = await payments.update(payment, **figures)
    work.publish(events.payment_changed("refund_failed", changed, refund=failed))


async def post_failed(work: UnitOfWork, payment: Payment, refund: Refund) -> None:
    """What had gone back is the payment's again."""
    amount = refund.amount_minor
    await ledger.post(work, payment.currency, (f"refund:{refund.id}:failed", [
        ledger.of_payment(Account.CREDIT, -amount, payment),
        ledger.of_refund(Account.REFUNDS, amount, refund),
    ]))  # fmt: skip


async def _known(work: UnitOfWork, payment: Payment, state: BackState) -> Refund | None:
    """The refund that a provider tells of, locked; one of their own making is written down."""
    refunds = RefundRepository(work)
    known = await refunds.of_provider(payment.id, state.id)
    if known is None and state.refund_id is not None:
        known = await refunds.find(state.refund_id)
    if known is not None:
        return await refunds.get_for_update(known.id) if known.payment_id == payment.id else None
    free = payment.refundable_minor - payment.refunding_minor
    if state.status == "failed" or not 0 < state.amount_minor <= free:
        return None
    made = await refunds.add(
        payment_id=payment.id, client_id=payment.client_id, currency=payment.currency,
        amount_minor=state.amount_minor, reason=None, created_by=work.caller.principal,
        status="pending", provider_refund_id=state.id,
    )  # fmt: skip
    return await _reserve(work, payment, made)


async def _reserve(work: UnitOfWork, payment: Payment, made: Refund) -> Refund:
    changed = await PaymentRepository(work).update(
        payment, refunding_minor=payment.refunding_minor + made.amount_minor
    )
    work.publish(events.payment_changed("refund_requested", changed, refund=made))
    return made


async def _succeed(work: UnitOfWork, payment: Payment, refund: Refund) -> None:
    # As it stands now: it may have been reserved just before.
    payments = PaymentRepository(work)
    payment = (await payments.lock([payment.id]))[payment.id]
    free = await payments.update(
        payment, refunding_minor=payment.refunding_minor - refund.amount_minor
    )
    done = await RefundRepository(work).update(refund, status="succeeded")
    await give_back(work, free, done)


async def give_back(
    work: UnitOfWork, payment: Payment, done: Refund, verb: events.Verb = "refunded"
) -> Refund:
    """So much of a locked payment is gone: what is left of it first, then what it paid last."""
    amount, told = done.amount_minor, list[rules.Told]()
    if (missing := amount - payment.left_minor) > 0:
        newest = await AllocationRepository(work).of_payment(payment.id)
        shares = rules.spread(missing, [(one, one.payment_minor) for one in newest])
        taken = [taken_of_payment(one.of, one.amount_minor) for one in shares]
        payment, told = await take_back(work, payment, taken)
    await ledger.post(work, payment.currency, (f"refund:{done.id}:made", [
        ledger.of_payment(Account.CREDIT, amount, payment),
        ledger.of_refund(Account.REFUNDS, -amount, done),
    ]))  # fmt: skip
    changed = await PaymentRepository(work).update(
        payment, refunded_minor=payment.refunded_minor + amount
    )
    work.publish(events.payment_changed(verb, changed, told, refund=done))
    return done


def _same(work: UnitOfWork, known: Refund, made: dict[str, Any]) -> Refund:
    if any(getattr(known, name) != value for name, value in made.items()):
        raise IdTaken(field="id")
    work.status = 200
    return known


async def forget_reasons(work: UnitOfWork, client_id: UUID) -> None:
    """Why money went back to a client who is erased; that it did the law has kept."""
    await RefundRepository(work).forget(client_id)
