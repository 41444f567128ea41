"""Whether the points of redemptions are where they should be."""

from typing import Any

from chassis.work import UnitOfWork
from memberships.loyalty.repository import proof


async def first_fault(work: UnitOfWork) -> dict[str, Any] | None:
    """The first redemption whose points are neither held, used nor given back as it says.

    Told by `about`, `figure`, `expected`, `found` and `entry`.
    """
    row = await proof.first_fault(work)
    names = ("about", "figure", "expected", "found", "entry")
    return {name: row[name] for name in names} if row is not None else None
