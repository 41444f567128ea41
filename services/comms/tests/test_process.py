"""Real worker processes: a message sent end to end, and kill -9 right after the server's 250."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from chassis.testing.eventually import eventually
from chassis.testing.harness import Harness
from services.comms.tests.conftest import Events
from services.comms.tests.factories import make_tenant
from services.comms.tests.sinks import Sink

TEXT = {"channel": "email", "subject": "موعدك", "body": "مرحبًا", "to": "sara@example.sa"}


@asynccontextmanager
async def worker(comms: Harness, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker on the database of the harness."""
    known = comms.context.settings
    secrets = ("database_owner_url", "database_app_url", "database_worker_url", "service_key",
               "master_keys", "smtp_url")  # fmt: skip
    values = {name: getattr(known, name).get_secret_value() for name in secrets}
    values |= {"nats_url": known.nats_url, "redis_url": known.redis_url, "http_port": "0",
               "grpc_port": "0", "drain_seconds": "0", "smtp_seconds": "2"}  # fmt: skip
    environment = {f"DIWAN_{name.upper()}": value for name, value in (values | settings).items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "comms", "worker", env={**os.environ, **environment}
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 15)


async def queued(comms: Harness) -> tuple[Any, Any]:
    """A message by a new tenant, and how to read it."""
    me = comms.caller(await make_tenant(comms))
    async with comms.http(me) as http:
        message = (await http.post("/v1/messages", json=TEXT)).json()

    async def read() -> dict[str, Any]:
        async with comms.http(me) as http:
            found: dict[str, Any] = (await http.get(f"/v1/messages/{message['id']}")).json()
        return found

    return message, read


async def test_a_worker_sends_and_ends_well(comms: Harness, sink: Sink) -> None:
    """CO-02"""
    _, read = await queued(comms)
    async with worker(comms) as process:

        async def is_sent() -> bool:
            return bool((await read())["status"] == "sent")

        await eventually(is_sent)
    assert process.returncode == 0 and len(sink.mails) == 1


@pytest.mark.long
async def test_kill_9_right_after_the_250(comms: Harness, sink: Sink, events: Events) -> None:
    """CO-02: the mail may come twice, under one Message-ID; status and event come once."""
    message, read = await queued(comms)
    async with worker(comms) as first:
        sink.on_taken = lambda: first.send_signal(signal.SIGKILL)
        assert await asyncio.wait_for(first.wait(), 60) == -signal.SIGKILL
    sink.on_taken = lambda: None
    assert (await read())["status"] == "queued" and len(sink.mails) == 1
    async with worker(comms):

        async def is_sent() -> bool:
            return bool((await read())["status"] == "sent")

        await eventually(is_sent)
        await asyncio.sleep(1)
    assert {str(mail["Message-ID"]) for mail in sink.mails} == {f"<{message['id']}@diwan.example>"}
    assert len(sink.mails) == 2
    assert [e["type"].rpartition(".")[2] for e in await events()] == ["queued", "sent"]
