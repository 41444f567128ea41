"""Records of clients that change while these become one, in batches as consumers take them."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from billing.openings import consumers
from chassis import inbox
from chassis.events import Event
from chassis.ids import new_id
from chassis.testing.races import deadlocks
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import remember_client
from services.billing.tests.openings.test_openings import balance, hear, proved
from services.billing.tests.payments.making import pay


def _told(owner: Person, verb: str, client_id: str, version: int, **more: Any) -> Event:
    client: Json = {
        "id": client_id, "version": version, "opening_balance": f"{version}.00",
        "merged_into": "", "currency": "SAR",
    }  # fmt: skip
    made = Event(
        f"clients.client.{verb}", UUID(client_id), {"client": client, **more}, version,
        client_id=UUID(client_id), id=new_id(), tenant_id=owner.caller.tenant_id,
    )  # fmt: skip
    return replace(made, time=datetime.now(UTC))


async def test_batches_of_records_and_merges_do_not_wait_for_each_other(owner: Person) -> None:
    """CL-22, CL-78: in whatever order they name the clients, and whoever pays meanwhile."""
    [keeps] = consumers.consumers.subscriptions
    database = owner.service.context.database
    before = await deadlocks(database)
    for _ in range(25):
        sara, twin, third = [str(await remember_client(owner)) for _ in range(3)]
        changed: Json = {"changed": ["opening_balance"]}
        records = [_told(owner, "updated", one, 5, **changed) for one in (sara, twin, third)]
        merged = _told(owner, "merged", sara, 6, merged_id=twin)
        again = _told(owner, "merged", third, 6, merged_id=sara)
        await hear(owner, sara, "3.00", 1, "created")
        batches = (
            [records[0], records[1], merged], [records[2], again], [records[1], records[0]],
            [merged, records[2]], records[::-1],
        )  # fmt: skip
        await asyncio.gather(
            *(inbox.handle(database, "billing", keeps, batch) for batch in batches),
            *(pay(owner, "1.00", one, auto_allocate=True) for one in (sara, twin)),
        )
        due = [await balance(owner, one) for one in (sara, twin, third)]
        assert sum(float(one.get("opening", 0)) for one in due) == 6
    assert await deadlocks(database) == before
    assert await proved(owner)
