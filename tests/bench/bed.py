"""What is measured: a stack of its own with one tenant full of clients, and the ceiling beside."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from local.stack import Options, Stack
from tests.bench import loading, meter
from tests.bench.ceiling_server import CeilingServer
from tests.bench.telemetry_sink import TelemetrySink
from tests.product import Person, Product

Say = Callable[[str], None]
# All load comes from one address; the limit is for strangers.
_UNLIMITED = {"DIWAN_RATE_LIMIT": "1000000", "DIWAN_RATE_BURST": "1000000"}
# Access tokens live ten minutes.
_FRESH_SECONDS = 300.0
_IDLE_SECONDS = 5.0


class Bed:
    """A running stack under test."""

    def __init__(self, stack: Stack, product: Product, owner: Person, clients: int) -> None:
        self.stack = stack
        self.product = product
        self.owner = owner
        self.clients = clients
        self.sample: list[str] = []
        # People not yet in the data, for creates.
        self.numbers = itertools.count(clients)
        self._idle: float | None = None
        self._signed_in_at = time.monotonic()

    @property
    def tenant_id(self) -> str:
        return str(self.owner.tenant["id"])

    @property
    def authorization(self) -> str:
        return f"Bearer {self.owner.tokens['access_token']}"

    async def load(self, say: Say) -> None:
        """Fill the tenant."""
        began = time.monotonic()
        loaded = await loading.load(self.stack, self.owner, self.clients)
        self.sample = loaded.sample
        place = (str(loaded.folder_id), str(loaded.status_id))
        self.ceiling = CeilingServer(self.stack, self.tenant_id, *place)
        say(f"{self.clients:,} clients loaded in {time.monotonic() - began:.0f} s")

    async def sign_in(self) -> None:
        """Renew the token if it has been in use for a while."""
        if time.monotonic() - self._signed_in_at > _FRESH_SECONDS:
            self.owner.tokens = await self.product.sign_in(self.owner.email)
            self._signed_in_at = time.monotonic()

    def servers(self) -> list[int]:
        """Gateway, PostgreSQL, NATS, Valkey: what both applications use."""
        servers, beside = self.stack.servers.values(), (self.stack.mailbox, self.stack.forkserver)
        return _pids(server.pid for server in servers if server not in beside)

    def product_roots(self) -> list[int]:
        """Every server process but the mail sink, which stands for the world outside."""
        everything = self.stack.everything()
        return _pids(one.pid for one in everything if one is not self.stack.mailbox)

    def ceiling_roots(self) -> list[int]:
        return [*self.servers(), *_pids([self.ceiling.pid])]

    async def idle_servers(self) -> float:
        """What the shared servers spend for the idle product, in CPU seconds a second."""
        if self._idle is None:
            roots, before = self.servers(), meter.cpu_seconds(self.servers())
            await asyncio.sleep(_IDLE_SECONDS)
            self._idle = (meter.cpu_seconds(roots) - before) / _IDLE_SECONDS
        return self._idle


@asynccontextmanager
async def bed(folder: Path, clients: int, say: Say) -> AsyncIterator[Bed]:
    """A stack with so many clients in one tenant, signed up through its gateway."""
    async with AsyncExitStack() as stack_of:
        sink = await stack_of.enter_async_context(TelemetrySink())
        everywhere = {**_UNLIMITED, "DIWAN_OTLP_ENDPOINT": sink.url}
        # A flow's own limit is for flows that run wild.
        automation = {"DIWAN_FLOW_RUNS_PER_MINUTE": "1000000"}
        options = Options(durable=True, environment={"*": everywhere, "automation": automation})
        stack = await stack_of.enter_async_context(Stack(folder, options))
        product = Product(stack.url, stack.mailbox.url)
        await stack_of.enter_async_context(product)
        owner = await product.sign_up("شركة القياس")
        made = Bed(stack, product, owner, clients)
        await made.load(say)
        await made.ceiling.start()
        stack_of.push_async_callback(made.ceiling.stop)
        await made.ceiling.open_route()
        yield made


def _pids(found: Iterable[int | None]) -> list[int]:
    return [pid for pid in found if pid is not None]
