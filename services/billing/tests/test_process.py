"""A real worker process: what it hears of takes effect, and it ends well."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.clock import utc_now
from chassis.events import Event
from chassis.testing.eventually import eventually
from chassis.testing.harness import Harness
from services.billing.tests.factories import Person


@asynccontextmanager
async def worker(service: Harness) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker on the database of the harness."""
    known = service.context.settings
    secrets = ("database_owner_url", "database_app_url", "database_worker_url", "service_key",
               "master_keys")  # fmt: skip
    values = {name: getattr(known, name).get_secret_value() for name in secrets}
    values |= {"nats_url": known.nats_url, "redis_url": known.redis_url, "http_port": "0",
               "grpc_port": "0", "drain_seconds": "0"}  # fmt: skip
    environment = {f"DIWAN_{name.upper()}": value for name, value in values.items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "billing", "worker", env={**os.environ, **environment}
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 60)


async def test_a_worker_hears_of_a_new_company(service: Harness, owner: Person) -> None:
    """BI-10: nobody else gives it the VAT of its country: identity does not know it here."""
    tenant_id = owner.caller.tenant_id
    tenant = {"id": str(tenant_id), "name": "شركة", "country": "AE", "currency": "AED",
              "timezone": "Asia/Dubai", "locale": "ar", "version": 1,
              "vat_rate": "0.05"}  # fmt: skip
    event = Event(
        "edge.tenant.created", tenant_id, {"tenant": tenant}, tenant_id=tenant_id, time=utc_now()
    )
    await service.context.nats.jetstream().publish(event.nats_subject, event.to_json())
    async with worker(service) as process:

        async def is_given() -> bool:
            items = (await owner.get("/v1/taxes"))["items"]
            return [one["rate"] for one in items] == ["0.05"]

        await eventually(is_given)
    assert process.returncode == 0
