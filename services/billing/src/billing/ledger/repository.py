"""All SQL of the ledger: entries are added and read, nothing else."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    func,
    insert,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from billing.documents.repository.clauses import any_of, between, of_clients
from billing.ledger.rules import DocumentType, Transaction
from billing.ledger.tables import ledger_entries
from chassis.amounts import amount
from chassis.ids import new_id
from chassis.paging import ListQuery
from chassis.statements import statement
from chassis.together import Asked
from chassis.work import UnitOfWork
from refs.merges import survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of

_C: Final = ledger_entries.c
_GIVEN: Final = [c for c in ledger_entries.columns if c.name != "tenant_id"]
_rows = (
    func.jsonb_to_recordset(bindparam("rows", type_=JSONB))
    .table_valued(*(column(c.name, c.type) for c in _GIVEN), name="r")
    .render_derived(with_types=True)
)
# All of a posting in one statement: its trigger refuses what does not come to nothing.
_ADD: Final = statement(
    insert(ledger_entries).from_select(
        ["tenant_id", *(c.name for c in _GIVEN)],
        select(bindparam("tenant_id", type_=Uuid), *_rows.c),
    )
)
# About a visible client; of a walk-in sale its maker's, and who sees all.
_SCOPE: Final = and_(
    about_visible_client(_C.client_id),
    or_(
        _C.client_id.is_not(None),
        bindparam("sees_all", type_=Boolean),
        _C.created_by == bindparam("principal", type_=Text),
    ),
)
_ABOUT: Final = survivor_of(client_refs, _C.client_id)
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "transaction_id", "place", "cause", "account", "document_type", "document_id",
        "currency", "at", "created_by",
    )},
    "client_id": _ABOUT, "url": literal_column("'/v1/clients/'", Text) + cast(_ABOUT, Text),
    "amount": amount(_C.amount_minor, _C.currency), "on": _C.on_date,
}  # fmt: skip

LIST: Final = ListQuery(
    source=ledger_entries, columns=_SHOWN,
    where=(_C.tenant_id == bindparam("tenant_id"), _SCOPE),
    filters={
        "client_id": of_clients(ledger_entries),
        "invoice_id": and_(
            _C.document_type == literal_column(f"'{DocumentType.INVOICE.value}'", Text),
            any_of(_C.document_id, "invoice_id"),
        ),
        **{name: any_of(_C[name], name) for name in (
            "account", "document_id", "transaction_id", "currency",
        )},
        **between("on", _C.on_date), **between("at", _C.at),
    },
    sorts={"at": _C.at}, default_sort="-at", key=_C.id,
)  # fmt: skip


async def add(work: UnitOfWork, transactions: Sequence[Transaction]) -> None:
    """Write what was posted."""
    for query, values in asked(work, transactions):
        await work.execute(query, **values)


def asked(work: UnitOfWork, transactions: Sequence[Transaction]) -> list[Asked]:
    """The same, to be written together with others."""
    rows = [row for one in transactions for row in _written(one)]
    made = {"at": work.now, "created_by": work.caller.principal}
    values = {"tenant_id": work.tenant_id, "rows": [row | made for row in rows]}
    return [(_ADD, values)] if rows else []


async def scope_values(work: UnitOfWork) -> dict[str, Any]:
    """What I see, and who I am."""
    return {"principal": work.caller.principal, **(await sight_of(work)).values()}


def _written(one: Transaction) -> list[dict[str, Any]]:
    transaction_id = new_id()
    return [
        {
            "id": new_id(), "transaction_id": transaction_id, "place": place, "cause": one.cause,
            "account": entry.account.value, "client_id": entry.client_id,
            "document_type": entry.document_type.value, "document_id": entry.document_id,
            "currency": one.currency, "amount_minor": entry.amount_minor, "on_date": one.on,
        }
        for place, entry in enumerate(one.written)
    ]  # fmt: skip
