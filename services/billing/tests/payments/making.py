"""Payments, and who pays them."""

from typing import Any
from uuid import UUID

from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import issued, remember_client

PAYMENTS, LEDGER = "/v1/payments", "/v1/ledger-entries"


async def client(person: Person, **values: Any) -> str:
    """A client that billing has heard of."""
    return str(await remember_client(person, **values))


async def owed(person: Person, amount: str, client_id: str | None = None, **fields: Any) -> Json:
    """An issued invoice of this total."""
    line = {"description": "x", "quantity": "1", "unit_price": amount}
    return await issued(person, line, client_id=client_id, currency="SAR", **fields)


def body(amount: str, client_id: str | UUID | None = None, **fields: Any) -> Json:
    """What is asked for to record a payment; by `of`, so much for which invoices."""
    shares: dict[str, str] = fields.pop("of", {})
    allocations = [{"invoice_id": one, "amount": part} for one, part in shares.items()]
    about = {} if client_id is None else {"client_id": str(client_id)}
    plain = {"amount": amount, "currency": "SAR", "method": "cash", "allocations": allocations}
    return plain | about | fields


async def pay(
    person: Person, amount: str, client_id: str | UUID | None = None, **fields: Any
) -> Json:
    return await person.post(PAYMENTS, body(amount, client_id, **fields))


async def state(person: Person, invoice: Json) -> tuple[str, str, str]:
    """An invoice's status, what is paid of it, and what is left."""
    found = await person.get(f"/v1/invoices/{invoice['id']}")
    return found["status"], found["paid"], found["balance"]


async def entries(person: Person, **filters: Any) -> list[tuple[str, str]]:
    """Account and amount of what was posted, oldest first; it comes to nothing."""
    found = (await person.get(LEDGER, sort="at", limit=200, **filters))["items"]
    return [(one["account"], one["amount"]) for one in found]


def left(payment: Json) -> tuple[str, str, str]:
    """What a payment's amount is now: allocated, refunded, left."""
    return payment["allocated"], payment["refunded"], payment["unallocated"]
