"""Subscriptions of a client, and the days on which they are billed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from billing.subscriptions import schedules
from billing.subscriptions.use_cases import billing
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import INVOICES, remember_client

SUBSCRIPTIONS = "/v1/subscriptions"
MONTHLY: Json = {"unit": "month"}
LINE: Json = {"description": "صيانة", "quantity": "1", "unit_price": "310.00"}


async def subscribe(person: Person, **fields: Any) -> Json:
    """A monthly one of a new client, unless it says otherwise."""
    client_id = fields.pop("client_id", None) or await remember_client(person)
    body: Json = {"client_id": str(client_id), "interval": MONTHLY, "lines": [LINE]}
    return await person.post(SUBSCRIPTIONS, body | fields)


@asynccontextmanager
async def on_the(person: Person, day: str) -> AsyncIterator[None]:
    """As if it were noon of that day."""
    noon = datetime.fromisoformat(f"{day}T09:00:00").replace(tzinfo=UTC)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(person.service.context.database, "clock", lambda: noon)
        yield


async def bill(person: Person, day: str) -> None:
    """What the clock does on a day, until nothing is due any more."""
    context, tenant_id = person.service.context, person.caller.tenant_id
    async with on_the(person, day):
        assert tenant_id in await billing.tenants_with_due(context)
        for one in await due(person):
            while await _is_due(person, one, day):
                await schedules.bill_subscription(context, tenant_id, {"id": one})


async def due(person: Person) -> list[str]:
    """Those that the sweep finds, by the company's day."""
    context = person.service.context
    async with context.database.work(person.caller) as work:
        after = await billing.enqueue_due(work, UUID(int=0))
        found = [one.payload["id"] for one in work.jobs]
        work.jobs.clear()
    assert (after is None) == (not found)
    return found


async def invoices(person: Person, subscription: Json) -> list[Json]:
    """Those of a subscription, oldest period first."""
    page = await person.get(INVOICES, subscription_id=subscription["id"], limit=200)
    return sorted(page["items"], key=lambda one: str(one["period_from"]))


async def _is_due(person: Person, subscription_id: str, day: str) -> bool:
    shown = await person.get(f"{SUBSCRIPTIONS}/{subscription_id}")
    return bool(shown["next_on"] and shown["next_on"] <= day and not shown["problem"])
