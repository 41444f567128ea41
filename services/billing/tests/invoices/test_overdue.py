"""Invoices that were not paid in time are told of, once, on the day of their company."""

import asyncio
from datetime import UTC, datetime

import pytest

from billing.invoices import schedules
from billing.invoices.use_cases import overdue
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import INVOICES, issued, remember_client

CREATED: Json = {"issue_date": "2026-01-01", "due_date": "2026-01-31"}


async def sweep(person: Person, at: str) -> None:
    """What the clock does at an instant, twice at once."""
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    context = person.service.context
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(context.database, "clock", lambda: moment)
        await asyncio.gather(*(schedules.invoices_fall_overdue(context) for _ in range(2)))


async def told(person: Person, events: Events) -> list[str]:
    found = await events(person.caller)
    return [one["subject"] for one in found if one["type"] == "billing.invoice.overdue"]


async def test_it_is_told_once_from_the_day_after_in_riyadh(owner: Person, events: Events) -> None:
    """BI-11: the last of January ends there at nine in the evening, UTC."""
    client_id = str(await remember_client(owner))
    late = await issued(owner, client_id=client_id, **CREATED)
    await sweep(owner, "2026-01-31T20:59:00")
    assert await told(owner, events) == []
    for at in ("2026-01-31T21:01:00", "2026-01-31T21:16:00", "2026-02-20T10:00:00"):
        await sweep(owner, at)
        assert await told(owner, events) == [late["id"]]
    shown = await owner.get(f"{INVOICES}/{late['id']}")
    assert (shown["status"], shown["chain"]) == ("overdue", late["chain"])


async def test_only_what_is_owed_is_told(owner: Person, events: Events) -> None:
    """BI-11: neither drafts nor what was paid, also of a part; after a bounce it is."""
    client_id = str(await remember_client(owner))
    await owner.post(INVOICES, {"client_id": client_id, **CREATED,
                                "lines": [{"description": "x", "quantity": "1",
                                           "unit_price": "5.00"}]})  # fmt: skip
    paid, part = [await issued(owner, client_id=client_id, **CREATED) for _ in range(2)]
    for invoice, amount in ((paid, paid["total"]), (part, "1.00")):
        allocated = [{"invoice_id": invoice["id"], "amount": amount}]
        await owner.post("/v1/payments", {
            "client_id": client_id, "amount": amount, "currency": "SAR", "method": "cash",
            "allocations": allocated,
        })  # fmt: skip
    await sweep(owner, "2026-02-20T10:00:00")
    assert await told(owner, events) == [part["id"]]


async def test_states_add_up(owner: Person) -> None:
    """BI-11: how many are of each state and currency, and what they come to."""
    client_id = str(await remember_client(owner))
    late = {"client_id": client_id, "issue_date": "2026-01-01", "due_date": "2026-01-31"}
    await issued(owner, **late)
    await issued(owner, client_id=client_id, due_date="2999-01-01")
    await issued(owner, client_id=client_id, due_date="2999-01-01", currency="USD")
    paid = {"client_id": client_id, "amount": "50.00", "currency": "SAR", "method": "cash"}
    await owner.post("/v1/payments", paid | {"auto_allocate": True})
    found = (await owner.get(f"{INVOICES}/sums", client_id=client_id))["items"]
    assert [tuple(one.values()) for one in found] == [
        ("issued", "SAR", 1, "200.00", "0.00", "200.00"),
        ("issued", "USD", 1, "200.00", "0.00", "200.00"),
        ("overdue", "SAR", 1, "200.00", "50.00", "150.00"),
    ]
    owed = (await owner.get(f"{INVOICES}/sums", client_id=client_id, status="overdue"))["items"]
    assert [one["balance"] for one in owed] == ["150.00"]


async def test_many_are_told_in_pieces(owner: Person, events: Events) -> None:
    """BI-11"""
    client_id = str(await remember_client(owner))
    late = [(await issued(owner, client_id=client_id, **CREATED))["id"] for _ in range(5)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overdue, "_MOST", 2)
        await sweep(owner, "2026-02-20T10:00:00")
    assert sorted(await told(owner, events)) == sorted(late)
