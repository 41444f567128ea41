"""Replicas come and go under load, and no caller notices."""

import pytest

from local.stack import Stack
from tests.chaos.load import Load, each_effect_once, greeting_flow
from tests.product import Product

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
