"""Clients that billing has heard of, and invoices."""

from typing import Any
from uuid import UUID

from chassis.caller import system
from chassis.ids import new_id
from refs import clients, people
from services.billing.tests.factories import Json, Person

INVOICES = "/v1/invoices"
LINE: Json = {"description": "استشارة", "quantity": "2", "unit_price": "100.00"}


async def remember_client(person: Person, **values: Any) -> UUID:
    """A client of the company; its id."""
    known: Json = {"id": str(new_id()), "version": 1, "name": "سارة", "folder_id": str(new_id())}
    context, tenant_id = person.service.context, person.caller.tenant_id
    async with context.database.work(system(tenant_id, "billing")) as work:
        await clients.remember_clients(work, [known | values])
    return UUID((known | values)["id"])


async def remember_company(person: Person, *users: Json, **values: Any) -> None:
    """The company itself, with some of its users."""
    told: Json = {"name": "عيادة النور", "country": "SA", "currency": "SAR", "version": 1,
                  "timezone": "Asia/Riyadh", "locale": "ar", "users": users}  # fmt: skip
    context, tenant_id = person.service.context, person.caller.tenant_id
    async with context.database.work(system(tenant_id, "billing")) as work:
        await people.remember_tenant(work, told | values)


def user(user_id: UUID | None = None, **values: Any) -> Json:
    return {
        "id": str(user_id or new_id()), "version": 1, "name": "نورة", "email": "noura@example.sa",
        "locale": "ar", "role_id": "", "team_ids": [], "is_active": True,
    } | values  # fmt: skip


async def draft(person: Person, *lines: Json, **fields: Any) -> Json:
    """A draft of an invoice, of a walk-in sale unless it names a client."""
    return await person.post(INVOICES, {"lines": list(lines) or [LINE], **fields})


async def issued(person: Person, *lines: Json, **fields: Any) -> Json:
    made = await draft(person, *lines, **fields)
    return await person.post(f"{INVOICES}/{made['id']}/issue")


def amounts(invoice: Json) -> dict[str, str]:
    """Its figures, but for those that are nothing."""
    names = ("subtotal", "discount_total", "shipping", "tax_total", "rounding", "total")
    return {name: invoice[name] for name in names if invoice[name].strip("0.")}
