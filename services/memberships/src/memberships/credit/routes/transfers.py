"""HTTP door of transfers, adjustments and sharing."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.context import Context as Running
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from chassis.work import UnitOfWork
from memberships.credit.repository.shares import LIST as SHARES
from memberships.credit.repository.shares import ShareRepository
from memberships.credit.repository.transfers import (
    ADJUSTMENTS,
    TRANSFERS,
    AdjustmentRepository,
    TransferRepository,
)
from memberships.credit.rules.failures import ClientsNotLinked
from memberships.credit.schemas.moves import (
    AdjustmentCreate,
    AdjustmentView,
    MoveFilters,
    ShareCreate,
    ShareFilters,
    ShareView,
    TransferCreate,
    TransferView,
)
from memberships.credit.tables.moves import Share
from memberships.credit.use_cases import sharing, transferring
from memberships.peers import Peers
from refs.about import ask_about, ask_about_each, client_to_write
from refs.reading import ensure_tenant

transfers = router("/v1/credit-transfers", "Credit")
adjustments = router("/v1/credit-adjustments", "Credit")
shares = router("/v1/credit-shares", "Credit")

READ, WRITE = "memberships:read", "memberships:write"


@transfers.get("", permission=READ, response_model=Page[TransferView])
async def list_credit_transfers(
    work: Work, pages: Pages, query: Annotated[MoveFilters, Query()]
) -> Json:
    """List what clients gave to one another, of whom you see both."""
    values = await TransferRepository(work).scope_values()
    return Json(await TRANSFERS.page(work, pages, query.model_dump(exclude_none=True), **values))


@transfers.post(
    "", permission=WRITE, status=201, response_model=TransferView,
    example={"from_client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "to_client_id": "01890a5d-ac96-774b-bcce-b302099a8059",
             "credit_type_id": "01890a5d-ac96-774b-bcce-b302099a8058", "amount": "2",
             "note": "هدية للأخ"},
)  # fmt: skip
async def transfer_credit(work: Work, context: Context, body: TransferCreate) -> Json:
    """Give a linked client some of what a client can use today, until the same days."""
    from_id, to_id, _ = await _linked(
        work, context, ("from_client_id", body.from_client_id), ("to_client_id", body.to_client_id)
    )
    made = await transferring.transfer(work, from_id, to_id, body.model_dump())
    return Json(*await TransferRepository(work).shown(made.id), location=made.id)


@transfers.get("/{credit_transfer_id}", permission=READ, response_model=TransferView)
async def get_credit_transfer(work: Work, credit_transfer_id: UUID) -> Json:
    """Read a transfer."""
    return Json(*await TransferRepository(work).read(credit_transfer_id))


@adjustments.get("", permission=READ, response_model=Page[AdjustmentView])
async def list_credit_adjustments(
    work: Work, pages: Pages, query: Annotated[MoveFilters, Query()]
) -> Json:
    """List what was put right of the credit of the clients you see."""
    values = await AdjustmentRepository(work).scope_values()
    return Json(await ADJUSTMENTS.page(work, pages, query.model_dump(exclude_none=True), **values))


@adjustments.post(
    "", permission=WRITE, status=201, response_model=AdjustmentView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "credit_type_id": "01890a5d-ac96-774b-bcce-b302099a8058", "amount": "1",
             "reason": "جلسة لم تُحتسب"},
)  # fmt: skip
async def adjust_credit(work: Work, context: Context, body: AdjustmentCreate) -> Json:
    """Put right what a client has, and say why."""
    await ensure_tenant(context, work.tenant_id)
    said = await ask_about(work, context, body.client_id)
    client = await client_to_write(work, body.client_id, said)
    made = await transferring.adjust(work, client.id, body.model_dump())
    return Json(*await AdjustmentRepository(work).shown(made.id), location=made.id)


@adjustments.get("/{credit_adjustment_id}", permission=READ, response_model=AdjustmentView)
async def get_credit_adjustment(work: Work, credit_adjustment_id: UUID) -> Json:
    """Read an adjustment."""
    return Json(*await AdjustmentRepository(work).read(credit_adjustment_id))


@shares.get("", permission=READ, response_model=Page[ShareView])
async def list_credit_shares(
    work: Work, pages: Pages, query: Annotated[ShareFilters, Query()]
) -> Json:
    """List whose credit is used by whom too, of whom you see both."""
    values = await ShareRepository(work).scope_values()
    return Json(await SHARES.page(work, pages, query.model_dump(exclude_none=True), **values))


@shares.post(
    "", permission=WRITE, status=201,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "with_client_id": "01890a5d-ac96-774b-bcce-b302099a8059"},
)  # fmt: skip
async def share_credit(work: Work, context: Context, body: ShareCreate) -> ShareView:
    """Let a linked client use what a client has, once their own is used up."""
    client_id, with_id, link_id = await _linked(
        work, context, ("client_id", body.client_id), ("with_client_id", body.with_client_id)
    )
    return _shown(await sharing.share(work, client_id, with_id, link_id, body.model_dump()))


@shares.get("/{credit_share_id}", permission=READ)
async def get_credit_share(work: Work, credit_share_id: UUID) -> ShareView:
    """Read whose credit is used by whom too."""
    return _shown(await ShareRepository(work).get(credit_share_id))


@shares.delete("/{credit_share_id}", permission=WRITE)
async def end_credit_share(work: Work, credit_share_id: UUID) -> None:
    """Let a linked client use no more of what a client has."""
    await sharing.end_share(work, credit_share_id)


async def _linked(
    work: UnitOfWork, context: Running, one: tuple[str, UUID], other: tuple[str, UUID]
) -> tuple[UUID, UUID, UUID]:
    """Who answers for two linked clients whom the caller may change, and their link.

    Raises UnknownClient, FolderNotWritable and ClientsNotLinked.
    """
    await ensure_tenant(context, work.tenant_id)
    said = await ask_about_each(work, context, {one[1], other[1]})
    peers: Peers = context.peers
    link_id = await peers.link_between(work.tenant_id, one[1], other[1])
    first = await client_to_write(work, one[1], said[one[1]], field=one[0])
    second = await client_to_write(work, other[1], said[other[1]], field=other[0])
    if link_id is None and first.id != second.id:
        raise ClientsNotLinked(field=other[0])
    return first.id, second.id, link_id or first.id


def _shown(row: Share) -> ShareView:
    return ShareView.model_validate(asdict(row) | {"url": f"/v1/clients/{row.client_id}"})
