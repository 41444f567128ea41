"""The whole product, on its real servers, behind its real gateway: one stack for all stories."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from local.stack import Options, Stack
from tests.product import Product

# Every request comes from one address here; the limit has a test of its own.
EVERYWHERE = {"DIWAN_RATE_LIMIT": "100000", "DIWAN_RATE_BURST": "100000"}


@pytest.fixture(scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """A stack of its own beside any other, gone with the run."""
    folder: Path = tmp_path_factory.mktemp("product")
    options = Options(durable=False, environment={"*": EVERYWHERE})
    async with Stack(folder / "state", options, print) as running:
        yield running


@pytest.fixture
async def product(stack: Stack) -> AsyncIterator[Product]:
    """The product as a person with curl sees it."""
    async with Product(stack.url, stack.mailbox.url) as opened:
        yield opened
