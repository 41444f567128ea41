"""What a company has in memberships."""

from typing import Any
from uuid import UUID

from chassis import jobs
from chassis.caller import system
from chassis.ids import new_id
from chassis.testing.person import Json, Person
from refs import clients

__all__ = [
    "Json", "Person", "jobs_of", "make_credit_package", "make_credit_type", "make_order",
    "make_package", "remember_client",
]  # fmt: skip

_TAKE = "delete from pgqueuer where tenant_id = $1 and entrypoint = $2 returning payload"


async def jobs_of(person: Person, name: str) -> list[Json]:
    """The jobs of the company, taken out of the queue."""
    async with person.service.context.database.plumbing() as connection:
        rows = await connection.fetch(_TAKE, person.caller.tenant_id, name)
    return [jobs.read(row["payload"])[2] for row in rows]


async def remember_client(person: Person, **values: Any) -> UUID:
    """A client of the company; its id."""
    known: Json = {"id": str(new_id()), "version": 1, "name": "سارة", "folder_id": str(new_id())}
    context, tenant_id = person.service.context, person.caller.tenant_id
    async with context.database.work(system(tenant_id, "memberships")) as work:
        await clients.remember_clients(work, [known | values])
    return UUID((known | values)["id"])


async def make_credit_type(person: Person, **fields: Any) -> Json:
    return await person.post("/v1/credit-types", {"name": "جلسات", "unit": "جلسة", **fields})


async def make_package(person: Person, **fields: Any) -> Json:
    """A monthly membership, unless told otherwise."""
    monthly = {"kind": "membership", "period": {"unit": "month", "count": 1}}
    plain = {"name": "شهري", "price": "300.00", "currency": "SAR"}
    return await person.post(
        "/v1/packages", plain | (fields if "kind" in fields else monthly | fields)
    )


async def make_order(person: Person, **fields: Any) -> Json:
    """Ten sessions for 200.00, ordered by a client."""
    if "client_id" not in fields:
        fields["client_id"] = str(await remember_client(person))
    if "package_id" not in fields:
        fields["package_id"] = (await make_credit_package(person))["id"]
    return await person.post("/v1/package-orders", fields)


async def make_credit_package(person: Person, **fields: Any) -> Json:
    """Ten sessions, to be used within three months."""
    sessions = (await make_credit_type(person))["id"]
    span = {"unit": "month", "count": 3}
    credit = {"credit_type_id": sessions, "amount": "10", "expires_after": span}
    plain = {"kind": "credit", "price": "200.00", "credits": [credit]}
    return await make_package(person, **plain | fields)
