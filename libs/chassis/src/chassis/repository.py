"""What every feature's repository can do; a feature adds its own queries as named statements."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Insert,
    Table,
    Update,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as _postgresql_insert

from chassis.errors import Conflict, NotFound, Stale
from chassis.ids import new_id
from chassis.rows import rows_of, written
from chassis.statements import Statement, statement
from chassis.tables import Row, is_sensitive, written_columns
from chassis.together import Asked
from chassis.work import UnitOfWork

RowT = TypeVar("RowT", bound=Row)


class IdTaken(Conflict):
    """The id that the caller made stands for something else."""

    code = "id_taken"
    detail = "This id belongs to another record."


class Repository(Generic[RowT]):
    """The SQL of one table, inside the tenant of the work.

    `scope` is what the caller may see, as a clause over the table whose parameters
    `scope_values` gives; it holds for every read and every change.
    """

    table: ClassVar[Table]
    row: ClassVar[type[Any]]
    scope: ClassVar[ColumnElement[bool] | None] = None
    missing: ClassVar[type[NotFound]] = NotFound

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    @property
    def _kind(self) -> Any:
        """The class itself: what the compiled statements are kept by."""
        return type(self)

    async def scope_values(self) -> dict[str, Any]:
        """Values of the parameters that `scope` names."""
        return {}

    async def find(self, entity_id: UUID) -> RowT | None:
        """The row, or None where there is none that the caller may see."""
        return await self.one(_by_id(self._kind, False), id=entity_id)

    async def get(self, entity_id: UUID) -> RowT:
        """The row; raises NotFound."""
        if (row := await self.find(entity_id)) is None:
            raise self.missing()
        return row

    async def get_for_update(self, entity_id: UUID) -> RowT:
        """The row, locked for a change; raises NotFound, Forbidden and Stale (If-Match)."""
        row = await self.one(_by_id(self._kind, True), id=entity_id)
        if row is None:
            raise self.missing()
        self.work.authorize()
        self.work.check_version(entity_id, row.version)
        return row

    async def one(self, query: Statement, **values: Any) -> RowT | None:
        """The first row of a query over this table's columns."""
        record = await self.work.fetchrow(query, **await self._bound(values))
        return self.row(**record) if record is not None else None

    async def all(self, query: Statement, **values: Any) -> list[RowT]:
        """Every row of a query over this table's columns; the query bounds their number."""
        records = await self.work.fetch(query, **await self._bound(values))
        return [self.row(**record) for record in records]

    async def asked(self, query: Statement, **values: Any) -> Asked:
        """What `one` and `all` would ask, to be read ahead."""
        return query, await self._bound(values)

    async def asked_by_id(self, entity_id: UUID) -> Asked:
        """What `find` would ask."""
        return await self.asked(_by_id(self._kind, False), id=entity_id)

    async def add(self, **values: Any) -> RowT:
        """A new row; id and version are made here unless given."""
        new = self._new(values)
        await self._insert(new)
        return self._added(new)

    def added(self, **values: Any) -> tuple[Asked, RowT]:
        """The same, to be written together with others."""
        new = self._new(values)
        return (_insert(self._kind, False), new), self._added(new)

    async def add_unless_taken(self, **values: Any) -> RowT | None:
        """A new row, or None where a row with its key exists; waits for a racing insert."""
        new = self._new(values)
        if await self.work.fetchrow(_insert(self._kind, True), **new) is None:
            return None
        return self._added(new)

    async def add_each_unless_taken(self, rows: Sequence[Mapping[str, Any]]) -> list[RowT]:
        """New rows in one statement; those of them whose keys nobody has."""
        made = {one["id"]: one for one in map(self._new, map(dict, rows))}
        new = [written(one) for one in made.values()]
        kept = await self.work.fetch(_insert_each(self.table), rows=new) if new else []
        return [self._added(made[row["id"]]) for row in kept]

    async def add_once(self, **values: Any) -> tuple[RowT, bool]:
        """A new row and True, or False and the row made before by the same `id` and values.

        Without an id of the caller's every row is new. Raises IdTaken where the id stands for
        something else, also for something the caller may not see.
        """
        if not values.get("id"):
            return await self.add(**values), True
        if (added := await self.add_unless_taken(**values)) is not None:
            return added, True
        known = await self.find(values["id"])
        if known is None:  # taken by another of its keys, or out of sight: the insert tells
            return await self.add(**values), True
        if any(getattr(known, name) != value for name, value in values.items()):
            raise IdTaken(field="id")
        self.work.status = 200
        return known, False

    async def update(self, row: RowT, **changes: Any) -> RowT:
        """Write what differs and raise the version; the same row where nothing does."""
        real = {name: value for name, value in changes.items() if getattr(row, name) != value}
        if not real:
            return row
        raised = {"version": row.version + 1, "updated_at": self.work.now}
        if (updated := await self._update(row, raised | real)) is None:
            raise Stale()
        self._audit("updated", row.id, real, self.about(row))
        return updated

    async def delete(self, row: RowT) -> None:
        """Remove the row; other tables' references decide whether that is allowed."""
        await self.work.execute(_delete(self._kind), key_tenant=self.work.tenant_id, key_id=row.id)
        self._audit("deleted", row.id, {}, self.about(row))

    async def _insert(self, new: dict[str, Any]) -> None:
        await self.work.execute(_insert(self._kind, False), **new)

    async def _update(self, row: RowT, changes: dict[str, Any]) -> RowT | None:
        query, keys = _update(self._kind, frozenset(changes)), self._keys(row)
        record = await self.work.fetchrow(query, **keys, **changes)
        return self.row(**record) if record is not None else None

    def _keys(self, row: RowT) -> dict[str, Any]:
        keys = {"key_tenant": self.work.tenant_id, "key_id": row.id}
        return keys | {"key_version": row.version}

    def _new(self, values: dict[str, Any]) -> dict[str, Any]:
        names = _nothing(self.table)
        now = self.work.now
        made = {"id": new_id(), "version": 1, "created_at": now, "updated_at": now}
        given = {name: value for name, value in values.items() if name != "id" or value}
        return names | made | given | {"tenant_id": self.work.tenant_id}

    def _added(self, new: dict[str, Any]) -> RowT:
        plain = ("tenant_id", "id", "version", "created_at", "updated_at")
        kept = {k: v for k, v in new.items() if v is not None and k not in plain}
        added: RowT = self.row(**new)
        self._audit("created", new["id"], kept, self.about(added))
        return added

    def about(self, row: RowT) -> UUID | None:
        """Whose record it is, for the audit: rows with a `client_id` say so themselves."""
        found: UUID | None = getattr(row, "client_id", None)
        return found

    def _audit(
        self, action: str, entity_id: UUID, changes: dict[str, Any], client_id: UUID | None = None
    ) -> None:
        hidden = dict.fromkeys(_sensitive(self.table) & changes.keys(), "•••")
        self.work.audit(action, self.table.name, entity_id, changes | hidden, client_id)

    async def _bound(self, values: dict[str, Any]) -> dict[str, Any]:
        scope = {} if self.scope is None else await self.scope_values()
        return {"tenant_id": self.work.tenant_id, **scope, **values}


@cache
def _nothing(table: Table) -> dict[str, None]:
    """Every column empty: what a new row starts from."""
    return {str(column.name): None for column in written_columns(table)}


@cache
def _sensitive(table: Table) -> frozenset[str]:
    return frozenset(str(column.name) for column in table.columns if is_sensitive(column))


def within(repository: type[Repository[Any]]) -> list[ColumnElement[bool]]:
    """The conditions of every read: the tenant, and what the caller may see."""
    tenant = repository.table.c.tenant_id == bindparam("tenant_id")
    return [tenant] if repository.scope is None else [tenant, repository.scope]


@lru_cache(maxsize=512)
def _by_id(repository: type[Repository[Any]], lock: bool) -> Statement:
    table = repository.table
    query = select(*written_columns(table)).where(
        *within(repository), table.c.id == bindparam("id")
    )
    return statement(query.with_for_update(of=table) if lock else query)


@lru_cache(maxsize=512)
def _insert(repository: type[Repository[Any]], unless_taken: bool) -> Statement:
    table = repository.table
    if not unless_taken:
        return statement(adding(table))
    from_postgresql = _postgresql_insert(table).values(_bound_columns(table))
    return statement(from_postgresql.on_conflict_do_nothing().returning(table.c.id))


@cache
def _insert_each(table: Table) -> Statement:
    names = [one.name for one in written_columns(table)]
    given = select(*rows_of(table, names).c)
    put = _postgresql_insert(table).from_select(names, given).on_conflict_do_nothing()
    return statement(put.returning(table.c.id))


def adding(table: Table) -> Insert:
    """A new row of values by the names of their columns."""
    return insert(table).values(_bound_columns(table))


def _bound_columns(table: Table) -> dict[str, ColumnElement[Any]]:
    return {c.name: bindparam(c.name, type_=c.type) for c in written_columns(table)}


@lru_cache(maxsize=2048)
def _update(repository: type[Repository[Any]], names: frozenset[str]) -> Statement:
    table = repository.table
    return statement(changing(table, names).returning(*written_columns(table)))


def changing(table: Table, names: frozenset[str]) -> Update:
    """New values of these columns of the row with a `key_id`, in the version `key_version`."""
    return (
        update(table)
        .where(
            table.c.tenant_id == bindparam("key_tenant"),
            table.c.id == bindparam("key_id"),
            table.c.version == bindparam("key_version"),
        )
        .values({n: bindparam(n, type_=table.c[n].type) for n in names})
    )


@lru_cache(maxsize=512)
def _delete(repository: type[Repository[Any]]) -> Statement:
    table = repository.table
    return statement(
        delete(table).where(
            table.c.tenant_id == bindparam("key_tenant"), table.c.id == bindparam("key_id")
        )
    )
