"""What a membership that is over still asks to be paid is withdrawn."""

from collections.abc import Collection
from datetime import date

from chassis.work import UnitOfWork
from memberships.bills.rules import Action, Kind
from memberships.bills.use_cases import Wanted, ask_billing
from memberships.memberships.repository.rows import PeriodRepository
from memberships.memberships.rules import periods as rules
from memberships.memberships.tables import Membership, MembershipPeriod


async def withdraw_open(work: UnitOfWork, some: Collection[Membership], day: date) -> None:
    """Have the invoices withdrawn that nobody paid of those of them that are over.

    Of what billing has not answered yet, once it has.
    """
    over = [one.id for one in some if one.cancelled_on is not None and one.cancelled_on <= day]
    if not over:
        return
    last = {one.membership_id: one for one in await PeriodRepository(work).of(*over)}
    asked = [_withdrawal(one) for one in last.values() if _is_open(one)]
    if asked:
        await ask_billing(work, asked)


def _is_open(last: MembershipPeriod) -> bool:
    return last.paid_at is None and last.state == "invoiced" and last.invoice_id is not None


def _withdrawal(period: MembershipPeriod) -> Wanted:
    request = {"invoice_id": str(period.invoice_id), "reason": rules.WITHDRAWN}
    cause = f"{rules.cause(period.membership_id, period.number)}:withdraw"
    return Wanted(
        cause, Kind.PERIOD, period.id, period.client_id, request, Action.WITHDRAW
    )  # fmt: skip
