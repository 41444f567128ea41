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
# Who buys, and whom it is about where that is another client.
Whose = tuple[UUID | None, UUID | None]
_kept: WeakKeyDictionary[Database, Answers[Json]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Parties:
    """What identity and clients say of them now; without a client it is a walk-in sale."""

    company: Json
    client_id: UUID | None
    client: Json | None
    for_client_id: UUID | None = None
    for_client: Json | None = None

    @property
    def payer_id(self) -> UUID | None:
        """Who pays for the client, as clients says now."""
        payer_id = self.client and self.client.get("bill_to_id")
        return UUID(payer_id) if payer_id else None

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

    def about(self) -> Json | None:
        """Whom it is about, as the document keeps them; nobody else who was merged into the buyer.

        A merged client is told as its survivor.
        """
        if self.for_client is None or (self.client and self.client["id"] == self.for_client["id"]):
            return None
        return rules.about(self.for_client)


async def ask(
    context: Context, tenant_id: UUID, client_id: UUID | None, for_client_id: UUID | None = None
) -> Parties:
    """Who they are now; raises UnknownClient and Unavailable.

    Before the first statement of the work that issues: no answer may be of yesterday, as it stays
    on the document.
    """
    whose = client_id, for_client_id
    found = (await ask_for_each(context, tenant_id, [whose]))[whose]
    if isinstance(found, UnknownClient):
        raise found
    return found


async def ask_for_each(
    context: Context, tenant_id: UUID, each: Collection[Whose]
) -> dict[Whose, Parties | UnknownClient]:
    """The same for several buyers, in one question at most; raises Unavailable."""
    if not each:
        return {}
    named = list({one for whose in each for one in whose if one is not None})
    kept = await _answers(context).of(tenant_id, [tenant_id, *named])
    company, clients = await asyncio.gather(_company(context, kept), _clients(context, kept, named))
    return {whose: _parties(company, whose, clients) for whose in each}


def _parties(company: Json, whose: Whose, clients: Mapping[UUID, Json]) -> Parties | UnknownClient:
    for client_id, name in zip(whose, ("client_id", "for_client_id"), strict=True):
        if client_id is not None and client_id not in clients:
            return UnknownClient(field=name)
    found = [clients[one] if one else None for one in whose]
    return Parties(company, whose[0], found[0], whose[1], found[1])


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
