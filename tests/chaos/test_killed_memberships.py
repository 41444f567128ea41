"""kill -9 of memberships and of billing while credit and memberships are sold, used and paid."""

import random
from typing import Final

import pytest

from local.stack import Stack
from tests.chaos.kept import each_is_kept, renewals, told_in_calm
from tests.chaos.proofs import buyers
from tests.chaos.rights import KINDS, Shop, Telling, planned
from tests.product import Product

SEED: Final = 2_1446
_CALLERS: Final = 4
_STORIES: Final = 60
_KILLS: Final = 6
_VICTIMS: Final = (("memberships", 0), ("memberships", 1), ("billing", 0), ("billing", 1))
pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


async def test_credit_and_memberships_survive_kills(stack: Stack, product: Product) -> None:
    """ME-03, ME-06, ME-13, ME-14, ME-15, ME-19: what was acknowledged is there, and took effect
    once; memberships that renew by themselves do so once, and each invoice is somebody's.
    """
    chance = random.Random(SEED)
    owner = await product.sign_up()
    clients = await buyers(owner, 1 + len(KINDS) + _STORIES)
    shop = await Shop.open(owner, clients.pop())
    async with renewals(stack, owner.tenant["id"]):
        calm = await told_in_calm(owner, shop, [clients.pop() for _ in KINDS])
        for service in ("memberships", "billing"):
            await stack.scale(service, 2)
        stories = planned(chance, shop, clients)
        async with Telling(owner, stories, _CALLERS) as telling:
            for nth in range(1, _KILLS + 1):
                await telling.reached(telling.steps * nth // (_KILLS + 1) + chance.randint(-3, 3))
                stack.kill(*chance.choice(_VICTIMS))
        await stack.wait_ready()
        await each_is_kept(stack, owner, calm, stories)
    assert [story.acknowledged for story in stories] == [len(story.names) for story in stories]
