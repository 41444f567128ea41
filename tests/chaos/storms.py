"""Sales side by side while what they need is killed, and the proof of all that is left."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any, Final

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.chaos.proofs import buyers, each_is_whole, sold_in_calm
from tests.chaos.sales import KINDS, Sale, sell
from tests.product import Person, Product

SEED: Final = 4_1446
# The two replicas of billing.
REPLICAS: Final = (("billing", 0), ("billing", 1))
_CALLERS: Final = 4
Victims = Sequence[tuple[str, int]]


async def storm(
    stack: Stack, product: Product, victims: Victims, *, operations: int, kills: int
) -> None:
    """Each sale ends as one of its kind does in calm; books, numbers and events are whole."""
    chance = random.Random(SEED)
    owner = await product.sign_up()
    clients = await buyers(owner, _CALLERS)
    calm = await sold_in_calm(owner, clients[0])
    await stack.scale("billing", 2)
    sales = _planned(chance, clients, operations)
    await _through_kills(
        stack, owner, sales, chance, [chance.choice(victims) for _ in range(kills)]
    )
    await stack.wait_ready()
    assert sum(sale.acknowledged for sale in sales) >= operations
    await each_is_whole(stack, owner, calm, sales)


def _planned(chance: random.Random, clients: list[str], operations: int) -> list[Sale]:
    sales: list[Sale] = []
    while sum(len(sale.steps()) for sale in sales) < operations:
        sales.append(Sale(chance.choice(list(KINDS)), chance.choice(clients)))
    return sales


async def _through_kills(
    stack: Stack, owner: Person, sales: list[Sale], chance: random.Random, killed: Victims
) -> None:
    """Callers sell side by side; after every so many operations one victim is killed."""
    waiting = iter(sales)

    async def call() -> None:
        for sale in waiting:
            await sell(owner, sale)

    callers = asyncio.gather(*(call() for _ in range(_CALLERS)))
    total = sum(len(sale.steps()) for sale in sales)
    for nth, victim in enumerate(killed, start=1):
        await _reached(callers, sales, total * nth // (len(killed) + 1) + chance.randint(-5, 5))
        assert not callers.done(), "the sales were over before the last kill"
        stack.kill(*victim)
    await callers


async def _reached(callers: "asyncio.Future[Any]", sales: list[Sale], mark: int) -> None:
    async def so_many() -> bool:
        return callers.done() or sum(sale.acknowledged for sale in sales) >= mark

    await eventually(so_many, within=300, every=0.01)
