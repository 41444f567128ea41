"""What billing answers, and tells of its invoices, goes to those whose it is."""

from collections.abc import Sequence

from chassis.work import UnitOfWork
from memberships.bills.rules import Kind
from memberships.bills.use_cases import Outcome
from memberships.package_orders.use_cases import take_outcomes as of_orders
from memberships.sales.use_cases.granting import take_outcomes as of_periods


async def tell(work: UnitOfWork, kind: Kind, outcomes: Sequence[Outcome]) -> None:
    """Of bills of one kind what became of them."""
    await (of_periods if kind is Kind.PERIOD else of_orders)(work, outcomes)
