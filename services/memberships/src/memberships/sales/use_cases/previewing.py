"""What another package would come to, before anybody decides."""

from typing import Any
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.money import Money
from chassis.rpc.client import Asking
from chassis.work import UnitOfWork
from memberships.bills import rules as bills
from memberships.sales.use_cases import changing
from memberships.sales.use_cases.changing import Wish

Json = dict[str, Any]
_NO_FIGURES: Json = {"subtotal": None, "tax_total": None, "total": None}


async def preview_change(
    work: UnitOfWork, context: Context, membership_id: UUID, wanted: Json
) -> Json:
    """As who may do it; raises what refuses it.

    With the figures of the invoice that it makes, which billing is asked for in between: nothing is
    locked then.
    """
    package_id = wanted["package_id"]
    if wanted["at"] == "period_end":
        return _at_end(*await changing.next_terms(work, membership_id, package_id))
    # In a work of its own, as billing is asked before the first statement of any.
    async with work.database.work(work.caller) as own:
        own.permission, own.authorized = work.permission, work.authorized
        wish = await changing.wish_for(own, membership_id, package_id)
    figures = _NO_FIGURES
    if wish.change.kind == "invoice":
        by = Asking(system(work.tenant_id, context.service))
        figures = await context.peers.preview_invoice(by, changing.preview_request(wish))
    return _now(wish) | figures


def _now(wish: Wish) -> Json:
    change, currency = wish.change, wish.terms["currency"]
    amounts = {
        "credit": change.credit_minor, "price": change.price_minor,
        "difference": abs(change.difference_minor),
    }  # fmt: skip
    return {
        "kind": change.kind, "changes_on": change.day, "days": change.days,
        "days_left": change.days_left, "currency": currency,
        **{name: Money(minor, currency).format() for name, minor in amounts.items()},
    }  # fmt: skip


def _at_end(terms: Json, discount: Json | None) -> Json:
    currency = terms["currency"]
    nothing = Money(0, currency).format()
    return _NO_FIGURES | {
        "kind": "none", "changes_on": None, "days": None, "days_left": None, "currency": currency,
        "credit": nothing, "price": Money(bills.price_after(terms, discount), currency).format(),
        "difference": nothing,
    }  # fmt: skip
