"""Whether all that a company keeps about memberships and credit fits."""

from chassis.work import UnitOfWork
from memberships.credit.use_cases import proving
from memberships.proof.rules import Fault


async def prove_company(work: UnitOfWork) -> Fault | None:
    """The first thing that does not fit."""
    found = await proving.first_fault(work)
    return Fault(**found) if found is not None else None
