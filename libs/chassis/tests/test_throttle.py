"""Strangers are counted in Redis, under each key; without it nobody is refused."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from redis.asyncio import Redis

from chassis import throttle
from local.servers.valkey import Valkey


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Valkey]:
    running = Valkey(tmp_path / "valkey")
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def context(server: Valkey) -> AsyncIterator[Any]:
    connection = Redis.from_url(server.url, socket_timeout=0.5, socket_connect_timeout=0.5)
    yield SimpleNamespace(redis=connection)
    await connection.aclose()


async def test_each_key_has_a_limit_of_its_own(context: Any) -> None:
    """GW-09"""
    here, there = throttle.place_of("shop", "198.51.100.7"), throttle.place_of("shop", "::1")
    assert here != there and "198.51.100.7" not in here
    asked = [(here, 2, 9), (here, 2, 9), (here, 2, 9), (there, 2, 9), (there, 2, 3)]
    within = [
        await throttle.is_within(context, {place: most, "shop": of_shop}, 60)
        for place, most, of_shop in asked
    ]
    assert within == [True, True, False, True, False]
    assert 0 < await context.redis.ttl(here) <= 60


async def test_who_is_refused_uses_up_nothing_of_what_is_for_all(context: Any) -> None:
    """GW-09: one address does not close a shop."""
    asked = [await throttle.is_within(context, {"here": 2, "shop": 3}, 60) for _ in range(50)]
    assert asked.count(True) == 2
    assert await throttle.is_within(context, {"there": 2, "shop": 3}, 60)


def test_a_line_is_one_place_whatever_its_address() -> None:
    """GW-09"""
    one, other = throttle.place_of("2001:db8:1:2::1"), throttle.place_of("2001:db8:1:2:ffff::9")
    assert one == other != throttle.place_of("2001:db8:1:3::1")
    assert throttle.place_of("::ffff:198.51.100.7") == throttle.place_of("198.51.100.7")


async def test_without_redis_nobody_is_refused(context: Any, server: Valkey) -> None:
    await server.stop()
    assert await throttle.is_within(context, {"shop": 0}, 60)
