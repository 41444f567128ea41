"""All SQL of links between clients."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    CTE,
    Boolean,
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
    true,
    union_all,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, array

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import Statement, statement
from chassis.work import Record
from clients.client_links.rules import INVERSE, LinkNotFound
from clients.client_links.tables import ClientLink, client_links
from clients.clients.repository.rows import about_visible_client, of_clients, survivor_of
from clients.clients.tables import clients
from refs import merges
from refs.visibility import sight_of

_C: Final = client_links.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_SCOPE: Final = about_visible_client(_C.from_client_id) & about_visible_client(_C.to_client_id)
_KINDS: Final = any_(bindparam("kind", type_=ARRAY(Text)))
_from, _to = clients.alias("from_client"), clients.alias("to_client")
_from_id, _to_id = survivor_of(_C.from_client_id), survivor_of(_C.to_client_id)
# Of a merged client the survivor is linked; two that became one are not linked to each other.
_SOURCE: Final = client_links.join(
    _from, (_from.c.tenant_id == _C.tenant_id) & (_from.c.id == _from_id)
).join(_to, (_to.c.tenant_id == _C.tenant_id) & (_to.c.id == _to_id))
_BETWEEN_TWO: Final = _from.c.id != _to.c.id
# From whose side a link is told; from its own beginning where nobody asks.
_ASKED: Final = bindparam("client_id", type_=Uuid)
_IS_TO: Final = _to.c.id == survivor_of(_ASKED)
_ASKED_FOR: Final = array([_ASKED])


def _url(client_id: ColumnElement[Any]) -> ColumnElement[str]:
    return literal_column("'/v1/clients/'", Text) + cast(client_id, Text)


def _linked(client: Any) -> ColumnElement[Any]:
    return func.json_build_object(
        literal_column("'id'"), client.c.id, literal_column("'name'"), client.c.name,
        literal_column("'code'"), client.c.code, literal_column("'url'"), _url(client.c.id),
    )  # fmt: skip


_inverse: Final = case(INVERSE, value=_C.kind, else_=_C.kind)
_near: Final = case((_IS_TO, _to.c.id), else_=_from.c.id)
_PLAIN: Final = ("id", "version", "created_at", "updated_at", "kind", "title")
_COLUMNS: Final = {
    **{name: _C[name] for name in _PLAIN},
    "from_client_id": _from.c.id, "to_client_id": _to.c.id,
    "client_id": _near, "url": _url(_near), "relation": case((_IS_TO, _inverse), else_=_C.kind),
    "client": case((_IS_TO, _linked(_from)), else_=_linked(_to)),
}  # fmt: skip

LIST: Final = ListQuery(
    source=_SOURCE, columns=_COLUMNS, where=(_OURS, _SCOPE, _BETWEEN_TWO),
    filters={
        "client_id": of_clients(_C.from_client_id, _ASKED_FOR)
        | of_clients(_C.to_client_id, _ASKED_FOR),
        "kind": _C.kind == _KINDS,
    },
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
_HEAD_OFFICES: Final = statement(
    select(survivor_of(_C.from_client_id).label("id")).where(
        _OURS, _C.kind == literal_column("'branch'"),
        of_clients(_C.to_client_id, bindparam("ids", type_=ARRAY(Uuid))),
    )
)  # fmt: skip
_one, _other = (bindparam(name, type_=ARRAY(Uuid)) for name in ("one", "other"))
_LINKED: Final = statement(
    select(_C.id).where(
        _OURS, (of_clients(_C.from_client_id, _one) & of_clients(_C.to_client_id, _other))
        | (of_clients(_C.from_client_id, _other) & of_clients(_C.to_client_id, _one)),
    ).limit(1)
)  # fmt: skip
_OF_CLIENTS: Final = statement(
    select(*client_links.c).where(
        _OURS, (_C.from_client_id == any_(bindparam("ids", type_=ARRAY(Uuid))))
        | (_C.to_client_id == any_(bindparam("ids", type_=ARRAY(Uuid)))),
    )
)  # fmt: skip
# Of two writers whose links close a circle together the second one waits, then sees the first.
_LOCK: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)


_upper, _lower = clients.alias("upper_client"), clients.alias("lower_client")
# The links of a client and of those merged into it, with the survivors they lead to.
_DOWN: Final = _upper.join(
    client_links, (_C.tenant_id == _upper.c.tenant_id) & (_C.from_client_id == _upper.c.id)
).join(_lower, (_lower.c.tenant_id == _C.tenant_id) & (_lower.c.id == _C.to_client_id))
_lower_id: Final = merges.stands_for(_lower)


def _stands_for(client_id: ColumnElement[Any]) -> ColumnElement[bool]:
    ours = _upper.c.tenant_id == bindparam("tenant_id", type_=Uuid)
    return ours & ((_upper.c.id == client_id) | (_upper.c.merged_into == client_id))


def _below() -> Statement:
    """Whether one of some clients is among those below others, whoever asks."""
    above = any_(bindparam("above", type_=ARRAY(Uuid)))
    first = select(_lower_id.label("id")).select_from(_DOWN)
    sought = any_(bindparam("ids", type_=ARRAY(Uuid)))
    is_counted = bindparam("is_direct", type_=Boolean) | not_(_lower_id == sought)
    first = first.where(_OURS, _C.kind == _KINDS, _stands_for(above), is_counted)
    below = first.cte("below", recursive=True)
    deeper = select(_lower_id).select_from(_DOWN.join(below, _stands_for(below.c.id)))
    below = below.union(deeper.where(_OURS, _C.kind == _KINDS))
    return statement(select(below.c.id).where(below.c.id == sought).limit(1))


_BELOW: Final = _below()


def _tree() -> Statement:
    """Level by level through visible clients; the limit ends the walk, for nothing is sorted."""
    root = bindparam("root", type_=Uuid)
    node = (
        clients.c.id, clients.c.name, clients.c.code, _C.kind, _C.title, _C.id.label("link_id"),
        merges.stands_for(_upper).label("parent_id"),
    )  # fmt: skip
    joined = _DOWN.join(
        clients, (clients.c.tenant_id == _C.tenant_id) & (clients.c.id == _lower_id)
    )
    within = (_OURS, _C.kind == _KINDS, about_visible_client(_C.to_client_id))
    path = cast(array([root, clients.c.id]), ARRAY(Uuid))
    first = select(*node, literal(1, Integer).label("depth"), path.label("path"))
    first = first.select_from(joined).where(*within, _stands_for(root), clients.c.id != root)
    tree: CTE = first.cte("tree", recursive=True)
    deeper = select(
        *node, tree.c.depth + 1, func.array_append(tree.c.path, clients.c.id)
    ).select_from(joined.join(tree, _stands_for(tree.c.id)))
    deeper = deeper.where(
        *within, tree.c.depth < bindparam("levels", type_=Integer),
        not_(clients.c.id == any_(tree.c.path)),
    )  # fmt: skip
    tree = tree.union_all(deeper)
    shown = [c for c in tree.c if c.name != "path"]
    return statement(select(*shown).limit(bindparam("most", type_=Integer)))


_TREE: Final = _tree()


def _all_below() -> Statement:
    """Each client below a root once, through visible ones; the limit ends the walk."""
    root, tenant_id = bindparam("root", type_=Uuid), bindparam("tenant_id", type_=Uuid)
    found = select(root.label("id")).cte("all_below", recursive=True)
    merged = clients.alias("merged_upper")
    # Both by an index for each client: where one of two ids is asked for at once, PostgreSQL goes
    # through all links of the company for each of them.
    own = select(_C.to_client_id).where(_OURS, _C.kind == _KINDS, _C.from_client_id == found.c.id)
    others = select(_C.to_client_id).join_from(
        merged, client_links, (_C.tenant_id == merged.c.tenant_id)
        & (_C.from_client_id == merged.c.id)
    ).where(merged.c.tenant_id == tenant_id, merged.c.merged_into == found.c.id,
            _C.kind == _KINDS)  # fmt: skip
    links = union_all(own.correlate(found), others.correlate(found)).lateral("links")
    deeper = (
        select(_lower_id).select_from(found).join(links, true())
        .join(_lower, (_lower.c.tenant_id == tenant_id) & (_lower.c.id == links.c.to_client_id))
        .where(about_visible_client(links.c.to_client_id))
    )  # fmt: skip
    found = found.union(deeper)
    most = bindparam("most", type_=Integer)
    return statement(select(found.c.id).where(found.c.id != root).limit(most))


_ALL_BELOW: Final = _all_below()


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

    async def are_linked(self, one: UUID, other: UUID) -> bool:
        """Whether any link leads from one of two clients to the other."""
        return await self.any_between(one, other) is not None

    async def any_between(self, one: UUID, other: UUID) -> UUID | None:
        """A link that leads from one of two clients to the other."""
        found: UUID | None = await self.work.fetchval(
            _LINKED, tenant_id=self.work.tenant_id, one=[one], other=[other]
        )
        return found

    async def of_clients(self, client_ids: Collection[UUID]) -> list[ClientLink]:
        """Every link of these clients, seen by the caller or not."""
        rows = await self.work.fetch(
            _OF_CLIENTS, tenant_id=self.work.tenant_id, ids=list(client_ids)
        )
        return [ClientLink(**row) for row in rows]

    async def lock_circles(self) -> None:
        """Wait for whoever is adding a link that could close a circle."""
        await self.work.execute(_LOCK, key=f"client_links:{self.work.tenant_id}")

    async def is_below(
        self, ids: Collection[UUID], above: Collection[UUID], kinds: Collection[str], *,
        is_direct: bool = True,
    ) -> bool:  # fmt: skip
        """Whether links of these kinds lead down from one of the upper clients to one of these,
        be it by a single link or only by way of others."""
        found = await self.work.fetchval(
            _BELOW, tenant_id=self.work.tenant_id, ids=list(ids), above=list(above),
            kind=list(kinds), is_direct=is_direct,
        )  # fmt: skip
        return found is not None

    async def head_offices(self, *client_ids: UUID) -> set[UUID]:
        """Of which clients these and those merged into them are branches."""
        rows = await self.work.fetch(
            _HEAD_OFFICES, tenant_id=self.work.tenant_id, ids=list(client_ids)
        )
        return {row["id"] for row in rows}

    async def tree(
        self, root: UUID, kinds: Collection[str], levels: int, most: int
    ) -> list[Record]:
        """What stands below a client, at most so many of it."""
        return await self.work.fetch(
            _TREE, tenant_id=self.work.tenant_id, root=root, kind=list(kinds), levels=levels,
            most=most, **await self.scope_values(),
        )  # fmt: skip

    async def below(self, root: UUID, kinds: Collection[str], most: int) -> list[UUID]:
        """Who stands below a client on any level, at most so many of them, in no order."""
        rows = await self.work.fetch(
            _ALL_BELOW, tenant_id=self.work.tenant_id, root=root, kind=list(kinds), most=most,
            **await self.scope_values(),
        )  # fmt: skip
        return [row["id"] for row in rows]
