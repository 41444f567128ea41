"""Opening a client: what happened to it is seen."""

from uuid import UUID

from chassis.work import UnitOfWork
from clients.clients.repository.rows import ClientRepository
from clients.unread import repository as unread


async def read_client(work: UnitOfWork, client_id: UUID) -> None:
    """Nothing of the client is unread for the caller any more; a key has nothing to read.

    Raises ClientNotFound.
    """
    whole = await ClientRepository(work).check_visible(client_id)
    if work.caller.user_id is not None:
        for one in whole:
            await unread.see(work, one, work.caller.user_id)
