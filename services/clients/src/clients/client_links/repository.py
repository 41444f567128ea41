"""All SQL of links between clients."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    not_,
    select,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, array

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import Statement, statement
from chassis.work import Record
from clients.client_links.rules import INVERSE, LinkNotFound
from clients.client_links.tables import ClientLink, client_links
from clients.clients.repository.rows import about_visible_client
from clients.clients.tables import clients
from refs.visibility import sight_of

_C: Final = client_links.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_SCOPE: Final = about_visible_client(_C.from_client_id) & about_visible_client(_C.to_client_id)
_KINDS: Final = any_(bindparam("kind", type_=ARRAY(Text)))
_from, _to = clients.alias("from_client"), clients.alias("to_client")
_SOURCE: Final = client_links.join(
    _from, (_from.c.tenant_id == _C.tenant_id) & (_from.c.id == _C.from_client_id)
).join(_to, (_to.c.tenant_id == _C.tenant_id) & (_to.c.id == _C.to_client_id))
# From whose side a link is told; from its own beginning where nobody asks.
_ASKED: Final = bindparam("client_id", type_=Uuid)
_IS_TO: Final = _C.to_client_id == _ASKED


def _url(client_id: ColumnElement[Any]) -> ColumnElement[str]:
    return literal_column("'/v1/clients/'", Text) + cast(client_id, Text)


def _linked(client: Any) -> ColumnElement[Any]:
    return func.json_build_object(
        literal_column("'id'"), client.c.id, literal_column("'name'"), client.c.name,
        literal_column("'code'"), client.c.code, literal_column("'url'"), _url(client.c.id),
    )  # fmt: skip


_inverse: Final = case(INVERSE, value=_C.kind, else_=_C.kind)
_near: Final = case((_IS_TO, _C.to_client_id), else_=_C.from_client_id)
_PLAIN: Final = (
    "id", "version", "created_at", "updated_at", "from_client_id", "to_client_id", "kind", "title",
)  # fmt: skip
_COLUMNS: Final = {
    **{name: _C[name] for name in _PLAIN},
    "client_id": _near, "url": _url(_near), "relation": case((_IS_TO, _inverse), else_=_C.kind),
    "client": case((_IS_TO, _linked(_from)), else_=_linked(_to)),
}  # fmt: skip

LIST: Final = ListQuery(
    source=_SOURCE, columns=_COLUMNS, where=(_OURS, _SCOPE),
    filters={"client_id": (_C.from_client_id == _ASKED) | _IS_TO, "kind": _C.kind == _KINDS},
    sorts={n: _C[n] for n in ("created_at", "updated_at")},
    default_sort="created_at", key=_C.id,
)  # fmt: skip
_READ: Final = document(_SOURCE, _COLUMNS, _OURS, _SCOPE, _C.id == bindparam("id"))
_READ_ANY: Final = document(_SOURCE, _COLUMNS, _OURS, _C.id == bindparam("id"))
_BETWEEN: Final = statement(
    select(*client_links.c).where(
        _OURS, _C.from_client_id == bindparam("from_client_id"),
        _C.to_client_id == bindparam("to_client_id"), _C.kind == bindparam("kind"),
    )
)  # fmt: skip
# Of two writers whose links close a circle together the second one waits, then sees the first.
_LOCK: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)


def _below() -> Statement:
    """Whether a client is among those below another, whoever asks."""
    first = select(_C.to_client_id.label("id")).where(
        _OURS, _C.kind == _KINDS, _C.from_client_id == bindparam("above", type_=Uuid)
    )
    below = first.cte("below", recursive=True)
    below = below.union(
        select(_C.to_client_id).where(_OURS, _C.kind == _KINDS, _C.from_client_id == below.c.id)
    )
    return statement(select(below.c.id).where(below.c.id == bindparam("id", type_=Uuid)).limit(1))


_BELOW: Final = _below()


def _tree() -> Statement:
    """Level by level through visible clients; the limit ends the walk, for nothing is sorted."""
    root = bindparam("root", type_=Uuid)
    node = (
        _C.to_client_id.label("id"), clients.c.name, clients.c.code, _C.kind, _C.title,
        _C.id.label("link_id"), _C.from_client_id.label("parent_id"),
    )  # fmt: skip
    joined = client_links.join(
        clients, (clients.c.tenant_id == _C.tenant_id) & (clients.c.id == _C.to_client_id)
    )
    within = (_OURS, _C.kind == _KINDS, about_visible_client(_C.to_client_id))
    path = cast(array([root, _C.to_client_id]), ARRAY(Uuid))
    first = select(*node, literal(1, Integer).label("depth"), path.label("path"))
    first = first.select_from(joined).where(*within, _C.from_client_id == root)
    tree: CTE = first.cte("tree", recursive=True)
    deeper = select(
        *node, tree.c.depth + 1, func.array_append(tree.c.path, _C.to_client_id)
    ).select_from(joined.join(tree, _C.from_client_id == tree.c.id))
    deeper = deeper.where(
        *within, tree.c.depth < bindparam("levels", type_=Integer),
        not_(_C.to_client_id == any_(tree.c.path)),
    )  # fmt: skip
    tree = tree.union_all(deeper)
    shown = [c for c in tree.c if c.name != "path"]
    return statement(select(*shown).limit(bindparam("most", type_=Integer)))


_TREE: Final = _tree()


class ClientLinkRepository(Repository[ClientLink]):
    """Links both of whose clients the caller sees."""

    table = client_links
    row = ClientLink
    scope = _SCOPE
    missing = LinkNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def read(
        self, link_id: UUID, near: UUID | None = None, *, is_new: bool = False
    ) -> Document:
        """The link as JSON, told from one side; a new one also to a maker who will not see it."""
        found = await read_document(
            self.work, _READ_ANY if is_new else _READ, tenant_id=self.work.tenant_id, id=link_id,
            client_id=near, **await self.scope_values(),
        )  # fmt: skip
        if found is None:
            raise self.missing()
        return found

    async def between(self, from_id: UUID, to_id: UUID, kind: str) -> ClientLink | None:
        """The link between two clients, seen by the caller or not."""
        return await self.one(_BETWEEN, from_client_id=from_id, to_client_id=to_id, kind=kind)

    async def lock_circles(self) -> None:
        """Wait for whoever is adding a link that could close a circle."""
        await self.work.execute(_LOCK, key=f"client_links:{self.work.tenant_id}")

    async def is_below(self, client_id: UUID, above: UUID, kinds: Collection[str]) -> bool:
        """Whether links of these kinds lead down from one client to the other."""
        found = await self.work.fetchval(
            _BELOW, tenant_id=self.work.tenant_id, id=client_id, above=above, kind=list(kinds)
        )
        return found is not None

    async def tree(
        self, root: UUID, kinds: Collection[str], levels: int, most: int
    ) -> list[Record]:
        """What stands below a client, at most so many of it."""
        return await self.work.fetch(
            _TREE, tenant_id=self.work.tenant_id, root=root, kind=list(kinds), levels=levels,
            most=most, **await self.scope_values(),
        )  # fmt: skip
