"""The whole product, on its real servers, behind its real gateway: one stack for all stories."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from chassis.testing.eventually import eventually
from local.stack import Options, Stack
from services.billing.tests.einvoices.authority import Authority as TaxAuthority
from services.billing.tests.einvoices.authority import opened as tax_authority_opened
from tests.identity_provider import IdentityProvider, identity_provider
from tests.local_stripe import LocalStripe, local_stripe
from tests.openapi import Operation, operations
from tests.otlp import TraceReceiver
from tests.product import Json, Product
from tests.world import World

# Every request comes from one address here; the limit has a test of its own. And the provider at
# which people sign in stands on this machine.
EVERYWHERE = {
    "DIWAN_RATE_LIMIT": "100000", "DIWAN_RATE_BURST": "100000",
    "DIWAN_OIDC_PRIVATE_ADDRESSES": "true", "DIWAN_GUESSES": "100000",
}  # fmt: skip
# A busy machine answers late, and is not to be taken for one that is down. Whatever guesses wrong
# here does so from the one address of everybody else.
PATIENT = {
    "DIWAN_SECTION_SECONDS": "20",
    **{f"DIWAN_THROTTLE_{whose}": "100000" for whose in ("ACCOUNT", "ANYWHERE", "ADDRESS")},
}


@pytest.fixture(scope="session")
async def traces() -> AsyncIterator[TraceReceiver]:
    """Where the stack sends every span."""
    async with TraceReceiver() as receiver:
        yield receiver


@pytest.fixture(scope="session")
def tax_authority() -> Iterator[TaxAuthority]:
    """Gives certificates to devices, and takes nothing that is issued."""
    with tax_authority_opened() as running:
        running.is_half_away = True
        yield running


@pytest.fixture(scope="session")
async def stripe(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalStripe]:
    """Where the stack's clients pay online."""
    async with local_stripe(tmp_path_factory.mktemp("payments") / "stripe") as running:
        yield running


@pytest.fixture(scope="session")
async def stack(
    tmp_path_factory: pytest.TempPathFactory,
    traces: TraceReceiver,
    tax_authority: TaxAuthority,
    stripe: LocalStripe,
) -> AsyncIterator[Stack]:
    """A stack of its own beside any other, gone with the run."""
    folder: Path = tmp_path_factory.mktemp("product")
    traced = {"DIWAN_OTLP_ENDPOINT": traces.url, "DIWAN_TRACE_RATIO": "1"}
    options = Options(durable=False, environment={
        "*": EVERYWHERE | traced, "edge": PATIENT,
        "billing": {"DIWAN_EINVOICE_URL": tax_authority.url, **stripe.settings},
    })  # fmt: skip
    async with Stack(folder / "state", options, print) as running:
        yield running


@pytest.fixture(scope="session")
async def accounts(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[IdentityProvider]:
    """Where people of a company sign in who have a provider of their own."""
    async with identity_provider(tmp_path_factory.mktemp("accounts") / "provider") as running:
        yield running


@pytest.fixture
async def product(stack: Stack, accounts: IdentityProvider) -> AsyncIterator[Product]:
    """The product as a person with curl sees it."""
    async with Product(stack.url, stack.mailbox.url, accounts) as opened:
        yield opened


@pytest.fixture(scope="session")
async def shared_product(stack: Stack, accounts: IdentityProvider) -> AsyncIterator[Product]:
    """The same, for what is made once for all tests."""
    async with Product(stack.url, stack.mailbox.url, accounts) as opened:
        yield opened


@pytest.fixture(scope="session")
async def document(shared_product: Product) -> Json:
    """The published OpenAPI document of the whole product, once no part of it is missing."""

    async def whole() -> Json:
        answer = await shared_product.http.get("/openapi.json")
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return {} if "x-missing" in found else found

    return await eventually(whole, within=180)


@pytest.fixture(scope="session")
def every_operation(document: Json) -> list[Operation]:
    """Whatever the product offers but the live stream, which has a walk of its own."""
    return [one for one in operations(document) if not one.is_endless]


@pytest.fixture(scope="session")
async def world(shared_product: Product) -> World:
    """A tenant with one of everything, for tests that leave it as it is."""
    return await World.make(shared_product)


@pytest.fixture(scope="session")
async def other_world(shared_product: Product) -> World:
    """Another tenant with one of everything."""
    return await World.make(shared_product)
