"""What clients share of credit stands on a link between them, and ends with it."""

from typing import Final
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.work import UnitOfWork
from memberships.credit.repository.shares import ShareRepository
from memberships.credit.tables.moves import Share
from memberships.credit.use_cases.sharing import end
from memberships.peers import Peers

ASK: Final = "memberships.ask_for_link"


async def link_ended(work: UnitOfWork, link_id: UUID) -> None:
    """A link is no more: nothing is shared by it from now on, and what is may stand on another."""
    shares = ShareRepository(work)
    await shares.hold_link(link_id)
    await shares.end_link(link_id)
    _ask(work, await shares.of_link(link_id))


async def look_again(work: UnitOfWork, client_id: UUID) -> None:
    """See of all that a client shares, or is given, whether it still stands on a link."""
    _ask(work, await ShareRepository(work).of_client(client_id))


async def ask(context: Context, tenant_id: UUID, share_id: UUID) -> None:
    """End a sharing unless its clients are linked; raises Unavailable.

    In the service's own name, before a transaction is open.
    """
    caller = system(tenant_id, context.service)
    async with context.database.work(caller, role="worker") as work:
        known = await ShareRepository(work).find(share_id)
    if known is None:
        return
    peers: Peers = context.peers
    link_id = await peers.link_between(tenant_id, known.client_id, known.with_client_id)
    async with context.database.work(caller, role="worker") as work:
        shares = ShareRepository(work)
        if link_id is not None:
            await shares.hold_link(link_id)
        share = await shares.running(share_id)
        if share is None:
            return
        if link_id is None or await shares.has_ended(link_id):
            await end(work, [share])
        elif share.link_id != link_id:
            await shares.update(share, link_id=link_id)


def _ask(work: UnitOfWork, shares: list[Share]) -> None:
    for one in shares:
        work.enqueue(ASK, {"share_id": str(one.id)}, unique=str(one.id))
