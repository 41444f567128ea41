"""What a company has in billing, and what clients say of its clients."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any
from uuid import UUID

import pytest

from billing.peers import Peers
from chassis.errors import NotFound
from chassis.testing.person import Json, Person

__all__ = ["Json", "Person", "clients_say", "make_product", "make_tax"]


async def make_tax(person: Person, **fields: Any) -> Json:
    return await person.post(
        "/v1/taxes", {"name": "VAT", "rate": "0.15", "category": "S", **fields}
    )


async def make_product(person: Person, **fields: Any) -> Json:
    return await person.post("/v1/products", {"name": "استشارة", "kind": "service", **fields})


def clients_say(patch: pytest.MonkeyPatch, say: Callable[[], Awaitable[Json]]) -> None:
    """What clients answers of everybody, as of one who was merged: nobody keeps that."""

    async def clients(_: Any, __: UUID, client_ids: Collection[UUID]) -> dict[UUID, Json]:
        try:
            said = await say()
        except NotFound:
            return {}
        return {one: {"id": "", "version": 1} | said for one in client_ids}

    patch.setattr(Peers, "clients", clients)
