"""Somebody makes something about a client: whether they see it, and may change it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, exists, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.context import Context
from chassis.errors import Failure, Invalid
from chassis.forgetting import FORGOTTEN, hold_from_begin, hold_unless_going, is_held
from chassis.statements import statement
from chassis.together import Asked
from chassis.work import Record, UnitOfWork
from refs import lag, merges
from refs.reading import ensure_client, ensure_clients
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of
from refs.writing import UNASKED, Access, FolderNotWritable, check_may_write


class UnknownClient(Invalid):
    """No such client, or one that the caller may not see."""

    code = "unknown_reference"
    detail = "There is no such client."


@dataclass(frozen=True, slots=True)
class Subject:
    """The client that a new thing is about."""

    id: UUID
    folder_id: UUID
    editor_ids: list[UUID]
    currency: str
    language: str
    credit_days: int | None
    # Who pays for it, seen by the caller or not; null: itself.
    payer_id: UUID | None


_named = client_refs.alias("asked_client")
_is_forgotten = exists().where(
    FORGOTTEN.c.tenant_id == client_refs.c.tenant_id, FORGOTTEN.c.id == client_refs.c.id
)
# Of a merged one the survivor; who came to be the client itself pays for nobody else.
_payer = func.nullif(
    merges.survivor_of(client_refs, client_refs.c.bill_to_id), client_refs.c.id, type_=Uuid
)
_SUBJECT: Final = tuple(one.name for one in fields(Subject))
# A merged one is its survivor.
_SUBJECTS: Final = statement(
    select(_named.c.id.label("asked_id"), client_refs.c.id, client_refs.c.folder_id,
           client_refs.c.editor_ids, client_refs.c.currency, client_refs.c.language,
           client_refs.c.credit_days, _payer.label("payer_id"), _is_forgotten.label("is_forgotten"))
    .join_from(_named, client_refs, (client_refs.c.tenant_id == _named.c.tenant_id)
               & (client_refs.c.id == merges.stands_for(_named)))
    .where(_named.c.tenant_id == bindparam("tenant_id"),
           _named.c.id == any_(bindparam("client_ids", type_=ARRAY(Uuid))),
           about_visible_client(_named.c.id))
)  # fmt: skip


async def ask(work: UnitOfWork, context: Context, client_id: UUID | None) -> Access | None:
    """The same where there may be no client: then None."""
    return None if client_id is None else await ask_about(work, context, client_id)


async def ask_about(work: UnitOfWork, context: Context, client_id: UUID) -> Access:
    """What has to be asked of other services before the work's first statement.

    Raises Unavailable.
    """
    await ensure_client(context, work.tenant_id, client_id)
    hold_from_begin(work, [client_id])
    return await lag.access(work, client_id)


async def ask_about_each(
    work: UnitOfWork, context: Context, client_ids: Collection[UUID]
) -> dict[UUID, Access]:  # fmt: skip
    """The same of several."""
    await ensure_clients(context, work.tenant_id, client_ids)
    hold_from_begin(work, client_ids)
    return await lag.accesses(work, client_ids)


async def asked(work: UnitOfWork, *client_ids: UUID) -> Asked:
    """What is read of clients that somebody may change."""
    values = (await sight_of(work)).values()
    return _SUBJECTS, {"tenant_id": work.tenant_id, "client_ids": list(client_ids), **values}


async def client_to_write(
    work: UnitOfWork, client_id: UUID, said: Access, *, field: str = "client_id"
) -> Subject:
    """A client that the caller may change; nobody erases it before the work ends.

    Raises UnknownClient and FolderNotWritable.
    """
    found = (await clients_to_write(work, {client_id: said}, field=field))[client_id]
    if isinstance(found, Failure):
        raise found
    return found


async def clients_to_write(
    work: UnitOfWork, said: Mapping[UUID, Access], *, field: str = "client_id"
) -> dict[UUID, Subject | Failure]:
    """The same of several, by the ids they are named by: each, or why it may not be changed."""
    return await changeable(work, await seen_clients(work, said, field=field), said)


async def seen_clients(
    work: UnitOfWork, said: Mapping[UUID, Access], *, field: str = "client_id"
) -> dict[UUID, Subject | UnknownClient]:
    """The same of those that the caller sees, changeable or not."""
    query, values = await asked(work, *said)
    rows = await work.fetch(query, **values)
    rows = [row for row in rows if said[row["asked_id"]].may_see]
    seen = {row["asked_id"]: _subject(row) for row in rows}
    gone = {row["id"] for row in rows if row["is_forgotten"]}
    # Whose lock was taken before this read cannot have been forgotten since.
    if late := [one.id for one in seen.values() if not is_held(work, one.id)]:
        gone |= await hold_unless_going(work, *late)
    known = {one: seen[one] for one in said if one in seen and seen[one].id not in gone}
    return {one: known.get(one) or UnknownClient(field=field) for one in said}


async def changeable(
    work: UnitOfWork, seen: Mapping[UUID, Subject | UnknownClient], said: Mapping[UUID, Access]
) -> dict[UUID, Subject | Failure]:
    """Of clients that were looked up those that the caller may change too."""
    found: dict[UUID, Subject | Failure] = {**seen}
    for client_id, subject in seen.items():
        if isinstance(subject, Failure):
            continue
        access = said.get(client_id, UNASKED)
        try:
            await check_may_write(work, subject.folder_id, subject.editor_ids, access)
        except FolderNotWritable as failure:
            found[client_id] = failure
    return found


def _subject(row: Record) -> Subject:
    return Subject(**{name: row[name] for name in _SUBJECT})
