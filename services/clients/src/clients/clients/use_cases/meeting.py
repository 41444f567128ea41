"""Somebody is met for the first time, or so it seems: whoever is there by their phone is found."""

from uuid import UUID

from chassis.work import UnitOfWork
from clients.clients.repository.keyed import meeting_by
from clients.clients.rules import contacts
from clients.clients.schemas.records import ClientCreate
from clients.clients.use_cases.columns import home_country
from clients.clients.use_cases.creating import prepare, write_client
from clients.clients.use_cases.finding import find_clients


async def meet(work: UnitOfWork, body: ClientCreate, *, unless_phone_known: bool) -> UUID:
    """A new client, who is asked for nothing that the company requires besides; or, if it is said,
    whoever has their phone already, of several who came first. The client's id.

    Before the first statement of the work. The same body with the same `id` is the same client.
    """
    phone = body.phones[0].number if unless_phone_known and body.phones else None
    if phone is None:
        _, client_id = await write_client(work, body, await prepare(work, body, is_brief=True))
        return client_id
    # On a connection of its own: what is prepared for a new one comes before any statement.
    async with work.database.work(work.caller) as own:
        known = await _with_phone(own, phone)
        stored = contacts.stored_phones(
            [{"number": phone, "primary": True}], await home_country(own)
        )
    if known is not None:
        return known
    given = await prepare(work, body, is_brief=True)
    # Of two who are met at once by one phone the other one finds who was added.
    await meeting_by(work, contacts.phone_keys(stored)[0])
    if (known := await _with_phone(work, phone)) is not None:
        return known
    _, client_id = await write_client(work, body, given)
    return client_id


async def _with_phone(work: UnitOfWork, phone: str) -> UUID | None:
    found = await find_clients(work, [("phone", phone)])
    return min(found.get(("phone", phone), ()), default=None)
