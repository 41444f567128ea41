"""One stack for all tests that kill and stop its parts; after each it is whole again."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from local.stack import Options, Stack
from tests.conftest import EVERYWHERE
from tests.identity_provider import IdentityProvider
from tests.local_stripe import LocalStripe
from tests.product import Product
from tests.world import World


@pytest.fixture(scope="session")
async def stack(
    tmp_path_factory: pytest.TempPathFactory, stripe: LocalStripe
) -> AsyncIterator[Stack]:
    """A stack whose parts may be killed."""
    folder: Path = tmp_path_factory.mktemp("chaos")
    # Mail keeps the time it has in real life: where it is short, a machine that is busy for that
    # long hears the server's 250 too late, and a copy is sent that no fault of ours explains.
    options = Options(environment={"*": EVERYWHERE, "billing": stripe.settings})
    async with Stack(folder / "state", options, print) as running:
        yield running


# What the other tests make once is made once more: whoever came first would get it for both.
@pytest.fixture(scope="session")
async def shared_product(stack: Stack, accounts: IdentityProvider) -> AsyncIterator[Product]:
    """The product of this stack."""
    async with Product(stack.url, stack.mailbox.url, accounts) as opened:
        yield opened


@pytest.fixture(scope="session")
async def world(shared_product: Product) -> World:
    """A tenant with one of everything."""
    return await World.make(shared_product)


@pytest.fixture(scope="session")
async def other_world(shared_product: Product) -> World:
    """Another one."""
    return await World.make(shared_product)


@pytest.fixture(autouse=True)
async def whole_again(stack: Stack) -> AsyncIterator[None]:
    """Whatever a test that failed has left stopped, frozen or doubled."""
    yield
    for name, server in stack.servers.items():
        if server.paused:
            stack.resume(name)
        if not server.alive:
            await stack.start_server(name)
    for name in stack.names:
        await stack.scale(name, 1)
    await stack.wait_ready()
