"""What billing answers about points as a discount, and what becomes of the invoice since.

Billing is asked by jobs, between two transactions, each time by the same cause.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.errors import Failure, NotFound, Unavailable
from chassis.money import Money
from chassis.rpc.client import Asking
from chassis.work import UnitOfWork
from memberships.credit.repository.holds import HoldRepository
from memberships.credit.rules.holds import redemption_cause
from memberships.credit.use_cases import holding
from memberships.loyalty import events
from memberships.loyalty.repository.redemptions import RedemptionRepository, tenants_with_waiting
from memberships.loyalty.rules import failures
from memberships.loyalty.rules import redeeming as rules
from memberships.loyalty.tables import Redemption
from memberships.loyalty.use_cases.earning import make_good
from memberships.loyalty.use_cases.redeeming import (
    APPLY,
    CANCEL,
    LOOK,
    begin_cancel,
    draft_of,
    survivor,
    told,
)

# So long billing may take to answer before it is asked again.
_LONG: Final = timedelta(minutes=10)

# What billing refuses that is said in our own words.
_REFUSALS: Final[dict[str, type[Failure]]] = {
    "invoice_not_found": failures.UnknownInvoice, "invoice_not_draft": failures.InvoiceNotDraft,
    "discount_too_large": failures.WorthMore,
}  # fmt: skip


async def apply(context: Context, tenant_id: UUID, redemption_id: UUID) -> None:
    """Ask billing for the discount, and use the points, or let go of them; raises Unavailable.

    It may run twice: billing knows it by its cause. What became of the draft meanwhile is looked
    at before, and after.
    """
    caller = system(tenant_id, context.service)
    known = await _read(context, tenant_id, redemption_id, rules.Status.PENDING)
    if known is None:
        return
    problem: dict[str, Any] | None = None
    try:
        await _apply(context, Asking(caller), known)
    except Unavailable:
        raise
    except Failure as failure:
        problem = _problem(failure)
    async with context.database.work(caller, role="worker") as work:
        kept = await RedemptionRepository(work).locked(redemption_id)
        if kept is not None and kept.status == rules.Status.PENDING:
            await (_used(work, kept) if problem is None else _refused(work, kept, problem))


async def _apply(context: Context, asking: Asking, known: Redemption) -> None:
    """Raises what is refused about redemptions, and by billing."""
    draft = await draft_of(asking, context, known.invoice_id)
    is_own = await _is_own(context, asking, draft, known)
    rules.check_still(draft, is_own, known.currency, known.amount_minor)
    amount = Money(known.amount_minor, known.currency).format()
    await context.peers.apply_discount(asking, redemption_cause(known.id), known.invoice_id, amount)


async def look(
    context: Context, tenant_id: UUID, redemption_id: UUID, *, is_shortened: bool = False
) -> None:
    """See whether an invoice still has the discount, and is still the client's; raises Unavailable.

    The points come back where somebody else has replaced it. Where it became another one's, or
    billing has shortened it with the draft, it is taken off before they do.
    """
    caller = system(tenant_id, context.service)
    known = await _read(context, tenant_id, redemption_id, rules.Status.APPLIED)
    if known is None:
        return
    try:
        draft = await draft_of(Asking(caller), context, known.invoice_id)
    except failures.UnknownInvoice:
        draft = None
    is_there = draft is not None and draft.discount_minor == known.amount_minor
    if draft and is_there and await _is_own(context, Asking(caller), draft, known):
        return
    is_left = is_there or (is_shortened and draft is not None and draft.is_discounted)
    async with context.database.work(caller, role="worker") as work:
        kept = await RedemptionRepository(work).locked(redemption_id)
        if kept is None or kept.status != rules.Status.APPLIED:
            return
        if is_left:
            await begin_cancel(work, kept)
        else:
            await give_back(work, kept, rules.Status.RETURNED)


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


async def hold_redemptions(work: UnitOfWork, invoice_ids: Collection[UUID]) -> None:
    """Until the work ends nobody else gives back the points of these invoices."""
    await RedemptionRepository(work).hold(invoice_ids)


async def invoice_gone(work: UnitOfWork, invoice_id: UUID) -> None:
    """Give back the points that an invoice was discounted by, which is no more."""
    kept = await RedemptionRepository(work).live(invoice_id)
    if kept is not None:
        await give_back(work, kept, rules.Status.RETURNED)


async def invoice_changed(work: UnitOfWork, invoice_id: UUID, *, is_shortened: bool) -> None:
    """Have it looked at whether an invoice still has the discount. Before billing has answered
    there is nothing to look at: it is once it has.
    """
    kept = await RedemptionRepository(work).live(invoice_id)
    if kept is not None and kept.status == rules.Status.APPLIED:
        work.enqueue(LOOK, {"redemption_id": str(kept.id), "is_shortened": is_shortened})


async def tenants_waiting(context: Context) -> list[UUID]:
    """The companies where billing has not answered for long."""
    return await tenants_with_waiting(context, context.database.clock() - _LONG)


async def waiting(work: UnitOfWork) -> None:
    """Ask billing again for what has waited long for it."""
    jobs = {rules.Status.PENDING.value: APPLY, rules.Status.CANCELLING.value: CANCEL}
    for one in await RedemptionRepository(work).waiting(work.now - _LONG):
        work.enqueue(jobs[one.status], {"redemption_id": str(one.id)}, unique=str(one.id))


async def give_back(work: UnitOfWork, kept: Redemption, status: rules.Status) -> Redemption:
    """Put the points of a locked redemption back to where they came from; they make good what is
    owed of their invoices.
    """
    await holding.undo(work, kept.hold_id)
    await make_good(work, kept.client_id, kept.credit_type_id)
    changed = await RedemptionRepository(work).update(kept, status=status.value)
    verb: events.Verb = "cancelled" if status is rules.Status.CANCELLED else "returned"
    return await told(work, verb, changed)


async def _is_own(context: Context, asking: Asking, draft: rules.Draft, known: Redemption) -> bool:
    """Whether an invoice is still the client's whose points they are."""
    async with context.database.work(asking.caller, role="worker") as work:
        owing = await survivor(work, draft.client_id)
        return owing is not None and owing == await survivor(work, known.client_id)


async def _read(
    context: Context, tenant_id: UUID, redemption_id: UUID, status: rules.Status
) -> Redemption | None:
    """A redemption that still waits for billing in this way."""
    caller = system(tenant_id, context.service)
    async with context.database.work(caller, role="worker") as work:
        found = await RedemptionRepository(work).find(redemption_id)
    return found if found is not None and found.status == status else None


async def _used(work: UnitOfWork, kept: Redemption) -> None:
    held = await HoldRepository(work).locked(kept.hold_id)
    usage = await holding.take(work, held)
    changed = await RedemptionRepository(work).update(
        kept, status=rules.Status.APPLIED.value, usage_id=usage.id
    )
    work.enqueue(LOOK, {"redemption_id": str(kept.id), "is_shortened": False})
    await told(work, "applied", changed)


async def _refused(work: UnitOfWork, kept: Redemption, problem: dict[str, Any]) -> None:
    await holding.undo(work, kept.hold_id)
    await make_good(work, kept.client_id, kept.credit_type_id)
    changed = await RedemptionRepository(work).update(
        kept, status=rules.Status.REFUSED.value, problem=problem
    )
    await told(work, "refused", changed)


def _problem(failure: Failure) -> dict[str, Any]:
    """Why billing refused, as far as it is known in both languages."""
    known = _REFUSALS.get(failure.code)
    said = known() if known else failure
    return {"code": said.code, "detail": {one: said.message(one) for one in ("ar", "en")}}
