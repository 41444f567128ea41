"""A server is away for some seconds under load, and comes back."""

import pytest

from local.stack import Stack
from tests.chaos.load import Load, each_effect_once, greeting_flow
from tests.product import Product

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


async def test_without_nats_the_product_takes_everything_and_tells_it_later(
    stack: Stack, product: Product
) -> None:
    """CL-32: nothing is refused; events and their effects come when NATS is back."""
    owner = await product.sign_up()
    await greeting_flow(owner)
    async with Load(owner) as load:
        await load.gets_through()
        await stack.stop_server("nats")
        await load.goes_on(5)
        await load.gets_through()
        await stack.start_server("nats")
        await load.gets_through()
    assert not load.refused
    await each_effect_once(product, owner, load.acknowledged)


async def test_without_valkey_the_product_goes_on(stack: Stack, product: Product) -> None:
    """Counters and caches are gone, work is not: also signing up and signing in."""
    owner = await product.sign_up()
    await greeting_flow(owner)
    async with Load(owner) as load:
        await load.gets_through()
        await stack.stop_server("valkey")
        await load.goes_on(3)
        other = await product.sign_up()
        await product.sign_in(other.email)
        found = await other.get("/v1/clients", q="nobody")
        assert found["items"] == []
        await load.gets_through()
        await stack.start_server("valkey")
        await load.gets_through()
    assert not load.refused
    await each_effect_once(product, owner, load.acknowledged)
    await product.sign_in(owner.email)


async def test_without_postgresql_requests_are_refused_clearly_and_nothing_is_lost(
    stack: Stack, product: Product
) -> None:
    """Every refusal is a 503 that says so; all recovers unaided."""
    owner = await product.sign_up()
    await greeting_flow(owner)
    async with Load(owner) as load:
        await load.gets_through()
        await stack.stop_server("postgres")
        await load.goes_on(5)
        answer = await owner.ask("GET", "/v1/clients")
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["retry-after"]
        await stack.start_server("postgres")
        await load.gets_through()
    assert load.refused
    assert {reason.split(";")[0] for reason in load.refused} == {
        "503 application/problem+json unavailable"
    }
    assert load.longest < 10
    await stack.wait_ready()
    await each_effect_once(product, owner, load.acknowledged, may_copy=True)


async def test_a_frozen_database_is_no_frozen_product(stack: Stack, product: Product) -> None:
    """PostgreSQL takes connections and answers nothing: the caller learns so in seconds."""
    owner = await product.sign_up()
    await greeting_flow(owner)
    async with Load(owner) as load:
        await load.gets_through()
        stack.pause("postgres")
        await load.goes_on(6)
        stack.resume("postgres")
        await load.gets_through()
    assert all(reason.startswith("503") for reason in load.refused), load.refused
    await each_effect_once(product, owner, load.acknowledged, may_copy=True)
