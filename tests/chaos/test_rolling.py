"""Replicas come and go under load, and no caller notices."""

import random
from typing import Final

import pytest

from local.stack import Stack
from tests.chaos.kept import each_is_kept, renewals, told_in_calm
from tests.chaos.load import Load, each_effect_once, greeting_flow
from tests.chaos.proofs import buyers, each_is_whole, sold_in_calm
from tests.chaos.rights import KINDS, Shop, Telling, planned
from tests.chaos.sales import Selling
from tests.product import Product

_CALLERS: Final = 3
_STORIES: Final = 240
pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


async def test_restarting_each_of_two_replicas_in_turn_fails_no_request(
    stack: Stack, product: Product
) -> None:
    """A release of one service is invisible: 0 failed requests, every effect once."""
    owner = await product.sign_up()
    await greeting_flow(owner)
    await stack.scale("clients", 2)
    async with Load(owner) as load:
        await load.gets_through()
        for index in (0, 1):
            await stack.restart("clients", index)
            await load.gets_through()
        await stack.scale("clients", 1)
        await load.gets_through()
    assert not load.refused
    await each_effect_once(product, owner, load.acknowledged)


@pytest.mark.parametrize("service", ["comms", "automation"])
async def test_restarting_who_works_behind_loses_no_effect(
    stack: Stack, product: Product, service: str
) -> None:
    """While it drains it finishes what it has begun; its replica goes on."""
    owner = await product.sign_up()
    await greeting_flow(owner)
    await stack.scale(service, 2)
    async with Load(owner) as load:
        await load.gets_through()
        for index in (0, 1):
            await stack.restart(service, index)
            await load.gets_through()
    await stack.scale(service, 1)
    assert not load.refused
    await each_effect_once(product, owner, load.acknowledged)


async def test_restarting_billing_fails_no_sale(stack: Stack, product: Product) -> None:
    """BI-01, BI-09, BI-12: 0 failed requests; each sale ends as in calm, every event once."""
    owner = await product.sign_up()
    clients = await buyers(owner, _CALLERS)
    calm = await sold_in_calm(owner, clients[0])
    await stack.scale("billing", 2)
    async with Selling(owner, clients, random.Random(1446)) as selling:
        await selling.gets_through()
        for index in (0, 1):
            await stack.restart("billing", index)
            await selling.gets_through()
        await stack.scale("billing", 1)
        await selling.gets_through()
    assert not selling.refused
    await each_is_whole(stack, owner, calm, selling.sales)


async def test_restarting_memberships_fails_nothing_that_members_do(
    stack: Stack, product: Product
) -> None:
    """ME-06, ME-14, ME-15: 0 failed requests; each story ends as in calm, every event once."""
    owner = await product.sign_up()
    clients = await buyers(owner, 1 + len(KINDS) + _STORIES)
    shop = await Shop.open(owner, clients.pop())
    async with renewals(stack, owner.tenant["id"]):
        calm = await told_in_calm(owner, shop, [clients.pop() for _ in KINDS])
        await stack.scale("memberships", 2)
        stories = planned(random.Random(1446), shop, clients)
        async with Telling(owner, stories, _CALLERS) as telling:
            await telling.gets_through()
            for index in (0, 1):
                await stack.restart("memberships", index)
                await telling.gets_through()
            await stack.scale("memberships", 1)
            await telling.gets_through()
            telling.enough()
        assert not telling.refused
        await each_is_kept(stack, owner, calm, telling.begun)
