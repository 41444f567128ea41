"""All SQL of statements: what was posted of what a client owes and has left."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Numeric,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.sql import Select

from billing.credit_notes.tables import credit_notes
from billing.documents.repository.clauses import of_clients
from billing.invoices.tables import invoices
from billing.ledger.rules import Account, DocumentType
from billing.ledger.tables import ledger_entries
from billing.payments.tables import payments
from billing.statements.rules import BUCKETS, Position, Wanted, summed
from chassis.statements import Statement, statement
from chassis.work import UnitOfWork
from refs.merges import stands_for
from refs.tables import client_refs

_E: Final = ledger_entries.c
_N: Final[ColumnElement[Any]] = literal_column("0")


def _word(text: str) -> ColumnElement[Any]:
    return literal_column(f"'{text}'", Text)


_IS_DUE: Final = _E.account == _word(Account.RECEIVABLE.value)
_IS_CREDIT: Final = _E.account == _word(Account.CREDIT.value)
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_AS_OF: Final = bindparam("as_of", type_=Date)
_MOST: Final = bindparam("most", type_=Integer)
_OURS: Final = (
    _E.tenant_id == _TENANT, of_clients(ledger_entries),
    or_(_IS_DUE, _IS_CREDIT),
)  # fmt: skip
_IN_CURRENCY: Final = _E.currency == bindparam("currency", type_=Text)
_IS_BEFORE: Final = _E.on_date < bindparam("since", type_=Date)
_IS_UNTIL: Final = _E.on_date < bindparam("until", type_=Date)
_PLACE: Final = tuple_(_E.currency, _E.at, _E.transaction_id)
_LAST: Final = tuple_(
    bindparam("last_currency", type_=Text), bindparam("last_at", type_=DateTime(timezone=True)),
    bindparam("last_id", type_=Uuid),
)  # fmt: skip


# Whose is what was posted first of it.
_WHOSE: Final = func.array_agg(
    aggregate_order_by(_E.client_id, _E.place), type_=ARRAY(Uuid)
)[literal_column("1", Integer)]  # fmt: skip


def _any_of(kind: DocumentType) -> ColumnElement[Any]:
    """The document of this kind among the entries of a transaction; there is one at most."""
    ids = func.array_agg(aggregate_order_by(_E.document_id, _E.place), type_=ARRAY(Uuid))
    return ids.filter(_E.document_type == _word(kind.value))[literal_column("1", Integer)]


@lru_cache(maxsize=64)
def _movements(names: frozenset[str]) -> Statement:
    """What was posted at once, from the place after `last_…` on, in its order."""
    key = (_E.currency, _E.at, _E.transaction_id, _E.on_date, _E.cause)
    due, credit = _sum(_IS_DUE), -_sum(_IS_CREDIT)
    found = (
        select(
            *key, due.label("due"), credit.label("credit"),
            _WHOSE.label("whose"), _any_of(DocumentType.INVOICE).label("invoice_id"),
            _any_of(DocumentType.PAYMENT).label("payment_id"),
            case((_E.cause.like(_word("credit_note:%")),
                  cast(func.split_part(_E.cause, _word(":"), literal_column("2", Integer)), Uuid)),
                 ).label("credit_note_id"),
        )
        .where(*_OURS, *_asked(names, "currency", "until"))
        .group_by(*key).having(or_(due != _N, credit != _N))
        .order_by(_E.currency, _E.at, _E.transaction_id).limit(_MOST)
    )  # fmt: skip
    if "since" in names:
        found = found.where(~_IS_BEFORE)
    if "last_id" in names:
        found = found.where(_PLACE > _LAST)
    return statement(_named(found))


def _named(found: Select[Any]) -> Select[Any]:
    """The movements with the numbers of their documents, and who answers for their client."""
    m, named, kept = found.subquery("m"), client_refs.alias("named"), client_refs.alias("kept")
    whose = m.outerjoin(named, (named.c.tenant_id == _TENANT) & (named.c.id == m.c.whose))
    whose = whose.outerjoin(kept, (kept.c.tenant_id == _TENANT) & (kept.c.id == stands_for(named)))
    numbers = {
        "invoice_number": (invoices, m.c.invoice_id, invoices.c.number),
        "receipt_number": (payments, m.c.payment_id, payments.c.receipt_number),
        "credit_note_number": (credit_notes, m.c.credit_note_id, credit_notes.c.number),
    }  # fmt: skip
    return select(
        *(c for c in m.c if c.name not in ("on_date", "whose")), m.c.on_date.label("on"),
        func.coalesce(kept.c.id, m.c.whose, type_=Uuid).label("client_id"),
        kept.c.name.label("client_name"),
        *(select(number).where(table.c.tenant_id == _TENANT, table.c.id == number_of)
          .scalar_subquery().label(name)
          for name, (table, number_of, number) in numbers.items()),
    ).select_from(whose).order_by(m.c.currency, m.c.at, m.c.transaction_id)  # fmt: skip


@lru_cache(maxsize=64)
def _carried(names: frozenset[str]) -> Statement:
    """Where the movements after a place begin, by currency."""
    earlier = _PLACE <= _LAST if "last_id" in names else literal_column("false", Boolean)
    if "since" in names:
        earlier = or_(_IS_BEFORE, earlier)
    return statement(
        select(_E.currency, _sum(_IS_DUE).label("due"), (-_sum(_IS_CREDIT)).label("credit"))
        .where(*_OURS, *_asked(names, "currency", "until"), earlier)
        .group_by(_E.currency)
    )


@lru_cache(maxsize=64)
def _sums(names: frozenset[str]) -> Statement:
    """Before, between and after, by currency."""
    before = _IS_BEFORE if "since" in names else literal_column("false", Boolean)
    by = (_E.currency, _E.transaction_id)
    one = (
        select(
            *by, _sum(and_(_IS_DUE, before)).label("due_before"),
            (-_sum(and_(_IS_CREDIT, before))).label("credit_before"),
            _sum(_IS_DUE).label("due_after"), (-_sum(_IS_CREDIT)).label("credit_after"),
            _sum(~before).label("amount"),
        )
        .where(*_OURS, *_asked(names, "currency", "until")).group_by(*by)
    ).subquery("t")  # fmt: skip
    named = ("due_before", "credit_before", "due_after", "credit_after")
    return statement(
        select(
            one.c.currency, *(func.sum(one.c[name]).label(name) for name in named),
            func.sum(func.greatest(one.c.amount, _N)).label("charged"),
            func.sum(func.greatest(-one.c.amount, _N)).label("settled"),
        )
        .group_by(one.c.currency).order_by(one.c.currency)
    )  # fmt: skip


@lru_cache(maxsize=64)
def _ages(names: frozenset[str]) -> Statement:
    """What is due of each invoice, by how long it is past its day."""
    owed = (
        select(_E.currency, _E.document_id, func.sum(_E.amount_minor).label("due"))
        .where(*_OURS[:2], _IS_DUE, *_asked(names, "currency", "until"))
        .group_by(_E.currency, _E.document_id).having(func.sum(_E.amount_minor) != _N)
    ).subquery("owed")  # fmt: skip
    late = func.coalesce(_AS_OF - invoices.c.due_date, _N, type_=Integer)
    limits = (None, 0, 30, 60, 90, None)
    sums = []
    for name, over, most in zip(BUCKETS, limits, limits[1:], strict=False):
        within = [late > _days(over)] if over is not None else []
        within += [late <= _days(most)] if most is not None else []
        sums.append(func.coalesce(func.sum(owed.c.due).filter(and_(*within)), _N).label(name))
    return statement(
        select(owed.c.currency, *sums)
        .join_from(owed, invoices, (invoices.c.tenant_id == _TENANT)
                   & (invoices.c.id == owed.c.document_id), isouter=True)
        .group_by(owed.c.currency)
    )  # fmt: skip


async def movements(
    work: UnitOfWork, wanted: Wanted, place: Mapping[str, Any], most: int
) -> list[dict[str, Any]]:
    """So many movements after a place (rules.after), oldest first in each currency."""
    given = {**wanted.given, **place}
    rows = await work.fetch(
        _movements(frozenset(given)), **_bound(work, wanted), **given, most=most
    )  # fmt: skip
    return [dict(row) for row in rows]


async def carried(
    work: UnitOfWork, wanted: Wanted, place: Mapping[str, Any]
) -> dict[str, Position]:
    """What the movements after a place add to, by currency."""
    given = {**wanted.given, **place}
    rows = await work.fetch(_carried(frozenset(given)), **_bound(work, wanted), **given)
    return {row["currency"]: Position(int(row["due"]), int(row["credit"])) for row in rows}


async def summaries(work: UnitOfWork, wanted: Wanted, as_of: date) -> list[dict[str, Any]]:
    """How the client stood before and after, by currency, and for how long what is due has been."""
    bound, given = _bound(work, wanted), wanted.given
    sums = await work.fetch(_sums(frozenset(given)), **bound, **given)
    counted = {name: value for name, value in given.items() if name != "since"}
    aged = await work.fetch(_ages(frozenset(counted)), **bound, **counted, as_of=as_of)
    ages = {row["currency"]: dict(row) for row in aged}
    return [summed(dict(row), ages.get(row["currency"])) for row in sums]


def _sum(clause: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(_E.amount_minor).filter(clause), _N, type_=Numeric)


def _asked(names: frozenset[str], *which: str) -> list[ColumnElement[bool]]:
    clauses = {"currency": _IN_CURRENCY, "until": _IS_UNTIL}
    return [clauses[name] for name in which if name in names]


def _days(count: int) -> ColumnElement[Any]:
    return literal_column(str(count), Integer)


def _bound(work: UnitOfWork, wanted: Wanted) -> dict[str, Any]:
    return {"tenant_id": work.tenant_id, "client_id": [*(wanted.clients or [wanted.client_id])]}
