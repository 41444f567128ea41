"""All records of one client, locked to be erased; and what is told once they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.work import UnitOfWork
from clients.clients import events
from clients.clients.repository.payers import billed_to
from clients.clients.repository.rows import ClientRepository
from clients.clients.tables import Client
from clients.clients.use_cases.telling import tell_changed
from refs.visibility import sight_of
from refs.writing import FolderNotWritable, check_may_write


@dataclass(frozen=True, slots=True)
class Whole:
    """Who answers, and those merged into it."""

    records: Sequence[Client]

    @property
    def survivor(self) -> Client:
        """The one that answers."""
        return self.records[0]

    @property
    def ids(self) -> list[UUID]:
        """Of all of them."""
        return [one.id for one in self.records]

    @property
    def since(self) -> datetime:
        """How old the oldest is."""
        return min(one.created_at for one in self.records)


async def lock_whole(work: UnitOfWork, client_id: UUID) -> Whole:
    """A client with all that were merged into it; the caller may change each of them.

    Raises ClientNotFound, Forbidden, FolderNotWritable and Stale.
    """
    clients = ClientRepository(work)
    survivor = await clients.get_for_update(client_id)
    records = [survivor, *await clients.lock_merged(survivor.id)]
    sight = await sight_of(work)
    for one in records:
        # Nobody erases what they will not see.
        if not sight.may_see(one.folder_id, one.staff_ids):
            raise FolderNotWritable()
        await check_may_write(work, one.folder_id, one.editor_ids)
    return Whole(records)


async def let_others_pay(work: UnitOfWork, whole: Whole) -> None:
    """Whoever they paid for pays for themselves."""
    clients = ClientRepository(work)
    while some := await billed_to(work, whole.ids):
        for client in some:
            tell_changed(work, await clients.update(client, bill_to_id=None), "bill_to_id")


def tell_erased(work: UnitOfWork, whole: Whole) -> None:
    """Each record is gone, and who heard of it hears that."""
    for client in whole.records:
        work.audit("erased", "clients", client.id, {}, client.id)
        work.publish(events.client_erased(client, whole.since.isoformat()))
