"""Memberships that are sold over HTTP, and paid at billing."""

from typing import Any

from memberships.sales import schedules
from services.memberships.tests.billing import Billing, ask
from services.memberships.tests.factories import Json, Person, make_package, remember_client

MEMBERSHIPS = "/v1/memberships"


async def sell(person: Person, **fields: Any) -> Json:
    """A monthly one of a new client, unless it says otherwise."""
    if "client_id" not in fields:
        fields["client_id"] = str(await remember_client(person))
    if "package_id" not in fields:
        fields["package_id"] = (await make_package(person))["id"]
    return await person.post(MEMBERSHIPS, fields)


def cause(membership: Json, number: int) -> str:
    return f"membership:{membership['id']}:period:{number}"


async def pay(person: Person, billing: Billing, membership: Json, number: int) -> Json:
    """Billing is asked, and a period is paid; the membership as it is then."""
    await ask(person)
    await billing.becomes(person, cause(membership, number), "paid")
    return await shown(person, membership)


async def shown(person: Person, membership: Json) -> Json:
    return await person.get(f"{MEMBERSHIPS}/{membership['id']}")


async def periods(person: Person, membership: Json) -> list[Json]:
    """Oldest first."""
    path = f"{MEMBERSHIPS}/{membership['id']}/periods"
    found: list[Json] = (await person.get(path, limit=200))["items"]
    return found


async def sweep(person: Person) -> None:
    """What the clock does for this company."""
    context, tenant_id = person.service.context, person.caller.tenant_id
    await schedules.renew_company(context, tenant_id, {})
