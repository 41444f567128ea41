"""Whether all that a company keeps about memberships and credit fits."""

from collections.abc import Iterator
from typing import Any, Final

from chassis.work import UnitOfWork
from memberships.credit.use_cases import proving
from memberships.loyalty.use_cases import proving as redeemed
from memberships.memberships.repository.rows import MembershipRepository
from memberships.memberships.use_cases.facts import Known, days_of
from memberships.memberships.use_cases.looking import known_of_each
from memberships.proof.repository import FIRST
from memberships.proof.rules import Fault, first_difference

_AT_ONCE: Final = 500


async def prove_company(work: UnitOfWork) -> Fault | None:
    """The first thing that does not fit: a membership, a figure of credit, or a redemption."""
    if (fault := await prove_memberships(work)) is not None:
        return fault
    if (found := await proving.first_fault(work)) is None:
        found = await redeemed.first_fault(work)
    return Fault(**found) if found is not None else None


async def prove_memberships(work: UnitOfWork) -> Fault | None:
    """The first membership, by id, whose days are not what its facts give."""
    memberships, after = MembershipRepository(work), FIRST
    while some := await memberships.some(after, _AT_ONCE):
        known = await known_of_each(work, some)
        for one in some:
            figures = _figures(one, known[one.id])
            if (fault := first_difference(f"membership {one.id}", figures)) is not None:
                return fault
        after = some[-1].id
    return None


def _figures(membership: Any, known: Known) -> Iterator[tuple[str, Any, Any]]:
    facts, days = known.facts, days_of(known)
    yield "the first day covered", membership.covered_from, facts.coverage.covered_from
    yield "the renewal date", membership.renewal_date, facts.coverage.renewal_date
    yield "the first day it is no more", membership.cancelled_on, facts.cancelled_on
    for one in known.periods:
        starts_on, ends_on = days.get(one.number, (None, None))
        yield f"the first day of period {one.number}", one.starts_on, starts_on
        yield f"the end of period {one.number}", one.ends_on, ends_on
