"""Asking who sells and who buys, before a document is issued."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from billing.branches.repository import BranchRepository
from billing.parties import rules
from chassis.context import Context
from chassis.database import Database
from chassis.marks import Answers, Found
from chassis.work import UnitOfWork
from refs.about import UnknownClient

Json = dict[str, Any]
_kept: WeakKeyDictionary[Database, Answers[Json]] = WeakKeyDictionary()


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
    found = (await ask_for_each(context, tenant_id, [client_id]))[client_id]
    if isinstance(found, UnknownClient):
        raise found
    return found


async def ask_for_each(
    context: Context, tenant_id: UUID, client_ids: Collection[UUID | None]
) -> dict[UUID | None, Parties | UnknownClient]:
    """The same for several buyers, in one question at most; raises Unavailable."""
    if not client_ids:
        return {}
    named = [one for one in client_ids if one is not None]
    kept = await _answers(context).of(tenant_id, [tenant_id, *named])
    company, clients = await asyncio.gather(_company(context, kept), _clients(context, kept, named))
    return {
        one: Parties(company, one, clients[one] if one else None) if one is None or one in clients
        else UnknownClient(field="client_id")
        for one in client_ids
    }  # fmt: skip


def _answers(context: Context) -> Answers[Json]:
    found = _kept.get(context.database)
    return found or _kept.setdefault(context.database, Answers(context.redis))


async def _company(context: Context, kept: Found[Json]) -> Json:
    tenant_id = kept.tenant_id
    if (known := kept.holding.get(tenant_id)) is not None:
        return known
    found: Json = await context.peers.company(tenant_id)
    kept.keep(tenant_id, found["version"], found)
    return found


async def _clients(
    context: Context, kept: Found[Json], client_ids: Collection[UUID]
) -> dict[UUID, Json]:  # fmt: skip
    found = {one: kept.holding[one] for one in client_ids if one in kept.holding}
    missing = [one for one in client_ids if one not in found]
    if not missing:
        return found
    asked: dict[UUID, Json] = await context.peers.clients(kept.tenant_id, missing)
    for client_id, client in asked.items():
        # One that was merged is told as its survivor, whose changes are marked under another id.
        if client["id"] == str(client_id):
            kept.keep(client_id, client["version"], client)
    return found | asked
