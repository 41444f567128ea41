"""Asking who sells and who buys, before a document is issued."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from billing.branches.repository import BranchRepository
from billing.parties import rules
from chassis.context import Context
from chassis.errors import NotFound
from chassis.work import UnitOfWork
from refs.about import UnknownClient

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parties:
    """What identity and clients say of them now; without a client it is a walk-in sale."""

    company: Json
    client_id: UUID | None
    client: Json | None

    async def seller(self, work: UnitOfWork, branch_id: UUID | None) -> Json:
        """As the document keeps it."""
        branch = await BranchRepository(work).find(branch_id) if branch_id else None
        return self.seller_at(asdict(branch) if branch else {})

    def seller_at(self, branch: Mapping[str, Any]) -> Json:
        """The same where the branch is at hand."""
        return rules.seller(self.company, branch)

    def buyer(self) -> Json | None:
        """As the document keeps it."""
        return rules.buyer(self.client) if self.client else None


async def ask(context: Context, tenant_id: UUID, client_id: UUID | None) -> Parties:
    """Who they are now; raises UnknownClient and Unavailable.

    Before the first statement of the work that issues: no answer may be of yesterday, as it stays
    on the document.
    """
    company, client = await asyncio.gather(
        context.peers.company(tenant_id), _client(context, tenant_id, client_id)
    )
    return Parties(company, client_id, client)


async def ask_for_each(
    context: Context, tenant_id: UUID, client_ids: Collection[UUID | None]
) -> dict[UUID | None, Parties | UnknownClient]:
    """The same for several buyers, in one question; raises Unavailable."""
    if not client_ids:
        return {}
    named = [one for one in client_ids if one is not None]
    company, clients = await asyncio.gather(
        context.peers.company(tenant_id), _clients(context, tenant_id, named)
    )
    return {
        one: Parties(company, one, clients[one] if one else None) if one is None or one in clients
        else UnknownClient(field="client_id")
        for one in client_ids
    }  # fmt: skip


async def _clients(
    context: Context, tenant_id: UUID, client_ids: Collection[UUID]
) -> dict[UUID, Json]:  # fmt: skip
    found: dict[UUID, Json] = {}
    if client_ids:
        found = await context.peers.clients(tenant_id, client_ids)
    return found


async def _client(context: Context, tenant_id: UUID, client_id: UUID | None) -> Json | None:
    if client_id is None:
        return None
    try:
        found: Json = await context.peers.client(tenant_id, client_id)
    except NotFound:
        raise UnknownClient(field="client_id") from None
    return found
