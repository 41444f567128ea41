"""A linked client uses what another one has; and what is forgotten of clients."""

from typing import Any
from uuid import UUID

from chassis.repository import IdTaken
from chassis.work import UnitOfWork
from memberships.credit import events
from memberships.credit.repository.charges import ChargeRepository
from memberships.credit.repository.holds import HoldRepository
from memberships.credit.repository.shares import ShareRepository
from memberships.credit.repository.transfers import AdjustmentRepository, TransferRepository
from memberships.credit.repository.usages import UsageRepository
from memberships.credit.rules.failures import ClientsNotLinked, TransferToItself
from memberships.credit.tables.moves import Share
from memberships.credit_types import use_cases as credit_types


async def share(
    work: UnitOfWork, client_id: UUID, with_id: UUID, link_id: UUID, values: dict[str, Any]
) -> Share:
    """Let a linked client use what a client has, once their own is used up.

    Raises UnknownCreditType, AlreadyShared, and ClientsNotLinked where the link was removed since
    it was asked for.
    """
    if client_id == with_id:
        raise TransferToItself(field="with_client_id")
    if (kind := values["credit_type_id"]) is not None:
        await credit_types.kinds(work, {kind})
    shares = ShareRepository(work)
    made = {"client_id": client_id, "with_client_id": with_id, "credit_type_id": kind}
    if values["id"] and (known := await shares.find(values["id"])) is not None:
        if any(getattr(known, name) != value for name, value in made.items()):
            raise IdTaken(field="id")
        work.status = 200
        return known
    await shares.hold_link(link_id)
    if await shares.has_ended(link_id):
        raise ClientsNotLinked(field="with_client_id")
    row = await shares.add(
        id=values["id"], **made, link_id=link_id, created_by=work.caller.principal
    )
    _tell(work, "shared", row)
    return row


async def end_share(work: UnitOfWork, share_id: UUID) -> None:
    """Let a linked client use no more of what a client has."""
    shares = ShareRepository(work)
    row = await shares.get_for_update(share_id)
    await end(work, [row])


async def end(work: UnitOfWork, shares: list[Share]) -> None:
    """The same of some that are locked, or that nothing stands for any more."""
    for one in await ShareRepository(work).end(shares) if shares else []:
        _tell(work, "unshared", one)


def _tell(work: UnitOfWork, verb: events.ShareVerb, row: Share) -> None:
    for client_id in (row.client_id, row.with_client_id):
        work.publish(events.share_changed(verb, row, client_id))


async def forget_credit(work: UnitOfWork, client_id: UUID) -> None:
    """What was written about credit of a client who is erased; the figures stay, as they prove
    those of everybody. Nobody shares with them any more.
    """
    await ShareRepository(work).end(await ShareRepository(work).of_client(client_id))
    await ChargeRepository(work).forget(client_id)
    await UsageRepository(work).forget(client_id)
    await HoldRepository(work).forget(client_id)
    await TransferRepository(work).forget(client_id)
    await AdjustmentRepository(work).forget(client_id)
