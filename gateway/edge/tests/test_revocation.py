"""What edge revokes is refused by other processes, and made up for when NATS was away."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any
from unittest.mock import PropertyMock, patch
from uuid import UUID

import nats
import pytest

from chassis.caller import system
from chassis.ids import new_id
from chassis.revocations import Revocations
from chassis.testing.harness import Harness
from chassis.tokens import InvalidToken, Tokens
from edge.revocations import use_cases
from edge.signing_keys.use_cases import publish_keys
from gateway.edge.tests.factories import Company, bearer
from local.servers.backing import BackingServers


@pytest.fixture
async def elsewhere(edge: Harness, servers: BackingServers) -> AsyncIterator[Tokens]:
    """The tokens of another process, which knows nothing but what NATS tells."""
    await publish_keys(edge.context)
    connection = await nats.connect(servers.nats.url)
    process: Any = SimpleNamespace(nats=connection, tokens=Tokens(), settings=edge.context.settings)
    async with Revocations(process):
        yield process.tokens
    await connection.close()


async def eventually(holds: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.01)


def is_void(tokens: Tokens, token: str) -> bool:
    try:
        tokens.verify(token)
    except InvalidToken:
        return True
    return False


async def test_another_process_accepts_a_token_until_its_session_ends(
    company: Company, elsewhere: Tokens
) -> None:
    """GW-05"""
    tokens = await company.sign_in()
    caller = elsewhere.verify(tokens["access_token"])
    assert (str(caller.tenant_id), caller.is_owner) == (company.id, True)
    await company.http.post("/v1/auth/logout", headers=bearer(tokens))
    await eventually(lambda: is_void(elsewhere, tokens["access_token"]))
    assert not is_void(elsewhere, (await company.sign_in())["access_token"])


async def test_while_nats_is_away_a_job_remembers_the_revocation(
    edge: Harness, company: Company
) -> None:
    context, mark = edge.context, f"session.{new_id()}"
    away = patch.object(type(context.nats), "is_connected", PropertyMock(return_value=False))
    async with context.database.work(system(UUID(company.id), "edge")) as work:
        with away:
            await use_cases.void(work, context, mark)
        [job] = work.jobs
    assert (job.name, job.payload["mark"]) == (use_cases.SPREAD, mark)
    await use_cases.spread(context, **job.payload)
