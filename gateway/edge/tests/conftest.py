"""The edge in process, on real servers, with its own keys; and a company that signed up."""

from collections.abc import AsyncIterator
from functools import partial

import httpx
import pytest

from chassis.revocations import Revocations
from chassis.testing.databases import Databases
from chassis.testing.harness import Harness, harness
from edge.app import build
from edge.settings import Settings
from gateway.edge.tests.factories import Company, sign_up
from local.servers.backing import BackingServers


@pytest.fixture(scope="session")
async def edge(databases: Databases, servers: BackingServers) -> AsyncIterator[Harness]:
    # All tests come from one address, and providers of sign-ins stand on this machine.
    generous = partial(
        Settings, sign_ups_per_address=100_000, mails_per_address=100_000,
        oidc_private_addresses=True,
    )  # fmt: skip
    opening = harness(build, generous, databases, servers.nats.url, servers.valkey.url)
    async with opening as made, Revocations(made.context):
        for hook in build(made.context.settings).on_start:
            await hook(made.context)
        yield made


@pytest.fixture
async def public(edge: Harness) -> AsyncIterator[httpx.AsyncClient]:
    async with edge.http() as client:
        yield client


@pytest.fixture
async def company(edge: Harness) -> AsyncIterator[Company]:
    async with edge.http() as client:
        yield await sign_up(client)


@pytest.fixture
async def api(edge: Harness, company: Company) -> AsyncIterator[httpx.AsyncClient]:
    """The owner of the company, signed in."""
    tokens = await company.sign_in()
    async with edge.http(Authorization=f"Bearer {tokens['access_token']}") as client:
        yield client
