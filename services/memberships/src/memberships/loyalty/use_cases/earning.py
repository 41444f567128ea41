"""Points follow what is paid of invoices: earned, and taken back where it is not paid any more."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from memberships.credit.repository import locking
from memberships.credit.repository.charges import ChargeRepository
from memberships.credit.rules.lots import has_expired
from memberships.credit.use_cases.charging import Charge, charge, refund
from memberships.credit_types import use_cases as credit_types
from memberships.credit_types.repository import CreditTypeRepository
from memberships.credit_types.rules import written
from memberships.defaults.use_cases import settings_of
from memberships.loyalty.repository.earnings import EarningRepository
from memberships.loyalty.repository.programme import LoyaltyRuleRepository
from memberships.loyalty.rules import earning as rules
from memberships.loyalty.tables import Earning
from refs.home import today


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What is paid of an invoice for good: nothing unless all that is owed of it is paid. `on` is
    the day of that where the company is.
    """

    invoice_id: UUID
    version: int
    client_id: UUID
    currency: str
    spent_minor: int
    on: date


async def hold_clients(work: UnitOfWork, client_ids: Collection[UUID]) -> None:
    """Until the work ends nobody else changes what these clients earn, and have; all wait in one
    order.
    """
    await EarningRepository(work).hold(client_ids)
    await locking.hold(work, client_ids)


async def follow(work: UnitOfWork, spent: Spent) -> None:
    """Have an invoice bring what is paid of it, once; what was heard later already stands."""
    known = await _known(work, spent)
    if known.invoice_version >= spent.version:
        return
    if spent.spent_minor and known.loyalty_rule_id is None:
        known = await _on_terms(work, known, spent)
    brings = await _brings(work, known, spent.spent_minor)
    changes: dict[str, Any] = {
        "invoice_version": spent.version, "spent_minor": spent.spent_minor, "points": brings,
    }  # fmt: skip
    if brings > known.points:
        changes |= await _earn(work, known, brings - known.points, spent)
    elif brings < known.points:
        changes |= await _take_back(work, known, known.points - brings)
    await EarningRepository(work).update(known, **changes)


async def _known(work: UnitOfWork, spent: Spent) -> Earning:
    """What the invoice brings so far, locked; whoever makes the row first is waited for."""
    earnings = EarningRepository(work)
    if (found := await earnings.of_invoice(spent.invoice_id)) is not None:
        return found
    return await earnings.start(
        invoice_id=spent.invoice_id, client_id=spent.client_id, currency=spent.currency
    )


async def _on_terms(work: UnitOfWork, known: Earning, spent: Spent) -> Earning:
    """The earning with the terms of the rule that holds now, which stay; as it was without one."""
    settings = await settings_of(work)
    if settings.point_credit_type_id is None:
        return known
    kind = await CreditTypeRepository(work).find(settings.point_credit_type_id)
    if kind is None or not kind.is_active:
        return known
    fitting = await LoyaltyRuleRepository(work).fitting(spent.client_id, spent.currency)
    categories = {one.category_id for one in fitting} - {None}
    rule = rules.holding(fitting, next(iter(categories), None), spent.currency, spent.spent_minor)
    if rule is None:
        return known
    # Before a row names it: whoever counts in it for the first time locks it.
    await credit_types.counted(work, {"loyalty.credit_type_id": kind.id})
    return await EarningRepository(work).update(
        known, loyalty_rule_id=rule.id, credit_type_id=kind.id, earned_on=spent.on,
        amount_per_point_minor=rule.amount_per_point_minor,
        is_in_parts=settings.has_point_decimals, expiry_unit=rule.expiry_unit,
        expiry_count=rule.expiry_count,
    )  # fmt: skip


async def _brings(work: UnitOfWork, known: Earning, spent_minor: int) -> int:
    """What so much money brings by the terms of an earning."""
    if known.credit_type_id is None or known.amount_per_point_minor is None:
        return 0  # no rule ever held
    return rules.points(
        spent_minor, known.amount_per_point_minor, await _decimals(work, known.credit_type_id),
        in_parts=known.is_in_parts,
    )  # fmt: skip


async def _earn(work: UnitOfWork, known: Earning, more: int, spent: Spent) -> dict[str, Any]:
    """Charge points, but for those that make good what the client owes of before."""
    earnings, type_id = EarningRepository(work), _type_of(known)
    debts = await earnings.owed(spent.client_id, type_id)
    left, owed = rules.made_good(more, [one.owed for one in debts])
    own = {"owed": known.owed}
    for debt, rest in zip(debts, owed, strict=True):
        if debt.id == known.id:
            own = {"owed": rest}
        else:
            await earnings.update(debt, owed=rest)
    if not left:
        return own
    last = rules.last_day(spent.on, _expiry(known))
    cause = f"loyalty:{spent.invoice_id}:{spent.version}"
    await charge(work, spent.client_id, Charge(
        credit_type_id=type_id, amount=left, starts_on=spent.on, expires_on=last,
        source="loyalty", cause=cause,
    ))  # fmt: skip
    return own | {"causes": [*known.causes, cause]}


async def _take_back(work: UnitOfWork, known: Earning, back: int) -> dict[str, Any]:
    """Take points out of what they were charged as; what was used of them is owed, unless they
    had an end that is over.
    """
    type_id = _type_of(known)
    found = await ChargeRepository(work).caused(known.causes)
    charges = [found[one, type_id] for one in known.causes]
    decimals, day = await _decimals(work, type_id), await today(work)
    # What is over is lost, be it that nobody has looked since.
    left = [0 if has_expired(one, day) else one.remaining for one in charges]
    parts, missing = rules.taken(back, left)
    for one, part in zip(charges, parts, strict=True):
        if part:
            await refund(work, one.id, written(part, decimals))
    is_over = bool(charges) and all(has_expired(one, day) for one in charges)
    return {"owed": known.owed + (0 if is_over else missing)}


async def make_good(work: UnitOfWork, client_id: UUID, credit_type_id: UUID) -> None:
    """Take what invoices that are not paid any more brought out of points that came back."""
    earnings = EarningRepository(work)
    for debt in await earnings.owed(client_id, credit_type_id):
        changes = await _take_back(work, replace(debt, owed=0), debt.owed)
        await earnings.update(debt, **changes)


def _type_of(known: Earning) -> UUID:
    """What an invoice that brings something brings it in."""
    if known.credit_type_id is None:
        raise ValueError("points are counted in a credit type")
    return known.credit_type_id


def _expiry(known: Earning) -> rules.Expiry | None:
    if known.expiry_unit is None or known.expiry_count is None:
        return None
    return rules.Expiry(known.expiry_unit, known.expiry_count)  # type: ignore[arg-type]


async def _decimals(work: UnitOfWork, credit_type_id: UUID) -> int:
    return (await CreditTypeRepository(work).get(credit_type_id)).decimals
