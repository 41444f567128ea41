"""Real servers for tests: started, stopped and started again in a folder."""

import asyncio
import os
import signal
import socket
from pathlib import Path

import asyncpg
import pytest

from local import ports
from local.children import spawn
from local.servers.backing import BackingServers
from local.servers.nats import Nats
from local.servers.server import NotStarted
from local.servers.valkey import Valkey


async def test_servers_start_stop_and_keep_ports_and_rows(tmp_path: Path) -> None:
    servers = BackingServers(tmp_path)
    async with servers:
        url = servers.postgres.url()
        connection = await asyncpg.connect(url)
        await connection.execute("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('ديوان')")
        await connection.close()
    assert not any((servers.postgres.alive, servers.nats.alive, servers.valkey.alive))
    async with servers:
        assert servers.postgres.url() == url
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT word FROM kept") == "ديوان"
        await connection.close()


async def test_two_sets_of_servers_run_beside_each_other(tmp_path: Path) -> None:
    first, second = BackingServers(tmp_path / "1"), BackingServers(tmp_path / "2")
    try:
        await asyncio.gather(first.start(), second.start())
        assert first.postgres.port != second.postgres.port
        assert await second.nats.is_ready()
        assert await first.valkey.is_ready()
    finally:
        await asyncio.gather(first.stop(), second.stop())


async def test_taken_port_is_replaced_by_another(tmp_path: Path) -> None:
    nats = Nats(tmp_path / "nats")
    with socket.socket() as taken:
        taken.bind((ports.HOST, 0))
        taken.listen()
        nats.ports["main"] = taken.getsockname()[1]
        await nats.start()
        try:
            assert nats.port != taken.getsockname()[1]
        finally:
            await nats.stop()


async def test_paused_server_does_not_answer_and_still_stops(tmp_path: Path) -> None:
    valkey = Valkey(tmp_path / "valkey")
    await valkey.start()
    valkey.pause()
    assert not await valkey.is_ready()
    valkey.resume()
    assert await valkey.is_ready()
    valkey.pause()
    await valkey.stop()
    assert not valkey.alive


async def test_failed_start_shows_the_end_of_the_log(tmp_path: Path) -> None:
    nats = Nats(tmp_path / "nats")
    nats.folder.mkdir()
    (nats.folder / "store").write_text("a file where a folder should be")
    with pytest.raises(NotStarted, match="storage directory is not a directory"):
        await nats.start()


async def test_child_is_no_forked_copy_of_its_parent(tmp_path: Path) -> None:
    """A copy of a process whose threads use gRPC crashes now and then, before it runs a thing."""
    forks: list[int] = []
    os.register_at_fork(before=lambda: forks.append(os.getpid()))
    log = tmp_path / "child.log"
    child = spawn(
        ["/bin/echo", "here"], log=log, environment=os.environ, death_signal=signal.SIGTERM
    )
    assert await child.exited() == 0
    assert log.read_text() == "here\n"
    assert forks == []
