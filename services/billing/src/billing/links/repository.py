"""The SQL of documents that their clients have links to."""

from functools import cache
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import DateTime, Table, Uuid, bindparam, null, select, update

from billing.documents.repository.records import DocumentRepository
from billing.links.tables import LinkedRow
from chassis.statements import Statement, statement
from refs.merges import survivor_of
from refs.tables import client_refs

LinkedT = TypeVar("LinkedT", bound=LinkedRow)
LINK_SHOWN: Final = (
    "sent_at", "viewed_at", "last_viewed_at", "views", "link_expires_at", "message_id",
    "mail_failure",
)  # fmt: skip


class LinkedRepository(DocumentRepository[LinkedT]):
    """The documents of one kind that the caller may see, and the links to them."""

    async def count_view(self, document_id: UUID) -> None:
        """Somebody looked at it by its link, which changes nothing of it: its version stays."""
        keys = {"tenant_id": self.work.tenant_id, "id": document_id}
        await self.work.execute(_count_view(self.table), **keys, now=self.work.now)
        self.work.memo.pop((self.table, document_id), None)

    async def client_name(self, document_id: UUID) -> str | None:
        """Whom it is for."""
        keys = {"tenant_id": self.work.tenant_id, "id": document_id}
        name: str | None = await self.work.fetchval(_client_name(self.table), **keys)
        return name

    async def forget_links(self, client_id: UUID) -> None:
        """Let the links to what a client has lead nowhere any more."""
        keys = {"tenant_id": self.work.tenant_id, "of_client": client_id}
        await self.work.execute(_forget_links(self.table), **keys)


def _one(table: Table) -> tuple[Any, ...]:
    return (
        table.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        table.c.id == bindparam("id", type_=Uuid),
    )


@cache
def _count_view(table: Table) -> Statement:
    now = bindparam("now", type_=DateTime(timezone=True))
    return statement(
        update(table).where(*_one(table)).values(views=table.c.views + 1, last_viewed_at=now)
    )


@cache
def _client_name(table: Table) -> Statement:
    return statement(
        select(client_refs.c.name).where(
            client_refs.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            client_refs.c.id == select(survivor_of(client_refs, table.c.client_id))
            .where(*_one(table)).scalar_subquery(),
        )
    )  # fmt: skip


@cache
def _forget_links(table: Table) -> Statement:
    return statement(
        update(table)
        .where(table.c.tenant_id == bindparam("tenant_id", type_=Uuid),
               table.c.client_id == bindparam("of_client", type_=Uuid),
               table.c.link_hash.is_not(None))
        .values(link_hash=null(), link_expires_at=null())
    )  # fmt: skip
