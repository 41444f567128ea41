"""Whatever happens while a unit of work is undone, its connection does not stay lent."""

import asyncio
from typing import Any

import asyncpg
import pytest

from chassis.database import failure_of
from chassis.errors import Unavailable
from chassis.testing.harness import Harness


@pytest.mark.parametrize("trouble", [asyncpg.InternalClientError, OSError, asyncio.CancelledError])
async def test_a_failing_rollback_gives_the_connection_back(
    shop: Harness, trouble: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = shop.context.database
    pool = database.pool("app")
    lent: set[Any] = pool._lent
    with pytest.raises((ValueError, asyncio.CancelledError)):
        async with database.work(shop.caller()) as work:
            connection = await work.connection()

            async def fail(*_: object) -> str:
                raise trouble

            monkeypatch.setattr(type(connection), "execute", fail)
            raise ValueError
    monkeypatch.undo()
    assert connection not in lent
    async with database.work(shop.caller()) as work:
        assert await (await work.connection()).fetchval("select 1") == 1


def test_a_connection_that_ended_between_two_statements_is_an_outage() -> None:
    assert isinstance(failure_of(asyncpg.InternalClientError("cannot switch state")), Unavailable)
