"""Of whom a report is asked for."""

from uuid import UUID

from billing.balances.use_cases import with_all_below
from billing.reports.rules.periods import RollupOfNobody
from chassis.context import Context
from chassis.work import UnitOfWork


async def whose(
    work: UnitOfWork, context: Context, client_id: UUID | None, *, rollup: bool
) -> list[UUID] | None:
    """The client first, and with `rollup` all below it; None: of everybody.

    Before the first statement of the work. Raises RollupOfNobody and TooManyBelow.
    """
    if client_id is None and rollup:
        raise RollupOfNobody(field="client_id")
    if client_id is None:
        return None
    return await with_all_below(work, context, client_id) if rollup else [client_id]
