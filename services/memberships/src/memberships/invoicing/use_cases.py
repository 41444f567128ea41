"""What billing answers, and tells of its invoices, goes to those whose it is."""

from collections.abc import Sequence

from chassis.work import UnitOfWork
from memberships.bills.rules import Kind
from memberships.bills.use_cases import Outcome
from memberships.credit_grants.use_cases import settle
from memberships.package_orders.use_cases import take_outcomes as of_orders
from memberships.sales.use_cases.granting import take_outcomes as of_periods


async def tell(work: UnitOfWork, outcomes: Sequence[Outcome]) -> None:
    """What became of bills; all the credit that goes with it moves at once, after all else."""
    periods = [one for one in outcomes if one.bill.kind == Kind.PERIOD]
    orders = [one for one in outcomes if one.bill.kind == Kind.ORDER]
    grants = await of_periods(work, periods) + await of_orders(work, orders)
    await settle(work, grants)
