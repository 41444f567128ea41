"""One running stack of stand-in services for all tests that only look at it or leave it whole."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from deploy.local.tests.fakes import fake_options
from local.stack import Stack

# Low enough to be met in a test; the gateway's default is 30 s.
GATEWAY = {"DIWAN_UPSTREAM_TIMEOUT": "1500ms", "DIWAN_BODY_LIMIT": "100000"}


@pytest.fixture(scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    folder: Path = tmp_path_factory.mktemp("stack")
    async with Stack(folder / "state", fake_options(**GATEWAY), print) as running:
        yield running


@pytest.fixture
async def gateway(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=stack.url, timeout=10) as client:
        yield client


async def eventually(condition: Callable[[], Awaitable[object]], *, within: float = 60) -> None:
    """Wait until the condition holds, and fail when it does not in time."""
    async with asyncio.timeout(within):
        while not await condition():
            await asyncio.sleep(0.05)
