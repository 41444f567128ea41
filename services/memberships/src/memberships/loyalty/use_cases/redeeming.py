"""Points are asked for as a discount on the draft of an invoice, which billing is told next."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis.context import Context
from chassis.errors import MissingPermission, NotFound
from chassis.ids import new_id
from chassis.money import Money
from chassis.rpc.client import Asker
from chassis.work import UnitOfWork
from memberships.credit.rules.holds import redemption_cause
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
LOOK: Final = "memberships.look_at_redemption"
CHANGES_INVOICES: Final = "billing:write"


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
    draft = await draft_of(work, context, wanted.invoice_id)
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
        source="loyalty", cause=redemption_cause(redemption_id),
    ))  # fmt: skip
    made = await redemptions.add(
        id=redemption_id, client_id=client.id, invoice_id=wanted.invoice_id, hold_id=held.id,
        status=rules.Status.PENDING.value, digest=wanted.digest,
        created_by=work.caller.principal, **values,
    )  # fmt: skip
    work.enqueue(APPLY, {"redemption_id": str(made.id)})
    return await told(work, "requested", made)


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
    return await begin_cancel(work, known)


async def begin_cancel(work: UnitOfWork, known: Redemption) -> Redemption:
    """Have billing asked to take off the discount of a locked redemption."""
    work.enqueue(CANCEL, {"redemption_id": str(known.id)})
    changed = {"status": rules.Status.CANCELLING.value, "problem": None}
    return await RedemptionRepository(work).update(known, **changed)


async def draft_of(by: Asker, context: Context, invoice_id: UUID) -> rules.Draft:
    """What billing says of an invoice, to who asks; raises UnknownInvoice and Unavailable."""
    try:
        found = await context.peers.invoice(by, invoice_id)
    except NotFound as missing:
        raise failures.UnknownInvoice(field="invoice_id") from missing
    currency, discount = found["currency"], found["discount"]
    return rules.Draft(
        client_id=UUID(found["client_id"]) if found["client_id"] else None,
        status=found["status"], currency=currency, is_discounted=found["is_discounted"],
        subtotal_minor=Money.parse(found["subtotal"], currency).amount_minor,
        discount_minor=Money.parse(discount, currency).amount_minor if discount else None,
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
    owing = await survivor(work, draft.client_id)
    rules.check_draft(draft, owing == client_id, currency)
    kind = (await credit_types.kinds(work, {type_id}))[type_id]
    units = amount_of(wanted.points, kind.decimals, "points")
    rules.check_minimum(units, kind.decimals, settings.minimum_points)
    worth = rules.worth_minor(units, kind.decimals, value, currency)
    rules.check_worth(worth, draft)
    return {"credit_type_id": type_id, "points": units, "currency": currency,
            "amount_minor": worth}  # fmt: skip


async def survivor(work: UnitOfWork, client_id: UUID | None) -> UUID | None:
    """Who answers for the client of an invoice now."""
    found = await clients.client(work, client_id) if client_id else None
    return (found.merged_into or found.id) if found else client_id


async def told(work: UnitOfWork, verb: events.Verb, changed: Redemption) -> Redemption:
    """Tell what became of a redemption."""
    kind = await CreditTypeRepository(work).get(changed.credit_type_id)
    points = written(changed.points, kind.decimals)
    work.publish(events.redemption_changed(verb, changed, points))
    return changed


def _check_may_change_invoices(work: UnitOfWork) -> None:
    """Who takes something off an invoice changes it."""
    if not work.caller.may(CHANGES_INVOICES):
        raise MissingPermission(permission=CHANGES_INVOICES)
