"""The live stream stays open for longer than the gateway waits for anything else."""

import time

import pytest

from chassis.testing.eventually import eventually
from tests.product import Product
from tests.security.test_walk_stream import listening
from tests.shelves import Persona

pytestmark = [pytest.mark.long, pytest.mark.timeout(200)]
# Traefik gives a request a minute to be read, which must not end what is still being answered.
_LONGER_THAN_A_READ = 75


async def test_a_quiet_stream_outlives_every_time_out(product: Product) -> None:
    """CL-58: signs of life all the while, and an event at the end, by the first connection."""
    owner = await product.sign_up()
    async with listening(product, Persona("owner", owner)) as ear:
        started = time.monotonic()

        async def is_old() -> bool:
            return time.monotonic() - started > _LONGER_THAN_A_READ

        await eventually(is_old, within=_LONGER_THAN_A_READ + 10, every=1)
        assert ear.text.count(": alive") >= _LONGER_THAN_A_READ // 15 - 1
        client = await owner.post("/v1/clients", {"name": "عميل"})

        async def heard() -> bool:
            return any(one.get("clientid") == client["id"] for one in ear.events)

        await eventually(heard)
