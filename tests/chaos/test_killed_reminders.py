"""kill -9 of scheduling and comms while many are reminded of their appointments."""

from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.chaos.crashes import gate, rows
from tests.events import published
from tests.product import Person, Product

_MANY: Final = 30
_AHEAD: Final = 40
_STATES: Final = "select state, count(*) as number from reminders where tenant_id = $1 group by 1"
_MESSAGES: Final = "select count(*) as number from messages where tenant_id = $1"
pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]


async def test_each_is_reminded_once_whoever_dies(stack: Stack, product: Product) -> None:
    """SC-04: scheduling is killed as it takes reminders in hand and as it notes that they were
    sent, comms as it queues them; each client has one mail, and one event tells of it.
    """
    owner = await product.sign_up()
    addresses = await _with_appointments(owner)
    of_them = f"new.tenant_id = '{owner.tenant['id']}'"
    async with AsyncExitStack() as held:
        queueing = await held.enter_async_context(
            gate(stack, "comms", "insert on messages", of_them)
        )
        in_hand = f"{of_them} and new.state = 'sending'"
        async with gate(stack, "scheduling", "update on reminders", in_hand) as taking:
            await owner.post("/v1/reminder-rules", {"name": "قبل الموعد", "minutes": _AHEAD})
            await taking.kill_there()
        await queueing.reached()
        is_sent = f"{of_them} and new.state = 'sent'"
        async with gate(stack, "scheduling", "update on reminders", is_sent) as noting:
            await queueing.kill_there()
            await held.aclose()
            await noting.kill_there()
    await eventually(lambda: _all_sent(stack, owner), within=200, every=0.5)
    [queued] = await rows(stack, "comms", _MESSAGES, owner.tenant["id"])
    assert queued["number"] == _MANY
    for address in addresses:
        await product.mail_to(address)
        assert len(await product.mails_to(address)) == 1
    await eventually(lambda: _told_once(stack, owner), within=60, every=0.5)


async def _with_appointments(owner: Person) -> list[str]:
    """So many clients who come at one time; their addresses."""
    starts_at = (datetime.now(UTC) + timedelta(minutes=_AHEAD)).isoformat()
    addresses = [f"{number}-{owner.tenant['id'][-12:]}@example.com" for number in range(_MANY)]
    for address in addresses:
        client = await owner.post("/v1/clients", {"name": "سارة", "emails": [{"address": address}]})
        await owner.post("/v1/appointments", {"client_id": client["id"], "starts_at": starts_at})
    return addresses


async def _all_sent(stack: Stack, owner: Person) -> bool:
    found: list[Any] = await rows(stack, "scheduling", _STATES, owner.tenant["id"])
    return {row["state"]: row["number"] for row in found} == {"sent": _MANY}


async def _told_once(stack: Stack, owner: Person) -> bool:
    bodies = [one.body for one in await published(stack, owner.tenant["id"])]
    told = Counter(
        body["subject"] for body in bodies if body["type"].startswith("scheduling.reminder.")
    )
    assert set(told.values()) <= {1}
    return len(told) == _MANY
