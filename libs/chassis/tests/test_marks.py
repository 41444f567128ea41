"""Answers are kept until their thing is marked, and not at all without Redis."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from redis.asyncio import Redis

from chassis.events import Event
from chassis.ids import new_id
from chassis.marks import Answers, marking
from local.servers.valkey import Valkey


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Valkey]:
    running = Valkey(tmp_path / "valkey")
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def redis(server: Valkey) -> AsyncIterator[Redis]:
    connection = Redis.from_url(server.url, socket_timeout=0.5, socket_connect_timeout=0.5)
    yield connection
    await connection.aclose()


def changed(tenant_id: UUID, thing_id: UUID, version: int, kind: str = "shop.bicycle.") -> Event:
    return Event(f"{kind}updated", thing_id, {}, version, tenant_id=tenant_id)


async def keep(answers: Answers[str], tenant_id: UUID, thing_id: UUID, version: int) -> None:
    # Twice: the first look at an empty Redis keeps nothing, as marks of before may be lost.
    for _ in range(2):
        (await answers.of(tenant_id, [thing_id])).keep(thing_id, version, f"version {version}")


async def held(answers: Answers[str], tenant_id: UUID, thing_id: UUID) -> str | None:
    return (await answers.of(tenant_id, [thing_id])).holding.get(thing_id)


async def test_an_answer_holds_until_its_thing_is_marked(redis: Redis) -> None:
    """Other things, other tenants, other kinds and older versions do not count."""
    answers, mark = Answers[str](redis), marking(redis, ("shop.bicycle.",))
    tenant_id, thing_id = new_id(), new_id()
    assert await held(answers, tenant_id, thing_id) is None
    await keep(answers, tenant_id, thing_id, 3)
    await mark([
        changed(tenant_id, new_id(), 9), changed(new_id(), thing_id, 9),
        changed(tenant_id, thing_id, 9, "shop.order."), changed(tenant_id, thing_id, 3),
    ])  # fmt: skip
    assert await held(answers, tenant_id, thing_id) == "version 3"
    # A mark does not fall.
    for version in (4, 3):
        await mark([changed(tenant_id, thing_id, version)])
    assert await held(answers, tenant_id, thing_id) is None
    # Whoever asks between the mark and the commit is still told what was.
    await keep(answers, tenant_id, thing_id, 3)
    assert await held(answers, tenant_id, thing_id) is None
    await keep(answers, tenant_id, thing_id, 4)
    assert await held(answers, tenant_id, thing_id) == "version 4"


async def test_nothing_holds_beyond_a_life_of_redis(redis: Redis, server: Valkey) -> None:
    """Its marks are gone with it; while it is away changes go on."""
    answers, mark = Answers[str](redis), marking(redis, ("shop.",))
    tenant_id, thing_id = new_id(), new_id()
    await keep(answers, tenant_id, thing_id, 1)
    assert await held(answers, tenant_id, thing_id) == "version 1"
    await server.stop()
    await mark([changed(tenant_id, thing_id, 2)])
    assert await held(answers, tenant_id, thing_id) is None
    await keep(answers, tenant_id, thing_id, 1)
    await server.start()
    assert await held(answers, tenant_id, thing_id) is None
    assert await held(answers, tenant_id, thing_id) is None


async def test_the_oldest_go_where_there_are_too_many(redis: Redis) -> None:
    answers, tenant_id = Answers[str](redis, most=2), new_id()
    ids = [new_id() for _ in range(3)]
    for one in ids:
        await keep(answers, tenant_id, one, 1)
    found = await answers.of(tenant_id, ids)
    assert set(found.holding) == set(ids[1:])
