"""Effects asked for twice over gRPC: the key makes them one, on a real database."""

import asyncio
from collections.abc import AsyncIterator
from importlib import resources
from typing import Any

import asyncpg
import pytest

from chassis.caller import Caller
from chassis.database import Database
from chassis.errors import Invalid, NotFound, Unavailable
from chassis.rpc.client import Asking, Peer
from chassis.testing.databases import Databases
from libs.chassis.tests.rpc.echoing import settings_of


@pytest.fixture
async def keeping(world: Any, databases: Databases) -> AsyncIterator[Peer]:
    """The echo service with one replica that has a database."""
    urls = await databases.empty("echo")
    owner = await asyncpg.connect(urls.owner)
    for name in (
        "0001_plumbing.sql", "0003_audit_clients.sql", "0004_urgent_events.sql",
        "0005_forgetting.sql",
    ):  # fmt: skip
        await owner.execute((resources.files("chassis") / "sql" / name).read_text())
    await owner.execute("grant all on all tables in schema public to echo_app")
    await owner.close()
    roles = {"database_app_url": urls.app, "database_worker_url": urls.worker}
    world.database = Database(settings_of("echo", **roles))
    await world.database.open()
    world.list((await world.replica()).port)
    yield world.peer()
    await world.stack.aclose()
    await world.database.close()


async def test_second_asking_gets_the_first_answer_without_a_second_effect(
    world: Any, keeping: Peer, echo: Any, user: Caller
) -> None:
    run = Asking(user.acting_as("flow:1"))
    first = await keeping.call(echo.change, echo.ask("pay"), run, key="run/step")
    again = await keeping.call(echo.change, echo.ask("pay"), run, key="run/step")
    assert first == again
    assert world.heard == ["pay"]
    with pytest.raises(Invalid) as refused:
        await keeping.call(echo.change, echo.ask("pay more"), run, key="run/step")
    assert refused.value.code == "idempotency_key_reused"


async def test_key_is_the_principals_own(
    world: Any, keeping: Peer, echo: Any, user: Caller
) -> None:
    for principal in ("flow:1", "flow:2", user.principal):
        run = Asking(user.acting_as(principal))
        answer = await keeping.call(echo.change, echo.ask("pay"), run, key="run/step")
        assert answer.principal == principal
    assert world.heard == ["pay"] * 3


async def test_refused_effect_leaves_no_trace_of_its_key(
    world: Any, keeping: Peer, echo: Any, user: Caller
) -> None:
    for _ in range(2):
        with pytest.raises(NotFound):
            await keeping.call(echo.change, echo.ask("hidden"), Asking(user), key="k")
    assert world.heard == ["hidden"] * 2


async def test_asking_while_the_first_still_runs_gets_its_answer(
    world: Any, keeping: Peer, echo: Any, user: Caller
) -> None:
    async def pay(text: str) -> Any:
        return await keeping.call(echo.change, echo.ask(text), Asking(user), key="k", within=8)

    quick = await asyncio.gather(*(pay("slow 0.1") for _ in range(5)))
    assert len({answer.text for answer in quick}) == 1
    assert world.heard == ["slow 0.1"]


async def test_asking_until_the_time_is_up_while_the_first_runs_has_no_answer(
    world: Any, keeping: Peer, echo: Any, user: Caller
) -> None:
    asking = Asking(user)

    async def pay(within: float) -> Any:
        return await keeping.call(echo.change, echo.ask("slow 3"), asking, key="k", within=within)

    first = asyncio.create_task(pay(20))
    while not world.heard:
        await asyncio.sleep(0.01)
    with pytest.raises(Unavailable):
        await pay(1.5)
    assert (await first).text == "slow 3"
    assert world.heard == ["slow 3"]
