"""All SQL of merges."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Boolean, Text, Uuid, bindparam, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import array

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import Statement, statement
from clients.clients.repository.rows import about_visible_client, of_clients, survivor_of
from clients.clients.tables import clients
from clients.merges.rules import MergeNotFound
from clients.merges.tables import Merge, merges
from refs.visibility import sight_of

_C: Final = merges.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_SCOPE: Final = about_visible_client(_C.into_client_id) & about_visible_client(_C.from_client_id)
_from: Final = clients.alias("from_client")
_SOURCE: Final = merges.join(
    _from, (_from.c.tenant_id == _C.tenant_id) & (_from.c.id == _C.from_client_id)
)
_about: Final = survivor_of(_C.into_client_id)
_COLUMNS: Final = {
    **{name: _C[name] for name in ("id", "version", "created_at", "updated_at")},
    "merge_id": _C.id, "client_id": _about,
    "url": literal_column("'/v1/clients/'", Text) + cast(_about, Text),
    "merged": func.json_build_object(
        literal_column("'id'"), _from.c.id, literal_column("'name'"), _from.c.name,
        literal_column("'code'"), _from.c.code,
    ),
    "fields": _C.chosen, "merged_by": _C.merged_by, "undone_at": _C.undone_at,
}  # fmt: skip

LIST: Final = ListQuery(
    source=_SOURCE, columns=_COLUMNS, where=(_OURS, _SCOPE),
    filters={
        "client_id": of_clients(_C.into_client_id, array([bindparam("client_id", type_=Uuid)])),
        "undone": _C.undone_at.is_not(None) == bindparam("undone", type_=Boolean),
    },
    sorts={n: _C[n] for n in ("created_at", "updated_at")},
    default_sort="-created_at", key=_C.id,
)  # fmt: skip
_READ: Final = document(_SOURCE, _COLUMNS, _OURS, _SCOPE, _C.id == bindparam("id"))
_STANDING: Final = statement(
    select(*merges.c).where(
        _OURS, _SCOPE, _C.undone_at.is_(None),
        _C.from_client_id == bindparam("from_client_id", type_=Uuid),
    )
)  # fmt: skip
# The two clients are locked, so these stand still.
_LATER: Final = statement(
    select(*merges.c)
    .where(_OURS, _C.into_client_id == bindparam("into_client_id", type_=Uuid),
           _C.undone_at.is_(None), _C.id > bindparam("id", type_=Uuid))
    .order_by(_C.id)
)  # fmt: skip


def _under() -> Statement:
    """Who was merged into a client, and into those, before that one was merged itself."""
    first = select(_C.from_client_id.label("id")).where(
        _OURS, _C.undone_at.is_(None), _C.into_client_id == bindparam("client_id", type_=Uuid)
    )
    under = first.cte("under", recursive=True)
    under = under.union(
        select(_C.from_client_id).where(
            _OURS, _C.undone_at.is_(None), _C.into_client_id == under.c.id
        )
    )
    return statement(select(under.c.id))


_UNDER: Final = _under()


class MergeRepository(Repository[Merge]):
    """Merges both of whose clients the caller sees; of merged ones, whoever answers for them."""

    table = merges
    row = Merge
    scope = _SCOPE
    missing = MergeNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def read(self, merge_id: UUID) -> Document:
        """The merge as JSON; raises MergeNotFound."""
        found = await read_document(
            self.work, _READ, tenant_id=self.work.tenant_id, id=merge_id,
            **await self.scope_values(),
        )  # fmt: skip
        if found is None:
            raise self.missing()
        return found

    async def standing(self, client_id: UUID) -> Merge | None:
        """The merge by which a client is merged, unless it is undone."""
        return await self.one(_STANDING, from_client_id=client_id)

    async def later(self, merge: Merge) -> list[Merge]:
        """Those into the same client that came after it and stand."""
        return await self.all(_LATER, into_client_id=merge.into_client_id, id=merge.id)

    async def under(self, client_id: UUID) -> list[UUID]:
        """Everybody who came with a client when it was merged."""
        rows = await self.work.fetch(
            _UNDER, tenant_id=self.work.tenant_id, client_id=client_id
        )  # fmt: skip
        return [row["id"] for row in rows]
