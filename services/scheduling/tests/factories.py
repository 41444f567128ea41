"""What a company has in scheduling."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from chassis import inbox, jobs
from chassis.caller import system
from chassis.consumer import Consumers
from chassis.events import Event
from chassis.ids import new_id
from chassis.testing.person import Json, Person
from refs import clients, folders, people, visibility

__all__ = [
    "Json", "Person", "hear", "jobs_of", "make_action", "make_resource", "remember_client",
    "remember_folder", "remember_tenant", "remember_user", "tick",
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
    async with context.database.work(system(tenant_id, "scheduling")) as work:
        await clients.remember_clients(work, [known | values])
    return UUID((known | values)["id"])


async def remember_tenant(person: Person, **values: Any) -> None:
    """The company itself, before anything else is asked of it."""
    known: Json = {"version": 1, "name": "عيادة", "country": "SA", "currency": "SAR",
                   "timezone": "Asia/Riyadh", "locale": "ar"}  # fmt: skip
    context, tenant_id = person.service.context, person.caller.tenant_id
    async with context.database.work(system(tenant_id, "scheduling")) as work:
        await people.remember_tenant(work, known | values)


async def remember_folder(
    person: Person, folder_id: UUID | str, *entries: Json, version: int = 1
) -> None:
    """A folder of the company, and who has access to it."""
    told = {"folder_id": str(folder_id), "version": version, "access": list(entries),
            "parent_id": ""}  # fmt: skip
    context, tenant_id = person.service.context, person.caller.tenant_id
    async with context.database.work(system(tenant_id, "scheduling")) as work:
        await folders.remember_access(work, [told])
        work.after_commit(lambda: visibility.forget(work))


async def remember_user(person: Person, **values: Any) -> UUID:
    """Somebody who works for the company; their id."""
    known: Json = {"id": str(new_id()), "version": 1, "name": "هند", "email": "hind@example.com",
                   "is_active": True}  # fmt: skip
    context, tenant_id = person.service.context, person.caller.tenant_id
    async with context.database.work(system(tenant_id, "scheduling")) as work:
        await people.remember_users(work, [known | values])
    return UUID((known | values)["id"])


async def hear(person: Person, heard: Consumers, *told: Event) -> None:
    """Some events of the person's company reach the consumers of a feature."""
    context, at = person.service.context, person.service.context.database.clock()
    for event in told:
        given = replace(event, tenant_id=person.caller.tenant_id, time=at)
        for subscription in heard.subscriptions:
            if event.type in subscription.types:
                await inbox.handle(context.database, "scheduling", subscription, [given])


async def tick(
    person: Person, schedule: Callable[[Any], Awaitable[None]], registered: jobs.Jobs
) -> None:
    """The clock ticks; then this company's jobs of these run that it has enqueued."""
    context, tenant_id = person.service.context, person.caller.tenant_id
    await schedule(context)
    for name, job in registered.jobs.items():
        for payload in await jobs_of(person, name):
            await job.handler(context, tenant_id, payload)


async def make_action(person: Person, **fields: Any) -> Json:
    return await person.post("/v1/actions", {"name": "زيارة", **fields})


async def make_resource(person: Person, **fields: Any) -> Json:
    return await person.post("/v1/resources", {"name": "غرفة", **fields})
