"""Events door of loyalty: points follow what becomes of invoices."""

from collections.abc import Sequence
from uuid import UUID

from diwan.billing.v1 import events_pb2

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.money import Money
from chassis.work import UnitOfWork
from memberships.loyalty.use_cases import applying, earning
from refs.home import day, home

consumers = Consumers("memberships-loyalty")
_OURS = "service:memberships"


def _invoice(event: Event) -> events_pb2.Invoice:
    return event.payload(events_pb2.InvoiceChanged).invoice


async def _is_rewarded(_: UnitOfWork, event: Event) -> bool:
    """What somebody owed before, or in another system, brings nothing; nor does a walk-in sale."""
    invoice = _invoice(event)
    return bool(invoice.client_id) and invoice.type in ("", "invoice")


async def _hold(work: UnitOfWork, events: Sequence[Event]) -> None:
    clients = {_invoice(one).client_id for one in events} - {""}
    await earning.hold_clients(work, {UUID(one) for one in clients})


async def _hold_redemptions(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Before the accounts, as jobs do that give points back."""
    await applying.hold_redemptions(work, {one.subject for one in events})
    await _hold(work, events)


@consumers.on(
    "billing.invoice.paid", "billing.invoice.reopened", "billing.invoice.credited",
    "billing.invoice.written_off", wanted=_is_rewarded, first=_hold,
)  # fmt: skip
async def on_invoice_settled(work: UnitOfWork, event: Event) -> None:
    """Have an invoice bring points for what is paid of it, once all that is owed is paid."""
    invoice = _invoice(event)
    paid = Money.parse(invoice.paid, invoice.currency).amount_minor
    await earning.follow(work, earning.Spent(
        invoice_id=event.subject, version=invoice.version, client_id=UUID(invoice.client_id),
        currency=invoice.currency, spent_minor=paid if invoice.status == "paid" else 0,
        on=day(event.time, (await home(work)).timezone),
    ))  # fmt: skip


@consumers.on(
    "billing.invoice.voided", "billing.invoice.deleted", "billing.invoice.credited",
    first=_hold_redemptions,
)  # fmt: skip
async def on_invoice_gone(work: UnitOfWork, event: Event) -> None:
    """Give back what was redeemed on an invoice that is no more; of a part of it nothing."""
    is_whole = not event.type.endswith("credited") or _invoice(event).status == "credited"
    if is_whole:
        await applying.invoice_gone(work, event.subject)


async def _is_discounted_anew(_: UnitOfWork, event: Event) -> bool:
    """Somebody else than we have changed the discount, or whose invoice it is."""
    changed = set(event.data.get("changed") or ())
    return event.actor != _OURS and not changed.isdisjoint({"discount", "client_id"})


@consumers.on("billing.invoice.updated", wanted=_is_discounted_anew)
async def on_invoice_discounted(work: UnitOfWork, event: Event) -> None:
    """Have the points of a discount given back that somebody replaced."""
    is_shortened = "period_to" in (event.data.get("changed") or ())
    await applying.invoice_changed(work, event.subject, is_shortened=is_shortened)
