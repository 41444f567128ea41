"""Replicas that share the load, come, go and die, while calls go on."""

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from chassis.caller import Caller
from chassis.errors import Unavailable
from chassis.rpc.client import AskedTooLate, Asking, Peer
from chassis.testing.eventually import eventually
from chassis.work import Trail, UnitOfWork
from libs.chassis.tests.rpc import echoing

ROOT = Path(__file__).parents[4]


class Load:
    """Callers that go on asking until told to stop; counts what became of each call."""

    def __init__(self, peer: Peer, method: Any, ask: Any, by: Asking) -> None:
        self.answers: Counter[str] = Counter()
        self.failures: list[Exception] = []
        self._going = True
        self._tasks = [asyncio.create_task(self._go_on(peer, method, ask, by, n)) for n in range(8)]

    async def _go_on(self, peer: Peer, method: Any, ask: Any, by: Asking, caller: int) -> None:
        turn = 0
        while self._going:
            turn += 1
            try:
                answer = await peer.call(method, ask(f"{caller}/{turn}"), by)
                self.answers[answer.served_by] += 1
            except Exception as error:
                self.failures.append(error)
            await asyncio.sleep(0.005)

    async def answered(self, name: str, more: int = 25) -> None:
        """Wait until a replica has given so many more answers."""
        enough = self.answers[name] + more

        async def are() -> bool:
            return self.answers[name] >= enough

        await eventually(are)

    async def left(self, name: str, other: str) -> None:
        """Wait until one replica answers nothing any more while another goes on."""

        async def is_left() -> bool:
            before = self.answers[name]
            await self.answered(other)
            return self.answers[name] == before

        await eventually(is_left)

    async def stop(self) -> None:
        self._going = False
        await asyncio.gather(*self._tasks)


async def test_replicas_take_turns(world: Any, echo: Any, user: Caller) -> None:
    one, two = await world.replica("one"), await world.replica("two")
    world.list(one.port, two.port)
    peer, asking = world.peer(), Asking(user)

    async def are_both_there() -> bool:
        warm = (peer.call(echo.say, echo.ask("warm"), asking) for _ in range(20))
        return {answer.served_by for answer in await asyncio.gather(*warm)} == {"one", "two"}

    await eventually(are_both_there)
    answers = [await peer.call(echo.say, echo.ask("hello"), asking) for _ in range(40)]
    assert Counter(a.served_by for a in answers) == {"one": 20, "two": 20}


async def test_replicas_swapped_under_load_cost_no_call(
    world: Any, echo: Any, user: Caller
) -> None:
    """Unsafe calls, which nobody sends again: added, then the old one drained and removed."""
    one = await world.replica("one")
    world.list(one.port)
    load = Load(world.peer(), echo.change, echo.ask, Asking(user))
    await load.answered("one")
    two = await world.replica("two")
    world.list(one.port, two.port)
    await load.answered("two")
    world.list(two.port)
    await load.left("one", "two")
    before = load.answers["one"]
    await one.server.stop(5)
    await load.answered("two")
    await load.stop()
    assert load.failures == []
    assert load.answers["one"] == before
    assert len(world.heard) == len(set(world.heard))


async def test_draining_replica_is_left_before_it_stops(
    world: Any, echo: Any, user: Caller
) -> None:
    """The file still lists it, as Kubernetes' DNS does for a while: its health tells."""
    one, two = await world.replica("one"), await world.replica("two")
    world.list(one.port, two.port)
    load = Load(world.peer(), echo.change, echo.ask, Asking(user))
    await asyncio.gather(load.answered("one"), load.answered("two"))
    await one.server.drain()
    await load.left("one", "two")
    await one.server.stop(5)
    await load.answered("two")
    await load.stop()
    assert load.failures == []


async def start_replica(stack: AsyncExitStack, echo: Any, name: str, user: Caller) -> Any:
    arguments = (str(echo.folder), name, str(user.tenant_id), str(user.user_id))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", echoing.__name__, *arguments, stdout=-1, cwd=ROOT,
    )  # fmt: skip

    async def end() -> None:
        if process.returncode is None:
            process.kill()
        await process.wait()

    stack.push_async_callback(end)
    assert process.stdout is not None
    port = int(await process.stdout.readline())
    heard: list[str] = []
    reading = asyncio.create_task(listen(process.stdout, heard))
    stack.push_async_callback(asyncio.wait, [reading])
    return process, port, heard, reading


async def listen(stream: asyncio.StreamReader, heard: list[str]) -> None:
    async for line in stream:
        heard.append(line.decode().strip())


async def test_killed_replica_costs_safe_calls_nothing_and_unsafe_ones_are_sent_once(
    world: Any, echo: Any, user: Caller
) -> None:
    async with AsyncExitStack() as stack:
        one, two = await asyncio.gather(
            start_replica(stack, echo, "one", user), start_replica(stack, echo, "two", user)
        )
        world.list(one[1], two[1])
        peer = world.peer()
        safe = Load(peer, echo.say, lambda text: echo.ask(f"safe {text}"), Asking(user))
        unsafe = Load(peer, echo.change, lambda text: echo.ask(f"unsafe {text}"), Asking(user))
        await asyncio.gather(*(load.answered(n) for load in (safe, unsafe) for n in ("one", "two")))
        os.kill(one[0].pid, signal.SIGKILL)
        await one[0].wait()
        await asyncio.gather(safe.answered("two"), unsafe.answered("two"))
        await asyncio.gather(safe.stop(), unsafe.stop())
        two[0].kill()
        await asyncio.wait([one[3], two[3]])
    assert safe.failures == []
    # What was on the wire may have happened: that is for the caller to find out.
    assert len(unsafe.failures) <= 8
    assert all(isinstance(failure, Unavailable) for failure in unsafe.failures)
    asked = [text for text in one[2] + two[2] if text.startswith("unsafe")]
    assert len(asked) == len(set(asked))


async def test_call_ends_at_its_deadline(world: Any, peer: Peer, echo: Any, user: Caller) -> None:
    started = time.monotonic()
    with pytest.raises(Unavailable) as refused:
        await peer.call(echo.say, echo.ask("slow 5"), Asking(user), within=0.3)
    assert 0.25 < time.monotonic() - started < 5, "not the five seconds that the answer takes"
    assert refused.value.extra == {"service": "echo"}
    assert world.heard == ["slow 5"]


async def test_peer_that_is_nowhere_is_unavailable_at_once(
    world: Any, echo: Any, user: Caller
) -> None:
    world.list()
    peer = world.peer()
    for _ in range(3):
        with pytest.raises(Unavailable):
            async with asyncio.timeout(echo.change.timeout):
                await peer.call(echo.change, echo.ask("hello"), Asking(user), within=60)
    assert not await peer.healthy()


async def test_safe_call_waits_for_a_replica_that_comes_back(
    world: Any, echo: Any, user: Caller
) -> None:
    gone = await world.replica("gone")
    world.list(gone.port)
    peer = world.peer()
    assert await peer.healthy()
    await gone.server.stop(0)
    call = asyncio.create_task(peer.call(echo.say, echo.ask("hello"), Asking(user)))
    world.list((await world.replica("new")).port)
    assert (await call).served_by == "new"


async def test_broken_or_missing_file_changes_nothing(
    world: Any, peer: Peer, echo: Any, user: Caller
) -> None:
    for content in ("{", "[]", '{"echo": 5}'):
        world.file.write_text(content)
        await asyncio.sleep(0.3)
        await peer.call(echo.change, echo.ask("hello"), Asking(user))
    world.file.unlink()
    await asyncio.sleep(0.3)
    await peer.call(echo.change, echo.ask("hello"), Asking(user))


async def test_target_may_be_a_name(world: Any, echo: Any, user: Caller) -> None:
    port = (await world.replica()).port
    peer = world.peer(peers_file=None, peers={"echo": f"dns:///localhost:{port}"})
    assert (await peer.call(echo.say, echo.ask("hello"), Asking(user))).served_by == "one"


async def test_peers_are_not_asked_within_a_transaction(
    world: Any, peer: Peer, echo: Any, user: Caller
) -> None:
    nothing: Any = None
    work = UnitOfWork(nothing, nothing, user, Trail())
    assert (await peer.call(echo.say, echo.ask("hello"), work)).principal == user.principal
    work._connection = object()  # type: ignore[assignment]
    with pytest.raises(AskedTooLate):
        await peer.call(echo.say, echo.ask("hello"), work)
