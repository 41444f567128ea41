"""How a partner's system keeps its clients here: by its own id, as often as it likes."""

from typing import Any
from uuid import UUID

from chassis.documents import Document
from chassis.errors import Stale
from chassis.work import UnitOfWork
from clients.clients.repository import known_by
from clients.clients.repository.rows import ClientRepository
from clients.clients.rules import failures
from clients.clients.rules.known_by import meant
from clients.clients.schemas.upserts import ONLY_NEW, ClientUpsert
from clients.clients.tables import Client
from clients.clients.use_cases import changing, creating
from clients.clients.use_cases.checks import check_shown, for_change


async def read_by_external_id(work: UnitOfWork, external_id: str) -> Document:
    """The client as JSON; raises ClientNotFound and SeveralClients."""
    client_id = meant(await known_by.candidates(work, external_id))
    if client_id is None:
        raise failures.ClientNotFound()
    return await ClientRepository(work).read(client_id)


async def put_client(
    work: UnitOfWork, external_id: str, body: ClientUpsert
) -> tuple[Document, UUID | None]:
    """Add the client or change the one that is there: its JSON, and its id where it is new.

    Raises SeveralClients, and ClientNotFound where only others see who has the id.
    """
    if body.external_id not in (None, external_id):
        raise failures.OtherExternalId(field="external_id")
    # Of its own: what a new client is given is asked for before this work holds a connection.
    async with work.database.work(work.caller) as own:
        found = await known_by.candidates(own, external_id)
    if (client_id := meant(found)) is None:
        return await _made(work, external_id, body, is_hidden=bool(found))
    return await _changed(work, client_id, body), None


async def _made(
    work: UnitOfWork, external_id: str, body: ClientUpsert, *, is_hidden: bool
) -> tuple[Document, UUID | None]:  # fmt: skip
    if not work.authorized:
        raise failures.ClientNotFound()
    if work.if_match:  # the caller has read a client that is no more
        raise Stale()
    if not body.name:
        raise failures.NameNeeded(field="name")
    new = body.as_new(external_id)
    prepared = await creating.prepare(work, new, is_trial=is_hidden)
    await known_by.lock(work, external_id)
    candidates = await known_by.candidates(work, external_id)
    if (client_id := meant(candidates)) is not None:  # added meanwhile
        return await _changed(work, client_id, body), None
    if candidates or is_hidden:
        # Last, so that nobody learns that the id is had by what would not have been added anyway.
        await creating.write_client(work, new.model_copy(update={"external_id": None}), prepared)
        raise failures.ClientNotFound()
    try:
        async with work.attempt():
            return await creating.write_client(work, new, prepared)
    except failures.ExternalIdTaken:  # added meanwhile, by who did not wait: POST, or an import
        client_id = meant(await known_by.candidates(work, external_id))
    if client_id is None:
        raise failures.ClientNotFound()
    return await _changed(work, client_id, body), None


async def _changed(work: UnitOfWork, client_id: UUID, body: ClientUpsert) -> Document:
    if work.if_match:  # the path may look like an id, and names none
        work.if_match = (client_id, work.if_match[1])
    client = await for_change(work, client_id)
    named = [name for name in ONLY_NEW if getattr(body, name)]
    await check_shown(work, client.folder_id, named)
    for name in named:
        if _stated(body, name) != _standing(client, name):
            raise failures.ChangedByAction(field=name)
    await changing.update_client(work, client_id, body.as_change())
    work.status = 200
    return await ClientRepository(work).read(client_id)


def _stated(body: ClientUpsert, name: str) -> Any:
    if name != "staff":
        return getattr(body, name)
    return {(str(member.user_id), member.role) for member in body.staff}


def _standing(client: Client, name: str) -> Any:
    if name != "staff":
        return getattr(client, name)
    return {(member["user_id"], member["role"]) for member in client.staff}
