"""All SQL of links that lead strangers to files."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import DateTime, Integer, Text, Uuid, bindparam, delete, func, or_, select, update

from chassis.context import Context
from chassis.paging import ListQuery, Paging
from chassis.repository import Repository
from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.clients.repository.rows import about_visible_client, survivor_of
from clients.files.repository.files import client_url
from clients.files.rules.failures import ShareNotFound
from clients.files.rules.shares import MOST_GUESSES
from clients.files.tables import FileShare, file_shares, files
from refs.visibility import sight_of

_C: Final = file_shares.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_BY_ID: Final = (_OURS, _C.id == bindparam("id", type_=Uuid))
_ABOUT: Final = survivor_of(files.c.client_id)
_with_file: Final = file_shares.join(
    files, (files.c.tenant_id == _C.tenant_id) & (files.c.id == _C.file_id)
)
LIST: Final = ListQuery(
    source=_with_file,
    columns={
        **{n: _C[n] for n in (
            "id", "version", "created_at", "updated_at", "file_id", "author", "expires_at",
            "max_downloads", "downloads",
        )},
        "has_password": _C.password_hash.is_not(None),
        "client_id": _ABOUT, "url": client_url(_ABOUT),
    },
    where=(_OURS, about_visible_client(files.c.client_id)),
    filters={"file_id": _C.file_id == bindparam("file_id", type_=Uuid)},
    sorts={"created_at": _C.created_at}, default_sort="-created_at", key=_C.id,
)  # fmt: skip
_COUNT: Final = statement(
    select(func.count()).select_from(file_shares).where(_OURS, _C.file_id == bindparam("file_id"))
)
_USE: Final = statement(
    update(file_shares)
    .where(
        *_BY_ID, _C.expires_at > bindparam("now", type_=DateTime(timezone=True)),
        _C.guesses < bindparam("most_guesses", type_=Integer),
        or_(_C.max_downloads.is_(None), _C.downloads < _C.max_downloads),
    )
    .values(downloads=_C.downloads + 1)
    .returning(_C.downloads)
)  # fmt: skip
_GUESS: Final = statement(update(file_shares).where(*_BY_ID).values(guesses=_C.guesses + 1))
_OF_AUTHOR: Final = statement(
    delete(file_shares).where(_OURS, _C.author == bindparam("author", type_=Text))
)
_PAST: Final = statement(
    delete(file_shares).where(
        _OURS, _C.file_id == bindparam("file_id"),
        _C.expires_at <= bindparam("now", type_=DateTime(timezone=True)),
    )
)  # fmt: skip


class ShareRepository(Repository[FileShare]):
    """Links; asked for only about a file that proved visible."""

    table = file_shares
    row = FileShare
    missing = ShareNotFound

    async def page(self, paging: Paging, file_id: UUID) -> bytes:
        """A page of a file's links."""
        values = (await sight_of(self.work)).values()
        return await LIST.page(self.work, paging, {"file_id": file_id}, **values)

    async def count(self, file_id: UUID) -> int:
        """How many links a file has, less those whose time is over: they are forgotten here."""
        values: dict[str, Any] = {"tenant_id": self.work.tenant_id, "file_id": file_id}
        await self.work.execute(_PAST, **values, now=self.work.now)
        found: int = await self.work.fetchval(_COUNT, **values)
        return found

    async def use(self, share_id: UUID) -> bool:
        """Count a download, unless there may be no more; waits for others who do."""
        used = await self.work.fetchval(
            _USE, tenant_id=self.work.tenant_id, id=share_id, now=self.work.now,
            most_guesses=MOST_GUESSES,
        )  # fmt: skip
        return used is not None

    async def count_guess(self, share_id: UUID) -> None:
        """Somebody gave a wrong password."""
        await self.work.execute(_GUESS, tenant_id=self.work.tenant_id, id=share_id)


async def forget_shares_of(work: UnitOfWork, author: str) -> None:
    """Who made them is gone."""
    await work.execute(_OF_AUTHOR, tenant_id=work.tenant_id, author=author)


async def found_by(context: Context, token_hash: bytes) -> dict[str, Any] | None:
    """Tenant, id and maker of a link."""
    rows = await context.system.look_up("file_share_of_token", token_hash)
    return rows[0] if rows else None
