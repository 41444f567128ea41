"""Money comes in, or credit is used."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from billing.invoices.use_cases.paying import pay
from billing.ledger import use_cases as ledger
from billing.ledger.rules import Account
from billing.payments import events, rules
from billing.payments.repository.parts import AllocationRepository, DrawRepository
from billing.payments.repository.payments import PaymentRepository
from billing.payments.rules import Share
from billing.payments.tables import Payment
from billing.payments.use_cases.allocating import Asked, Posting, entries, plan
from billing.series.use_cases import take_number
from billing.totals.rules.written import minor
from chassis.context import Context
from chassis.ids import new_id
from chassis.work import UnitOfWork
from refs import about
from refs.reading import ensure_tenant

# Of a payment by credit: whoever has more than that takes several.
_MOST_SOURCES: Final = 200
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _New:
    """Whose a payment is that is about to be written."""

    id: UUID
    client_id: UUID | None


async def record_payment(
    work: UnitOfWork, context: Context, values: Json, digest: bytes
) -> Payment:
    """Write down what came in, and what it pays."""
    await ensure_tenant(context, work.tenant_id)
    said = await about.ask(work, context, values["client_id"])
    if said is not None:
        values["client_id"] = (await about.client_to_write(work, values["client_id"], said)).id
    payments = PaymentRepository(work)
    await payments.serialise(values["client_id"])
    if (known := await payments.known(values["id"], digest)) is not None:
        work.status = 200
        return known
    new = _New(values["id"] or new_id(), values["client_id"])
    currency, method = values["currency"], values["method"]
    amount = rules.check_amount(minor(values["amount"], currency, "amount"), "amount")
    sources = await _sources(work, new, currency, amount) if method == "credit" else []
    shares = await plan(work, Asked(
        new.client_id, currency, amount, values["allocations"], values["auto_allocate"]
    ))  # fmt: skip
    allocated = sum(share.amount_minor for share in shares)
    rules.check_whole(method, has_client=said is not None, is_whole=allocated == amount)
    return await _write(work, new, values | {
        "amount_minor": amount, "allocated_minor": allocated, "digest": digest,
    }, sources, shares)  # fmt: skip


async def _write(
    work: UnitOfWork, new: _New, values: Json, sources: list[Share[Payment]],
    shares: list[Share[Any]],
) -> Payment:  # fmt: skip
    ids = [new_id() for _ in shares]
    for share in shares:
        await pay(work, share.of, share.amount_minor)
    await ledger.post(work, values["currency"], _came(new, values, sources), *(
        (f"allocation:{one}:1", entries(new, share.of, share.amount_minor))
        for one, share in zip(ids, shares, strict=True)
    ))  # fmt: skip
    # Last of all that may be refused: whoever else takes a receipt's number waits from here on.
    taken = None if sources else await take_number(work, "receipt", None)
    plain = ("currency", "method", "amount_minor", "allocated_minor", "reference", "external_id",
             "digest")  # fmt: skip
    payment = await PaymentRepository(work).add(
        id=new.id, client_id=new.client_id, status=rules.Status.RECEIVED.value, refunded_minor=0,
        drawn_minor=0, received_at=values["received_at"] or work.now,
        receipt_number=taken and taken.number, series_id=taken and taken.series_id,
        created_by=work.caller.principal, **{name: values[name] for name in plain},
    )  # fmt: skip
    for one, share in zip(ids, shares, strict=True):
        await AllocationRepository(work).add(
            id=one, payment_id=new.id, invoice_id=share.of.id, client_id=new.client_id,
            amount_minor=share.amount_minor,
        )  # fmt: skip
    await _draw(work, payment, sources)
    told = [(share.of.id, share.amount_minor) for share in shares]
    work.publish(events.payment_changed("received", payment, told))
    return payment


async def _sources(work: UnitOfWork, new: _New, currency: str, amount: int) -> list[Share[Payment]]:
    """Where a payment by credit comes from, oldest first; raises InsufficientCredit."""
    if new.client_id is None:
        raise rules.ClientNeeded(field="client_id")
    found = await PaymentRepository(work).credit(new.client_id, currency, _MOST_SOURCES)
    shares = rules.spread(amount, [(one, one.left_minor) for one in found])
    if sum(share.amount_minor for share in shares) < amount:
        raise rules.InsufficientCredit()
    return shares


async def _draw(work: UnitOfWork, payment: Payment, sources: list[Share[Payment]]) -> None:
    payments, draws = PaymentRepository(work), DrawRepository(work)
    for share in sources:
        drawn = share.of.drawn_minor + share.amount_minor
        await payments.update(share.of, drawn_minor=drawn)
        await draws.add(
            payment_id=payment.id, source_id=share.of.id, client_id=payment.client_id,
            amount_minor=share.amount_minor,
        )  # fmt: skip


def _came(new: _New, values: Json, sources: list[Share[Payment]]) -> Posting:
    """What came in is left of the payment; of credit, no longer of where it comes from."""
    amount = values["amount_minor"]
    cause = f"payment:{new.id}:received"
    left = ledger.of_payment(Account.CREDIT, -amount, new)
    if sources:
        drawn = [ledger.of_payment(Account.CREDIT, one.amount_minor, one.of) for one in sources]
        return cause, [*drawn, left]
    account = Account.CHEQUES if values["method"] == "cheque" else Account.CASH
    return cause, [ledger.of_payment(account, amount, new), left]
