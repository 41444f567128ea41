"""Somebody makes something about a client: whether they see it, and may change it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from chassis.context import Context
from chassis.errors import Invalid
from chassis.forgetting import hold
from chassis.statements import statement
from chassis.work import UnitOfWork
from refs import lag, merges
from refs.reading import ensure_client
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of
from refs.writing import Access, check_may_write


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


_named = client_refs.alias("asked_client")
_NAMED: Final = bindparam("client_id", type_=Uuid)
# A merged one is its survivor.
_SUBJECT: Final = statement(
    select(client_refs.c.id, client_refs.c.folder_id, client_refs.c.editor_ids,
           client_refs.c.currency, client_refs.c.language, client_refs.c.credit_days)
    .join_from(_named, client_refs, (client_refs.c.tenant_id == _named.c.tenant_id)
               & (client_refs.c.id == merges.stands_for(_named)))
    .where(_named.c.tenant_id == bindparam("tenant_id"), _named.c.id == _NAMED,
           about_visible_client(_NAMED))
)  # fmt: skip


async def ask(work: UnitOfWork, context: Context, client_id: UUID | None) -> Access | None:
    """The same where there may be no client: then None."""
    return None if client_id is None else await ask_about(work, context, client_id)


async def ask_about(work: UnitOfWork, context: Context, client_id: UUID) -> Access:
    """What has to be asked of other services before the work's first statement.

    Raises Unavailable.
    """
    await ensure_client(context, work.tenant_id, client_id)
    return await lag.access(work, client_id)


async def client_to_write(
    work: UnitOfWork, client_id: UUID, said: Access, *, field: str = "client_id"
) -> Subject:
    """A client that the caller may change; nobody erases it before the work ends.

    Raises UnknownClient and FolderNotWritable.
    """
    sight = await sight_of(work)
    row = await work.fetchrow(
        _SUBJECT, tenant_id=work.tenant_id, client_id=client_id, **sight.values()
    )
    if row is None or not said.may_see or await hold(work, row["id"]):
        raise UnknownClient(field=field)
    subject = Subject(**row)
    await check_may_write(work, subject.folder_id, subject.editor_ids, said)
    return subject
