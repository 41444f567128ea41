"""Whether somebody may change what is about a client; asked of clients that they see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from chassis.errors import Forbidden
from chassis.i18n import register
from chassis.statements import statement
from chassis.work import UnitOfWork
from refs.merges import survivor_of
from refs.tables import client_refs
from refs.visibility import may_write, sight_of

register("refs")


class FolderNotWritable(Forbidden):
    """The caller sees the clients there and may not change them."""

    code = "folder_not_writable"
    detail = "You may not change clients in this folder."


@dataclass(frozen=True, slots=True)
class Access:
    """What the clients service says that somebody may do with a client."""

    may_see: bool = True
    may_write: bool = True


# Nobody asked, since what is remembered is in time.
UNASKED: Final = Access()

_PLACE: Final = statement(
    select(client_refs.c.folder_id, client_refs.c.editor_ids).where(
        client_refs.c.tenant_id == bindparam("tenant_id"),
        client_refs.c.id == survivor_of(client_refs, bindparam("id", type_=Uuid)),
    )
)


async def check_may_write(
    work: UnitOfWork, folder_id: UUID, editor_ids: Iterable[UUID], said: Access = UNASKED
) -> None:
    """Raises FolderNotWritable for a client there, with these owners and collaborators."""
    if not said.may_write or not may_write(await sight_of(work), folder_id, editor_ids):
        raise FolderNotWritable()


async def check_remembered(work: UnitOfWork, client_id: UUID, said: Access) -> None:
    """The same of a client as last heard of, or of the one it was merged into."""
    if (await sight_of(work)).sees_everything and said.may_write:
        return  # needs no copy of the client, which may come a moment later
    place = await work.fetchrow(_PLACE, tenant_id=work.tenant_id, id=client_id)
    if place is None:
        raise FolderNotWritable()
    await check_may_write(work, place["folder_id"], place["editor_ids"], said)
