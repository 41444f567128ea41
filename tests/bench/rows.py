"""The rows that one request of the product writes, recorded so that they can be written by hand."""

import itertools
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from uuid_utils.compat import uuid7

FoundT = TypeVar("FoundT")
Connection = Any
Row = dict[str, Any]
# Of companies, parents of partitions instead of those, and nothing that PostgreSQL computes.
_TABLES = """
select c.relname as name,
       array_agg(quote_ident(a.attname) order by a.attnum)
           filter (where a.attgenerated = '' and a.attidentity = '') as columns,
       (select array_agg(quote_ident(k.attname)) from pg_index i
          join pg_attribute k on k.attrelid = c.oid and k.attnum = any(i.indkey)
         where i.indrelid = c.oid and i.indisprimary) as keys
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
 group by c.oid having bool_or(a.attname = 'tenant_id')
 order by c.relname
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A row that was inserted or, where it has keys, the columns of one that were updated."""

    table: str
    values: Row
    keys: Row


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a request wrote and was answered; `fresh` are the ids that nobody had before."""

    body: str
    changes: Sequence[Change]
    fresh: frozenset[UUID]


async def record(
    connection: Connection, tenant_id: UUID, ask: Callable[[], Awaitable[str]]
) -> Recorded:
    """Everything that becomes other in the service's database while the product is asked."""
    before = await _snapshot(connection, tenant_id)
    body = await ask()
    after = await _snapshot(connection, tenant_id)
    changes = list(_changes(before, after))
    written = {one for change in changes if not change.keys for one in _ids(change.values)}
    return Recorded(body, changes, frozenset(written - {*_known(before), tenant_id}))


async def _snapshot(connection: Connection, tenant_id: UUID) -> dict[str, dict[Any, Row]]:
    found = {}
    for name, columns, keys in await connection.fetch(_TABLES):
        rows = await connection.fetch(
            f"select {', '.join(columns)} from {name} where tenant_id = $1", tenant_id
        )
        wanted = [one for one in keys or () if one in columns] or columns
        named = [dict(zip(columns, row, strict=True)) for row in rows]
        found[name] = {tuple((key, row[key]) for key in wanted): row for row in named}
    return found


def _changes(
    before: dict[str, dict[Any, Row]], after: dict[str, dict[Any, Row]]
) -> Iterator[Change]:
    for table, rows in after.items():
        for key, row in rows.items():
            known = before[table].get(key)
            if known is None:
                yield Change(table, row, {})
            elif changed := {name: value for name, value in row.items() if value != known[name]}:
                yield Change(table, changed, dict(key))


def _known(snapshot: dict[str, dict[Any, Row]]) -> Iterator[UUID]:
    return itertools.chain.from_iterable(
        _ids(row) for rows in snapshot.values() for row in rows.values()
    )


def _ids(row: Row) -> Iterable[UUID]:
    return (value for value in row.values() if isinstance(value, UUID))


class Written:
    """One statement that writes all of it, and its values with other ids and texts."""

    def __init__(self, recorded: Recorded) -> None:
        self._recorded = recorded
        self._values: list[tuple[str, Any]] = []
        parts = [self._part(one) for one in recorded.changes]
        whole = ", ".join(f"c{place} as ({part})" for place, part in enumerate(parts))
        self.sql = f"with {whole} select 1"

    def _part(self, change: Change) -> str:
        if not change.keys:
            holes = ", ".join(self._holes(change.values))
            return f"insert into {change.table} ({', '.join(change.values)}) values ({holes})"
        told = zip(change.values, self._holes(change.values), strict=True)
        named = zip(change.keys, self._holes(change.keys), strict=True)
        return (
            f"update {change.table} set {', '.join(f'{name} = {hole}' for name, hole in told)}"
            f" where {' and '.join(f'{name} = {hole}' for name, hole in named)}"
        )

    def _holes(self, values: Row) -> list[str]:
        first = len(self._values) + 1
        self._values.extend(values.items())
        return [f"${place}" for place in range(first, first + len(values))]

    def filled(
        self, ids: dict[UUID, UUID], texts: dict[str, str], own: Row
    ) -> tuple[list[Any], bytes]:
        """The values and the answer, with fresh ids, these ids and texts, and these columns: of
        several rows one after the other where an iterator is given.
        """
        named = {one: uuid7() for one in self._recorded.fresh} | ids
        said = {str(old): str(new) for old, new in named.items()} | texts
        values = [
            _own(own[name]) if name in own else _filled(value, named, said)
            for name, value in self._values
        ]
        return values, _said(self._recorded.body, said).encode()


def _own(value: Any) -> Any:
    return next(value) if isinstance(value, Iterator) else value


def _filled(value: Any, ids: dict[UUID, UUID], texts: dict[str, str]) -> Any:
    if isinstance(value, UUID):
        return ids.get(value, value)
    if isinstance(value, str):
        return _said(value, texts)
    if isinstance(value, bytes) and value[:1] == b"{":
        return _said(value.decode(), texts).encode()
    return value


def _said(text: str, texts: dict[str, str]) -> str:
    for old, new in texts.items():
        text = text.replace(old, new)
    return text
