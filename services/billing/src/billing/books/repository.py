"""All SQL of expenses and incomes."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    or_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from billing.books.rules import IDS, MISSING, EntryExternalIdTaken
from billing.books.tables import BookEntry, book_entries
from billing.documents.repository.clauses import (
    any_of,
    attached,
    between,
    of_clients,
    scope,
    summing,
)
from billing.documents.repository.records import RecordRepository
from billing.documents.rules import NOBODY
from billing.entry_categories.rules import Kind
from chassis.amounts import amount
from chassis.documents import document
from chassis.paging import ListQuery
from chassis.statements import Statement, statement
from chassis.work import UnitOfWork
from refs.merges import survivor_of
from refs.tables import client_refs

_C: Final = book_entries.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_KIND: Final = _C.kind == bindparam("kind", type_=Text)
_SCOPE: Final = and_(_KIND, scope(book_entries, "staff_id"))
_ABOUT: Final = survivor_of(client_refs, _C.client_id)
_AMOUNTS: Final = {"amount": _C.amount_minor, "net": _C.net_minor, "tax_amount": _C.tax_minor,
                   "rounding": _C.rounding_minor}  # fmt: skip
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "currency", "tax_id", "tax",
        "entry_category_id", "party", "method", "reference", "notes", "staff_id", "branch_id",
        "work_cycle_id", "external_id", "created_by",
    )},
    "date": _C.entry_date, "client_id": _ABOUT, "attachments": attached(book_entries),
    "url": literal_column("'/v1/clients/'", Text) + cast(_ABOUT, Text),
    **{name: amount(minor, _C.currency) for name, minor in _AMOUNTS.items()},
}  # fmt: skip


def _named(name: str) -> ColumnElement[bool]:
    is_none = and_(
        _C[name].is_(None), literal(NOBODY, Uuid) == any_(bindparam(name, type_=ARRAY(Uuid)))
    )
    return or_(any_of(_C[name], name), is_none)


LIST: Final = ListQuery(
    source=book_entries, columns=_SHOWN, where=(_OURS, _SCOPE),
    filters={
        **{name: any_of(_C[name], name) for name in (
            "currency", "party", "method", "reference", "external_id",
        )},
        **{name: _named(name) for name in IDS}, "client_id": of_clients(book_entries),
        **between("date", _C.entry_date), **between("created", _C.created_at),
        **between("updated", _C.updated_at),
    },
    sorts={name: _C[name] for name in ("created_at", "updated_at")}
    | {"date": _C.entry_date, "amount": _C.amount_minor},
    default_sort="-date", key=_C.id,
)  # fmt: skip
# What the law makes a company keep of who is erased: that so much was paid, when, and what for.
_FORGET: Final = statement(
    update(book_entries)
    .where(_OURS, _C.client_id == bindparam("client_id", type_=Uuid))
    .values(party=None, reference=None, notes=None, attachments=None)
)


class EntryRepository(RecordRepository[BookEntry]):
    """The expenses, or the incomes, that the caller may see."""

    table = book_entries
    row = BookEntry
    scope = _SCOPE
    reads = document(book_entries, _SHOWN, _OURS, _SCOPE, _C.id == bindparam("id"))
    keys = {"uq_book_entries__external_id": (EntryExternalIdTaken, "external_id")}
    kind: ClassVar[Kind]

    async def scope_values(self) -> dict[str, Any]:
        """Also which book it is."""
        return {"kind": self.kind.value, **await super().scope_values()}

    async def add(self, **values: Any) -> BookEntry:
        return await super().add(**values, kind=self.kind.value)

    async def sums(self, filters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What all that a list shows comes to, by currency."""
        query = _sums(frozenset(filters))
        rows = await self.work.fetch(query, **await self._bound(dict(filters)))
        return [dict(row) for row in rows]


class ExpenseRepository(EntryRepository):
    """The expenses that the caller may see."""

    kind = Kind.EXPENSE
    missing = MISSING[Kind.EXPENSE]


class IncomeRepository(EntryRepository):
    """The incomes that the caller may see."""

    kind = Kind.INCOME
    missing = MISSING[Kind.INCOME]


async def forget(work: UnitOfWork, client_id: UUID) -> None:
    """Keep of a client's entries what the law has a company keep."""
    await work.execute(_FORGET, tenant_id=work.tenant_id, client_id=client_id)


@lru_cache(maxsize=1024)
def _sums(names: frozenset[str]) -> Statement:
    totals = {name: amount(func.sum(minor), _C.currency) for name, minor in _AMOUNTS.items()}
    return summing(LIST, names, {"currency": _C.currency}, totals)
