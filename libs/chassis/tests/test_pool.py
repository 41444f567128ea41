"""A pool lends each connection to one at a time, and never one that is of no use."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from chassis import pool as pools
from chassis.pool import Connection, Pool
from local.servers.backing import BackingServers


@pytest.fixture
async def pool(servers: BackingServers) -> AsyncIterator[Pool]:
    async def connect() -> Connection:
        return await asyncpg.connect(servers.postgres.url())

    opened = Pool(connect, 2)
    yield opened
    await opened.close()


async def test_a_connection_is_used_again_and_never_by_two(pool: Pool) -> None:
    first, second = await pool.take(), await pool.take()
    assert first is not second
    third = asyncio.create_task(pool.take())
    await asyncio.sleep(0.05)
    assert not third.done()
    pool.give(first)
    assert await third is first
    pool.give(first)
    pool.give(second)
    assert await pool.take() is second
    pool.give(second)


async def test_who_waits_too_long_is_told_and_takes_nothing(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_WAIT_SECONDS", 0.05)
    lent = [await pool.take() for _ in range(2)]
    with pytest.raises(TimeoutError):
        await pool.take()
    for connection in lent:
        pool.give(connection)
    assert {await pool.take() for _ in range(2)} == set(lent)
    for connection in lent:
        pool.give(connection)


async def test_a_connection_that_died_or_is_left_in_a_transaction_is_not_lent_again(
    pool: Pool,
) -> None:
    async with pool.acquire() as dead:
        dead.terminate()
    async with pool.acquire() as left:
        assert left is not dead
        await left.execute("BEGIN")
    assert left.is_closed()
    async with pool.acquire() as fresh:
        assert await fresh.fetchval("select 1") == 1


async def test_a_failure_to_connect_takes_no_place() -> None:
    async def refuse() -> Connection:
        raise ConnectionRefusedError

    pool = Pool(refuse, 1)
    for _ in range(3):
        with pytest.raises(ConnectionRefusedError):
            await pool.take()
    await pool.close()


async def test_what_nobody_uses_is_closed(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "_LOOK_SECONDS", 0.05)
    monkeypatch.setattr(pools, "_UNUSED_SECONDS", 0.0)
    async with pool.acquire() as connection:
        pass
    await asyncio.sleep(0.3)
    assert connection.is_closed()


async def test_a_closed_pool_cuts_what_is_lent_and_lends_no_more(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_WAIT_SECONDS", 0.05)
    lent = await pool.take()
    await pool.close()
    assert lent.is_closed()
    pool.give(lent)
    with pytest.raises(asyncpg.InterfaceError):
        await pool.take()


async def test_a_kept_plan_does_not_outlive_the_table_it_was_made_for(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_FIRST_PLANS_SECONDS", 0.0)

    async def expected(connection: Connection) -> str:
        return str(await connection.fetchval("explain execute every"))

    async with pool.acquire() as connection:
        await connection.execute(
            "create temporary table grows (n int); prepare every as select n from grows"
        )
        small = await expected(connection)
        await connection.execute("insert into grows select generate_series(1, 100000)")
        assert await expected(connection) == small
    async with pool.acquire() as again:
        assert again is connection
        assert await expected(again) != small
