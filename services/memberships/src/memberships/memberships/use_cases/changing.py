"""What staff changes of a membership besides its days and its money."""

from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from memberships.bills.rules import check_discount
from memberships.memberships.repository.rows import MembershipRepository
from memberships.memberships.tables import Membership
from memberships.memberships.use_cases.facts import Telling, recompute


async def update_membership(
    work: UnitOfWork, membership_id: UUID, changes: dict[str, Any]
) -> Membership:
    """Change whether it renews by itself, its discount, note or external id."""
    known = await MembershipRepository(work).get_for_update(membership_id)
    for terms in (known.terms, known.next_terms):
        if terms is not None:
            check_discount(terms, changes.get("discount"))
    real = {name: value for name, value in changes.items() if getattr(known, name) != value}
    if not real:
        return known
    telling = Telling(verb="updated", changed=list(real))
    return await recompute(work, known, telling=telling, **real)
