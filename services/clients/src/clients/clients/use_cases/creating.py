"""How clients come to be."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

import orjson

from chassis.documents import Document
from chassis.forgetting import forgotten
from chassis.repository import IdTaken
from chassis.work import UnitOfWork
from clients.assignment_rules.use_cases import choose
from clients.clients import events
from clients.clients.repository.rows import ClientRepository
from clients.clients.rules import derived
from clients.clients.schemas.records import ClientCreate
from clients.clients.use_cases.checks import check_references
from clients.clients.use_cases.columns import amounts, columns_of, home_country
from clients.custom_fields.use_cases import values as custom
from clients.due_follow_ups.use_cases import begin_follow_up
from clients.folders import use_cases as folders
from clients.serials.rules import code_of
from clients.serials.use_cases import take_serial
from clients.tags import use_cases as tags
from refs.writing import check_may_write

_NO_SERIAL: Final = -1
_SEALED: Final = {"custom_fields", "national_id"}


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a new client is given that is asked for on connections of its own."""

    folder_id: UUID
    status_id: UUID
    country: str
    chosen_id: UUID | None
    written: custom.Written
    serial: int


async def create_client(work: UnitOfWork, body: ClientCreate) -> tuple[Document, UUID]:
    """Add a client: its JSON and its id; the same body with the same `id` is the same client."""
    return await write_client(work, body, await prepare(work, body))


async def prepare(
    work: UnitOfWork, body: ClientCreate, *, is_trial: bool = False, is_brief: bool = False
) -> Prepared:
    """Before the first statement of the work: whoever waits for a connection may not hold one.

    A trial, whose client is not kept, takes nobody's turn and no number. A brief body has none of
    the fields that a company requires, and is not asked for them.
    """
    folder_id, status_id = await folders.choose_place(work, body.folder_id, body.status_id)
    country = body.country_code or await home_country(work)
    chosen_id = None if body.staff or is_trial else await choose(work, folder_id, country)
    written = await custom.values_of_new(work, folder_id, body, country, is_brief=is_brief)
    serial = _NO_SERIAL if is_trial else await take_serial(work)
    return Prepared(folder_id, status_id, country, chosen_id, written, serial)


async def write_client(
    work: UnitOfWork, body: ClientCreate, given: Prepared
) -> tuple[Document, UUID]:  # fmt: skip
    """Add the client that was prepared, and tell."""
    written, chosen_id = given.written, given.chosen_id
    values = columns_of(body, given.country) | await amounts(work, body)
    clients = ClientRepository(work)
    await check_may_write(work, given.folder_id, values["editor_ids"])
    hours = await check_references(work, values)
    if chosen_id:  # after the check: no rule gives a right to who adds the client
        values |= derived.staff([{"user_id": str(chosen_id), "role": "owner"}])
    values["tags"] = await tags.use(work, values["tags"])
    values["source"] = body.source or derived.source(work.caller.principal)
    prints = custom.national_id_prints(work, [body.national_id] if body.national_id else [])
    made = await clients.write(
        prints, **values, id=body.id, folder_id=given.folder_id, status_id=given.status_id,
        serial=given.serial, **derived.code(body.code or code_of(given.serial)), is_archived=False,
        created_digest=_digest(body, written) if body.id else None, **written.columns,
    )  # fmt: skip
    if made is None:
        return await _made_before(work, body, written)
    client, document = made
    if body.id and await forgotten(work, body.id):  # sent once more after they were erased
        raise IdTaken(field="id")
    await custom.keep(work, client.id, written)
    planned = written.follow_ups | {
        field: await begin_follow_up(work, client.id, field, hours[field]) for field in hours
    }
    work.publish(events.client_created(client, planned))
    if chosen_id:
        work.publish(events.staff_assigned(client, client.staff, []))
    return document, client.id


async def _made_before(
    work: UnitOfWork, body: ClientCreate, written: custom.Written
) -> tuple[Document, UUID]:
    if body.id is None or await ClientRepository(work).digest(body.id) != _digest(body, written):
        raise IdTaken(field="id")
    work.status = 200
    return await ClientRepository(work).read(body.id), body.id


def _digest(body: ClientCreate, written: custom.Written) -> bytes:
    given = body.model_dump(mode="json", exclude_unset=True)
    # As shown, not as typed: whoever has the database could try all identity numbers.
    given |= {
        name: written.columns[name] for name in _SEALED & given.keys() & written.columns.keys()
    }
    return sha256(orjson.dumps(given, option=orjson.OPT_SORT_KEYS)).digest()
