"""The stack as a whole, with stand-ins for the services."""

import asyncio
import json
import signal
from pathlib import Path

import asyncpg
import httpx
import pytest

from deploy.local.tests.conftest import eventually
from deploy.local.tests.fakes import NAMES, fake_options
from local.migrations import Migrations
from local.report import describe
from local.stack import Stack
from local.table import status_table


async def test_status_lists_every_program_with_its_memory(stack: Stack) -> None:
    report = await describe(stack)
    assert {row["health"] for row in report["rows"]} == {"ready"}
    table = status_table(report, memory=True)
    for name in ("postgres", "nats", "valkey", "mailbox", "traefik", "edge-1", "total"):
        assert name in table


async def test_secrets_are_readable_by_the_owner_only(stack: Stack) -> None:
    assert (stack.folder / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert stack.folder.stat().st_mode & 0o777 == 0o700


async def test_roles_cannot_bypass_row_security_nor_enter_other_databases(stack: Stack) -> None:
    for role in ("owner", "app", "worker"):
        connection = await asyncpg.connect(stack.database_url("clients", role))
        rights = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        assert await connection.fetchval(rights) is False
        await connection.close()
        foreign = stack.database_url("clients", role).removesuffix("clients") + "comms"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(foreign)


async def test_owner_makes_trusted_extensions_and_the_app_no_tables(stack: Stack) -> None:
    owner = await asyncpg.connect(stack.database_url("clients", "owner"))
    await owner.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    await owner.close()
    app = await asyncpg.connect(stack.database_url("clients", "app"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("CREATE TABLE mine (id int)")
    await app.close()


async def test_replicas_share_the_work_and_leave_again(
    stack: Stack, gateway: httpx.AsyncClient
) -> None:
    await stack.scale("comms", 3)
    peers = json.loads(stack.peers_file.read_text())
    assert peers["comms"] == [replica.grpc_address for replica in stack.replicas("comms")]

    async def all_three_answer() -> bool:
        answers = [await gateway.get("/v1/messages") for _ in range(9)]
        return len({answer.json()["pid"] for answer in answers}) == 3

    await eventually(all_three_answer)
    await stack.scale("comms", 1)
    assert len(json.loads(stack.peers_file.read_text())["comms"]) == 1
    assert (await gateway.get("/v1/messages")).status_code == 200


async def test_killed_replica_comes_back_on_its_port(stack: Stack) -> None:
    (replica,) = stack.replicas("automation")
    ports, pid, restarts = dict(replica.ports), replica.pid, replica.restarts
    stack.kill("automation")
    await eventually(lambda: asyncio.sleep(0, replica.restarts > restarts))
    await stack.wait_ready()
    assert replica.ports == ports
    assert replica.pid != pid


async def test_killed_postgres_comes_back_on_its_port(stack: Stack) -> None:
    url = stack.database_url("clients")
    stack.kill("postgres", number=signal.SIGKILL)
    await asyncio.sleep(0.1)
    await stack.wait_ready()
    connection = await asyncpg.connect(url)
    await connection.close()


async def test_stopped_server_stays_away_until_started(stack: Stack) -> None:
    await stack.stop_server("nats")
    await asyncio.sleep(0.5)
    assert not stack.nats.alive
    url = stack.nats.url
    await stack.start_server("nats")
    assert await stack.nats.is_ready()
    assert stack.nats.url == url


async def test_paused_replica_is_told_apart(stack: Stack) -> None:
    stack.pause("clients")
    report = await describe(stack)
    assert {row["label"]: row["health"] for row in report["rows"]}["clients-1"] == "paused"
    stack.resume("clients")
    await stack.wait_ready()


async def test_unknown_service_is_refused_by_name(stack: Stack) -> None:
    with pytest.raises(ValueError, match="there is no service nothing"):
        await stack.scale("nothing", 2)


async def test_no_request_fails_while_two_replicas_are_restarted(
    stack: Stack, gateway: httpx.AsyncClient
) -> None:
    await stack.scale("clients", 2)
    # Traefik sees a new server in less than this.
    await asyncio.sleep(0.7)
    statuses: list[int] = []
    done = asyncio.Event()

    async def load() -> None:
        while not done.is_set():
            statuses.append((await gateway.post("/v1/clients")).status_code)
            await asyncio.sleep(0.01)

    loads = [asyncio.create_task(load()) for _ in range(4)]
    await stack.restart("clients", 0)
    await stack.restart("clients", 1)
    done.set()
    await asyncio.gather(*loads)
    await stack.scale("clients", 1)
    assert len(statuses) > 100
    assert set(statuses) == {200}


async def test_migrations_run_once_per_code(stack: Stack, tmp_path: Path) -> None:
    migrations = Migrations(tmp_path / "migrated.json", tmp_path, stack.forkserver)
    service = stack.options.services[0]
    assert await migrations.run(service, stack.environment_of(service.name))
    assert not await migrations.run(service, stack.environment_of(service.name))


async def test_second_stack_runs_beside_the_first(
    stack: Stack, gateway: httpx.AsyncClient, tmp_path: Path
) -> None:
    async with Stack(tmp_path / "other", fake_options()) as other:
        mine = await gateway.get("/v1/clients")
        theirs = await gateway.get(f"{other.url}/v1/clients")
        assert mine.json()["pid"] != theirs.json()["pid"]
        assert set(NAMES) == set(other.names)
    assert (await describe(stack))["rows"][0]["health"] == "ready"
    assert not any(server.alive for server in other.everything())
