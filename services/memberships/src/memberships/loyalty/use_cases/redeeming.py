"""Points as a discount on the draft of an invoice: held, then used once billing has taken it.

Billing is asked by jobs, between two transactions, each time by the same cause.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.errors import Failure, MissingPermission, NotFound, Unavailable
from chassis.ids import new_id
from chassis.money import Money
from chassis.rpc.client import Asking
from chassis.work import UnitOfWork
from memberships.credit.use_cases import holding, using
from memberships.credit_types import use_cases as credit_types
from memberships.credit_types.repository import CreditTypeRepository
from memberships.credit_types.rules import amount_of, written
from memberships.defaults.use_cases import settings_of
from memberships.loyalty import events
from memberships.loyalty.repository.redemptions import RedemptionRepository
from memberships.loyalty.rules import failures
from memberships.loyalty.rules import redeeming as rules
from memberships.loyalty.tables import Redemption
from refs import about, clients

APPLY: Final = "memberships.apply_redemption"
CANCEL: Final = "memberships.cancel_redemption"
CHANGES_INVOICES: Final = "billing:write"

# What billing refuses that is said in our own words.
_REFUSALS: Final[dict[str, type[Failure]]] = {
    "invoice_not_found": failures.UnknownInvoice, "invoice_not_draft": failures.InvoiceNotDraft,
    "discount_too_large": failures.WorthMore,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """So many points of a client, as they are written, off an invoice; digest: of the request."""

    id: UUID | None
    client_id: UUID
    invoice_id: UUID
    points: str
    digest: bytes


async def redeem(work: UnitOfWork, context: Context, wanted: Wanted) -> Redemption:
    """Hold points for a discount that billing is asked for next.

    Raises MissingPermission, UnknownInvoice, what is refused about redemptions and about credit,
    and what is said about clients.
    """
    _check_may_change_invoices(work)
    draft = await _draft(work, context, wanted.invoice_id)
    said = await about.ask_about(work, context, wanted.client_id)
    client = await about.client_to_write(work, wanted.client_id, said)
    redemptions = RedemptionRepository(work)
    if (known := await redemptions.known(wanted.id, wanted.digest)) is not None:
        work.status = 200
        return known
    values = await _worth(work, wanted, draft, client.id)
    redemption_id = wanted.id or new_id()
    held = await holding.hold(work, using.Use(
        client_id=client.id, credit_type_id=values["credit_type_id"], amount=wanted.points,
        source="loyalty", cause=f"redemption:{redemption_id}",
    ))  # fmt: skip
    made = await redemptions.add(
        id=redemption_id, client_id=client.id, invoice_id=wanted.invoice_id, hold_id=held.id,
        status=rules.Status.PENDING.value, digest=wanted.digest,
        created_by=work.caller.principal, **values,
    )  # fmt: skip
    work.enqueue(APPLY, {"redemption_id": str(made.id)})
    return await _told(work, "requested", made)


async def cancel(work: UnitOfWork, redemption_id: UUID) -> Redemption:
    """Have the discount taken off the draft, and the points given back then.

    Raises MissingPermission and RedemptionNotApplied.
    """
    redemptions = RedemptionRepository(work)
    known = await redemptions.get_for_update(redemption_id)
    _check_may_change_invoices(work)
    if known.status == rules.Status.CANCELLING:
        return known
    if known.status != rules.Status.APPLIED:
        raise failures.RedemptionNotApplied()
    work.enqueue(CANCEL, {"redemption_id": str(redemption_id)})
    return await redemptions.update(known, status=rules.Status.CANCELLING.value, problem=None)


async def apply(context: Context, tenant_id: UUID, redemption_id: UUID) -> None:
    """Ask billing for the discount, and use the points, or let go of them; raises Unavailable.

    It may run twice: billing knows it by its cause.
    """
    caller = system(tenant_id, context.service)
    known = await _read(context, tenant_id, redemption_id, rules.Status.PENDING)
    if known is None:
        return
    amount = Money(known.amount_minor, known.currency).format()
    problem: dict[str, Any] | None = None
    try:
        await context.peers.apply_discount(
            Asking(caller), f"redemption:{redemption_id}", known.invoice_id, amount
        )
    except Unavailable:
        raise
    except Failure as failure:
        problem = _problem(failure)
    async with context.database.work(caller, role="worker") as work:
        kept = await RedemptionRepository(work).locked(redemption_id)
        if kept is not None and kept.status == rules.Status.PENDING:
            await (_used(work, kept) if problem is None else _refused(work, kept, problem))


async def take_off(context: Context, tenant_id: UUID, redemption_id: UUID) -> None:
    """Ask billing to take the discount off, and give the points back; raises Unavailable."""
    caller = system(tenant_id, context.service)
    known = await _read(context, tenant_id, redemption_id, rules.Status.CANCELLING)
    if known is None:
        return
    problem: dict[str, Any] | None = None
    try:
        cause = f"redemption:{redemption_id}:cancelled:{known.version}"
        await context.peers.remove_discount(Asking(caller), cause, known.invoice_id)
    except Unavailable:
        raise
    except NotFound:
        pass  # the draft is gone, and its discount with it
    except Failure as failure:
        problem = _problem(failure)
    async with context.database.work(caller, role="worker") as work:
        kept = await RedemptionRepository(work).locked(redemption_id)
        if kept is None or kept.status != rules.Status.CANCELLING:
            return
        if problem is None:
            await give_back(work, kept, rules.Status.CANCELLED)
        else:
            changed = {"status": rules.Status.APPLIED.value, "problem": problem}
            await RedemptionRepository(work).update(kept, **changed)


async def invoice_gone(work: UnitOfWork, invoice_id: UUID) -> None:
    """Give back the points that an invoice was discounted by, which is no more, or has another
    discount.
    """
    kept = await RedemptionRepository(work).live(invoice_id)
    if kept is not None:
        await give_back(work, kept, rules.Status.RETURNED)


async def give_back(work: UnitOfWork, kept: Redemption, status: rules.Status) -> Redemption:
    """Put the points of a locked redemption back to where they came from."""
    if kept.usage_id is None:
        await holding.release(work, kept.hold_id)
    else:
        await using.reverse(work, kept.usage_id)
    changed = await RedemptionRepository(work).update(kept, status=status.value)
    verb: events.Verb = "cancelled" if status is rules.Status.CANCELLED else "returned"
    return await _told(work, verb, changed)


async def _draft(work: UnitOfWork, context: Context, invoice_id: UUID) -> rules.Draft:
    """What billing says of an invoice, to who asks; raises UnknownInvoice and Unavailable."""
    try:
        told = await context.peers.invoice(work, invoice_id)
    except NotFound as missing:
        raise failures.UnknownInvoice(field="invoice_id") from missing
    return rules.Draft(
        client_id=UUID(told["client_id"]) if told["client_id"] else None, status=told["status"],
        currency=told["currency"], is_discounted=told["is_discounted"],
        subtotal_minor=Money.parse(told["subtotal"], told["currency"]).amount_minor,
    )  # fmt: skip


async def _worth(
    work: UnitOfWork, wanted: Wanted, draft: rules.Draft, client_id: UUID
) -> dict[str, Any]:
    """What the points come to on the invoice, as it is kept."""
    settings = await settings_of(work)
    type_id, value = settings.point_credit_type_id, settings.point_value
    currency = settings.point_currency
    if type_id is None or value is None or currency is None:
        raise failures.NothingRedeemed()
    owing = await _survivor(work, draft.client_id)
    rules.check_draft(draft, owing == client_id, currency)
    kind = (await credit_types.kinds(work, {type_id}))[type_id]
    units = amount_of(wanted.points, kind.decimals, "points")
    rules.check_minimum(units, kind.decimals, settings.minimum_points)
    worth = rules.worth_minor(units, kind.decimals, value, currency)
    rules.check_worth(worth, draft)
    return {"credit_type_id": type_id, "points": units, "currency": currency,
            "amount_minor": worth}  # fmt: skip


async def _survivor(work: UnitOfWork, client_id: UUID | None) -> UUID | None:
    """Who answers for the client of an invoice now."""
    found = await clients.client(work, client_id) if client_id else None
    return (found.merged_into or found.id) if found else client_id


async def _read(
    context: Context, tenant_id: UUID, redemption_id: UUID, status: rules.Status
) -> Redemption | None:
    """A redemption that still waits for billing in this way."""
    caller = system(tenant_id, context.service)
    async with context.database.work(caller, role="worker") as work:
        found = await RedemptionRepository(work).find(redemption_id)
    return found if found is not None and found.status == status else None


async def _used(work: UnitOfWork, kept: Redemption) -> None:
    usage = await holding.consume(work, kept.hold_id)
    changed = await RedemptionRepository(work).update(
        kept, status=rules.Status.APPLIED.value, usage_id=usage.id
    )
    await _told(work, "applied", changed)


async def _refused(work: UnitOfWork, kept: Redemption, problem: dict[str, Any]) -> None:
    await holding.release(work, kept.hold_id)
    changed = await RedemptionRepository(work).update(
        kept, status=rules.Status.REFUSED.value, problem=problem
    )
    await _told(work, "refused", changed)


async def _told(work: UnitOfWork, verb: events.Verb, changed: Redemption) -> Redemption:
    kind = await CreditTypeRepository(work).get(changed.credit_type_id)
    points = written(changed.points, kind.decimals)
    work.publish(events.redemption_changed(verb, changed, points))
    return changed


def _problem(failure: Failure) -> dict[str, Any]:
    """Why billing refused, as far as it is known in both languages."""
    known = _REFUSALS.get(failure.code)
    said = known() if known else failure
    return {"code": said.code, "detail": {one: said.message(one) for one in ("ar", "en")}}


def _check_may_change_invoices(work: UnitOfWork) -> None:
    """Who takes something off an invoice changes it."""
    if not work.caller.may(CHANGES_INVOICES):
        raise MissingPermission(permission=CHANGES_INVOICES)
