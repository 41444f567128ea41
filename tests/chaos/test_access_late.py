"""What was taken from somebody is theirs no more, though no change of access arrives anywhere."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta

import nats
import pytest

from chassis.stream import STREAM
from chassis.testing.eventually import eventually
from local.stack import Stack
from refs import consumers
from tests.product import Person
from tests.world import World, joined

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
_SERVICES = ("comms", "automation")
_log = logging.getLogger(__name__)
Broken = Callable[[Stack], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def nobody_follows(stack: Stack) -> AsyncIterator[None]:
    """As if the workers of the other services stood still."""
    followed = [
        one.durable
        for name in _SERVICES
        for one in consumers.folder_access(name).subscriptions
    ]  # fmt: skip
    connection = await nats.connect(stack.nats.url)

    async def pause(until: datetime) -> None:
        for durable in followed:
            await connection.jetstream().pause_consumer(STREAM, durable, until.isoformat())

    await pause(datetime.now(UTC) + timedelta(hours=1))
    try:
        yield
    finally:
        await pause(datetime.now(UTC) - timedelta(hours=1))
        await connection.close()


@asynccontextmanager
async def without_nats(stack: Stack) -> AsyncIterator[None]:
    """Nothing is told to anybody."""
    await stack.stop_server("nats")
    yield
    await stack.start_server("nats")


@pytest.mark.parametrize("broken", [nobody_follows, without_nats])
async def test_what_was_taken_is_refused_though_no_service_hears_of_it(
    stack: Stack, world: World, broken: Broken
) -> None:
    """GW-02, GW-04: single reads and writes ask clients itself; lists follow once all is well."""
    colleague, principal = await _colleague(world)
    one = {
        "comms": f"/v1/messages/{world.ids['message_id']}",
        "automation": f"/v1/runs/{world.ids['run_id']}",
    }

    async def answers(status: int) -> bool:
        found = await asyncio.gather(*(colleague.ask("GET", path) for path in one.values()))
        return [answer.status_code for answer in found] == [status] * len(found)

    async def lists() -> list[int]:
        about = {"client_id": world.ids["client_id"]}
        return [
            len((await colleague.get(p, **about))["items"]) for p in ("/v1/messages", "/v1/runs")
        ]

    async def lists_nothing() -> bool:
        return not any(await lists())

    await _put(world, principal, "read")
    await eventually(lambda: answers(200), within=60)
    async with broken(stack):
        await _put(world, principal, "none")
        started = time.monotonic()
        await eventually(lambda: answers(404), within=90)
        _log.info("refused %.1f s after it was taken away", time.monotonic() - started)
        for path in one.values():
            assert (await colleague.ask("POST", f"{path}/cancel")).status_code == 404
        assert all(await lists())
    await eventually(lists_nothing, within=120)
    assert await answers(404)
    await _put(world, principal, "read")
    await eventually(lambda: answers(200), within=120)


async def _colleague(world: World) -> tuple[Person, str]:
    held = ["comms:read", "comms:write", "automation:read", "automation:write"]
    role = await world.made(
        "/v1/roles", {"name": world.text(), "permissions": held, "visibility": "folders"}
    )
    user, person = await joined(world, role)
    return person, f"user:{user}"


async def _put(world: World, principal: str, level: str) -> None:
    path = f"/v1/folders/{world.ids['folder_id']}/access"
    entries = [{"principal": principal, "level": level}]
    answer = await world.person.ask("PUT", path, json=entries)
    assert answer.is_success, answer.text
