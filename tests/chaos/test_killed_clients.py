"""kill -9 of the clients service between commit and publish, and between publish and mark."""

import asyncio
from collections import Counter

import pytest

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.chaos.crashes import gate, rows
from tests.chaos.load import each_effect_once, greeting_flow
from tests.events import published
from tests.product import Person, Product

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

_UNSENT = "select id from outbox where sent_at is null"


async def create(owner: Person, count: int) -> dict[str, str]:
    """So many clients, acknowledged."""
    found = {}
    for number in range(count):
        address = f"{owner.tenant['id'][-12:]}-{number}@example.com"
        client = await owner.post(
            "/v1/clients", {"name": f"client {number}", "emails": [{"address": address}]}
        )
        found[client["id"]] = address
    return found


async def times_published(stack: Stack, owner: Person) -> Counter[str]:
    """How often each client's creation stands in the stream."""
    events = await published(stack, owner.tenant["id"])
    bodies = [one.body for one in events]
    return Counter(b["subject"] for b in bodies if b["type"] == "clients.client.created")


async def test_what_was_committed_is_published_once_by_the_next_process(
    stack: Stack, product: Product
) -> None:
    """CL-32: acknowledged, killed before it was published; then each effect is there once."""
    owner = await product.sign_up()
    await greeting_flow(owner)
    await stack.stop_server("nats")
    clients = await create(owner, 12)
    assert len(await rows(stack, "clients", _UNSENT)) >= 12
    stack.kill("clients")
    await stack.start_server("nats")
    await stack.wait_ready()
    await each_effect_once(product, owner, clients)
    assert await times_published(stack, owner) == dict.fromkeys(clients, 1)


async def test_what_was_published_and_not_marked_is_published_again_without_harm(
    stack: Stack, product: Product
) -> None:
    """CL-32: the relay dies between the broker's ack and its own mark."""
    owner = await product.sign_up()
    await greeting_flow(owner)
    await stack.stop_server("nats")
    clients = await create(owner, 12)
    async with gate(stack, "clients", "update on outbox") as outbox:
        await stack.start_server("nats")

        # What the relay took up before the rest was written: it goes no further than its mark.
        async def some_there() -> bool:
            return not clients.keys().isdisjoint(await times_published(stack, owner))

        await eventually(some_there)
        await outbox.kill_there()
    await stack.wait_ready()
    await each_effect_once(product, owner, clients)
    assert await times_published(stack, owner) == dict.fromkeys(clients, 1)

    async def all_marked() -> bool:
        return not await rows(stack, "clients", _UNSENT)

    await eventually(all_marked)


async def test_kills_under_load_lose_nothing_that_was_acknowledged(
    stack: Stack, product: Product
) -> None:
    """CL-32: five times in a row, whatever it was doing just then."""
    owner = await product.sign_up()
    await greeting_flow(owner)
    clients: dict[str, str] = {}
    creating = asyncio.create_task(_create_through_kills(owner, clients, 60))
    for _ in range(5):
        before = len(clients)

        async def goes_on(before: int = before) -> bool:
            return creating.done() or len(clients) > before + 5

        await eventually(goes_on)
        stack.kill("clients")
        await stack.wait_ready()
    await creating
    await each_effect_once(product, owner, clients)
    assert set((await times_published(stack, owner)).values()) == {1}


async def _create_through_kills(owner: Person, clients: dict[str, str], count: int) -> None:
    """Each until it is acknowledged, under one key: a repeated one is the same client."""
    for number in range(count):
        address = f"{owner.tenant['id'][-12:]}-{number}@example.com"
        body = {"name": f"client {number}", "emails": [{"address": address}]}

        async def acknowledged(body: object = body, number: int = number) -> str:
            answer = await owner.ask(
                "POST", "/v1/clients", json=body, headers={"Idempotency-Key": f"load-{number}"}
            )
            return str(answer.json()["id"]) if answer.is_success else ""

        clients[await eventually(acknowledged)] = address
