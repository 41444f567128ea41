"""Money comes in, or credit is used."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from billing.exchange_rates.rules.rates import ExchangeRateUnknown
from billing.exchange_rates.rules.realised import Realised, scaled
from billing.exchange_rates.use_cases import at_home
from billing.invoices.rules import OWED
from billing.invoices.use_cases.paying import pay
from billing.ledger import use_cases as ledger
from billing.ledger.rules import Account
from billing.payments import events, rules
from billing.payments.repository.parts import AllocationRepository, DrawRepository
from billing.payments.repository.payments import PaymentRepository
from billing.payments.rules import Share
from billing.payments.tables import Payment
from billing.payments.use_cases.allocating import Asked, measured, plan, posted, told
from billing.series.use_cases import take_number
from billing.totals.rules.written import minor
from chassis import together
from chassis.context import Context
from chassis.ids import new_id
from chassis.money import Money
from chassis.work import UnitOfWork
from refs import about
from refs.home import day, home, today
from refs.reading import ensure_tenant
from refs.writing import Access

# Of a payment by credit: whoever has more than that takes several.
_MOST_SOURCES: Final = 200
Json = dict[str, Any]
_PLAIN: Final = (
    "currency", "method", "allocated_minor", "received_at", "reference", "external_id", "digest",
    "exchange_rate", "exchange_rate_source", "exchange_rate_on", "payment_provider_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _New:
    """A payment that is about to be written: whose, how much, and what that is worth at home."""

    id: UUID
    client_id: UUID | None
    currency: str
    amount_minor: int
    home_currency: str | None
    home_amount_minor: int | None
    allocated_minor: int = 0
    home_allocated_minor: int = 0


async def record_payment(
    work: UnitOfWork, context: Context, values: Json, digest: bytes
) -> Payment:
    """Write down what came in, and what it pays."""
    await ensure_tenant(context, work.tenant_id)
    said = await about.ask(work, context, values["client_id"])
    payments = PaymentRepository(work)
    if said is not None:
        values["client_id"] = await _payer(work, values["client_id"], said)
    if (known := await payments.known(values["id"], digest)) is not None:
        work.status = 200
        return known
    currency, method = values["currency"], values["method"]
    amount = rules.check_amount(minor(values["amount"], currency, "amount"), "amount")
    of = Money(amount, currency)
    sources = await _sources(work, values["client_id"], of) if method == "credit" else []
    received = values["received_at"] or work.now
    on = day(received, (await home(work)).timezone)
    worth = _drawn(sources) if sources else await _worth(work, of, on, values["exchange_rate"])
    shares = await plan(work, Asked(
        values["client_id"], currency, amount, values["allocations"], values["auto_allocate"], on,
        worth.get("exchange_rate"),
    ))  # fmt: skip
    allocated = sum(share.cost_minor for share in shares)
    rules.check_whole(method, has_client=said is not None, is_whole=allocated == amount)
    new = _New(
        values["id"] or new_id(), values["client_id"], currency, amount,
        worth.get("home_currency"), worth.get("home_amount_minor"),
    )  # fmt: skip
    return await _write(work, new, values | {"exchange_rate": None} | worth | {
        "allocated_minor": allocated, "digest": digest, "received_at": received,
        "payment_provider_id": None,
    }, sources, shares)  # fmt: skip


async def _payer(work: UnitOfWork, client_id: UUID, said: Access) -> UUID:
    """Whose money it is, for which others wait from here on."""
    payments = PaymentRepository(work)
    await work.read_ahead(
        await about.asked(work, client_id), payments.asked_to_serialise(client_id)
    )
    found = (await about.client_to_write(work, client_id, said)).id
    if found != client_id:
        await payments.serialise(found)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What a provider has taken: under an id of ours, and one of theirs."""

    id: UUID
    amount_minor: int
    payment_provider_id: UUID
    reference: str


async def record_confirmed(work: UnitOfWork, invoice: Any, confirmed: Confirmed) -> Payment:
    """Write down what a provider took for an invoice, which is locked after its client's money.

    It pays what is owed; what is not owed any more is left of it. Told again it is the same one.
    """
    payments = PaymentRepository(work)
    if (known := await payments.find(confirmed.id)) is not None:
        return known
    currency, amount = invoice.currency, confirmed.amount_minor
    worth = await _worth(work, Money(amount, currency), await today(work), None)
    owed = invoice.balance_minor if invoice.status in OWED else 0
    shares = rules.spread(amount, [(invoice, owed)])
    new = _New(
        confirmed.id, invoice.client_id, currency, amount, worth.get("home_currency"),
        worth.get("home_amount_minor"),
    )  # fmt: skip
    return await _write(work, new, worth | {
        "currency": currency, "method": "online", "reference": confirmed.reference,
        "allocated_minor": sum(share.cost_minor for share in shares), "received_at": work.now,
        "digest": confirmed.id.bytes, "payment_provider_id": confirmed.payment_provider_id,
    }, [], shares)  # fmt: skip


async def _write(
    work: UnitOfWork, new: _New, values: Json, sources: list[Share[Payment]],
    shares: list[Share[Any]],
) -> Payment:  # fmt: skip
    paid = [(new_id(), share, worth) for share, worth in measured(new, shares)]
    for _, share, worth in paid:
        await pay(work, share.of, share.amount_minor, worth.home_minor)
    posted_too = await ledger.asked(work, [_came(new, values, sources), *(
        posting for one, share, worth in paid
        for posting in posted(f"allocation:{one}:1", new, (share.of, share), worth)
    )])  # fmt: skip
    # Last of all that may be refused: whoever else takes a receipt's number waits from here on.
    taken = None if sources else await take_number(work, "receipt", None)
    written, payment = PaymentRepository(work).added(
        id=new.id, client_id=new.client_id, status=rules.Status.RECEIVED.value, refunded_minor=0,
        drawn_minor=0, refunding_minor=0, amount_minor=new.amount_minor,
        home_currency=new.home_currency, home_amount_minor=new.home_amount_minor,
        home_allocated_minor=sum(worth.paid_home_minor for _, _, worth in paid),
        receipt_number=taken and taken.number, series_id=taken and taken.series_id,
        created_by=work.caller.principal, **{name: values.get(name) for name in _PLAIN},
    )  # fmt: skip
    parts = [_allocation(work, new, *one) for one in paid]
    await PaymentRepository(work).write([written, *parts[:1], *posted_too])
    if len(parts) > 1:
        await work.execute_many(parts[0][0], [values for _, values in parts[1:]])
    await _draw(work, payment, sources)
    work.publish(events.payment_changed("received", payment, told(shares)))
    return payment


def _allocation(
    work: UnitOfWork, new: _New, allocation_id: UUID, share: Share[Any], worth: Realised
) -> together.Asked:  # fmt: skip
    asked, _ = AllocationRepository(work).added(
        id=allocation_id, payment_id=new.id, invoice_id=share.of.id, client_id=new.client_id,
        currency=share.of.currency, amount_minor=share.amount_minor,
        payment_minor=share.cost_minor, **asdict(worth),
    )  # fmt: skip
    return asked


async def _worth(work: UnitOfWork, of: Money, on: date, given: str | None) -> Json:
    """What it is worth at home on its day; nothing where no rate is known."""
    try:
        return await at_home(work, of.currency, on, given, {"amount": of.amount_minor})
    except ExchangeRateUnknown:
        return {}


def _drawn(sources: Sequence[Share[Payment]]) -> Json:
    """What credit is worth at home: as much as when it came in."""
    homes = {one.of.home_currency for one in sources}
    worths = [
        scaled(one.of.home_amount_minor, one.amount_minor, one.of.amount_minor)
        for one in sources if one.of.home_amount_minor is not None
    ]  # fmt: skip
    if len(worths) < len(sources) or len(homes) > 1:
        return {}
    return {"home_currency": homes.pop(), "home_amount_minor": sum(worths)}


async def _sources(work: UnitOfWork, client_id: UUID | None, of: Money) -> list[Share[Payment]]:
    """Where a payment by credit comes from, oldest first; raises InsufficientCredit."""
    if client_id is None:
        raise rules.ClientNeeded(field="client_id")
    found = await PaymentRepository(work).credit(client_id, of.currency, _MOST_SOURCES)
    shares = rules.spread(of.amount_minor, [(one, one.spare_minor) for one in found])
    if sum(share.amount_minor for share in shares) < of.amount_minor:
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


def _came(new: _New, values: Json, sources: list[Share[Payment]]) -> ledger.Posting:
    """What came in is left of the payment; of credit, no longer of where it comes from."""
    amount, cause = new.amount_minor, f"payment:{new.id}:received"
    left = ledger.of_payment(Account.CREDIT, -amount, new)
    if sources:
        drawn = [ledger.of_payment(Account.CREDIT, one.amount_minor, one.of) for one in sources]
        return ledger.Posting(new.currency, cause, [*drawn, left])
    account = Account.CHEQUES if values["method"] == "cheque" else Account.CASH
    return ledger.Posting(new.currency, cause, [ledger.of_payment(account, amount, new), left])
