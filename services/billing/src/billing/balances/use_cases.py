"""A client together with all below it."""

from uuid import UUID

from billing.balances.repository import Standing, balances_below
from billing.balances.rules import MOST_BELOW, TooManyBelow
from chassis.context import Context
from chassis.errors import NotFound
from chassis.work import UnitOfWork


async def rolled_up(work: UnitOfWork, context: Context, client_id: UUID) -> Standing:
    """By currency, with the parts; nothing of a client not seen. Raises TooManyBelow.

    Clients is asked who stands below, in the caller's name, before the first statement.
    """
    found = await with_all_below(work, context, client_id)
    return await balances_below(work, found[0], found[1:]) if found else []


async def with_all_below(work: UnitOfWork, context: Context, client_id: UUID) -> list[UUID]:
    """Who answers for a client, and then all below; none where the caller does not see it.

    As clients says, which is asked in the caller's name, before the first statement: what is seen
    here may still be less. Raises TooManyBelow.
    """
    try:
        found = await context.peers.clients_below(work, client_id, MOST_BELOW)
    except NotFound:
        return []
    if found is None:
        raise TooManyBelow(field="client_id", most=MOST_BELOW)
    root, below = found
    return [root, *below]
