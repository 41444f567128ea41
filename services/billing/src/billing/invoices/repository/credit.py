"""The SQL of what a client owes, and may owe."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Numeric,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
)

from billing.documents.repository.clauses import any_of, of_clients
from billing.invoices.repository.shown import BALANCE, IS_OWED
from billing.invoices.tables import invoices
from chassis.statements import statement
from chassis.work import UnitOfWork
from refs.merges import stands_for, survivor_of
from refs.tables import client_refs

_C: Final = invoices.c
# Of who answers for the client now; whoever else asks waits, so that two do not both fit.
_named = client_refs.alias("named_client")
_CREDIT: Final = statement(
    select(_named.c.id.label("named_id"), client_refs.c.id,
           client_refs.c.credit_limit.label("limit"), client_refs.c.currency)
    .join_from(_named, client_refs, (client_refs.c.tenant_id == _named.c.tenant_id)
               & (client_refs.c.id == stands_for(_named)))
    .where(_named.c.tenant_id == bindparam("tenant_id"),
           any_of(_named.c.id, "client_ids"), client_refs.c.credit_limit != "")
    # In the order of their ids, as everybody locks them.
    .order_by(client_refs.c.id)
    .with_for_update(of=client_refs, key_share=True)
)  # fmt: skip
_CURRENCY: Final = bindparam("currency", type_=Text)
_OWED_IN: Final = case(
    (_C.currency == _CURRENCY, BALANCE),
    # Of what it was worth at home the part that is left; nothing is owed of a total of 0.
    (
        _C.home_currency == _CURRENCY,
        func.round(cast(_C.home_total_minor, Numeric) * BALANCE / _C.total_minor),
    ),
    else_=0,
)
_WHO: Final = survivor_of(client_refs, _C.client_id)
_OWED_BY: Final = statement(
    select(_WHO.label("client_id"), cast(func.sum(_OWED_IN), BigInteger).label("owed"))
    .where(_C.tenant_id == bindparam("tenant_id"), of_clients(invoices), IS_OWED)
    .group_by(_WHO)
)  # fmt: skip
# Named, not imported: payments build on invoices.
_payments = table(
    "payments", *(column(name, Uuid) for name in ("tenant_id", "client_id")),
    *(column(name, Text) for name in ("currency", "method", "status", "home_currency")),
    *(column(f"{name}_minor", BigInteger) for name in (
        "amount", "allocated", "refunded", "drawn", "home_amount",
    )),
)  # fmt: skip
_P: Final = _payments.c
_PAYER: Final = survivor_of(client_refs, _P.client_id)
_LEFT: Final = _P.amount_minor - _P.allocated_minor - _P.refunded_minor - _P.drawn_minor
_LEFT_IN: Final = case(
    (_P.currency == _CURRENCY, _LEFT),
    (
        and_(_P.home_currency == _CURRENCY, _P.amount_minor > literal_column("0")),
        func.round(cast(_P.home_amount_minor, Numeric) * _LEFT / _P.amount_minor),
    ),
    else_=0,
)
# A cheque is money once it has cleared.
_CREDIT_LEFT: Final = statement(
    select(_PAYER.label("client_id"), cast(func.sum(_LEFT_IN), BigInteger).label("left"))
    .where(_P.tenant_id == bindparam("tenant_id"), of_clients(_payments),
           or_(_P.method != literal_column("'cheque'", Text),
               _P.status == literal_column("'cleared'", Text)))
    .group_by(_PAYER)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Credit:
    """What a client may owe, or who answers for it; without a currency in the company's."""

    id: UUID
    limit: str
    currency: str


async def credits_of(work: UnitOfWork, client_ids: Collection[UUID]) -> dict[UUID, Credit]:
    """What some clients may owe, locked; without those of whom nobody said."""
    rows = await work.fetch(_CREDIT, tenant_id=work.tenant_id, client_ids=list(client_ids))
    return {row["named_id"]: Credit(row["id"], row["limit"], row["currency"]) for row in rows}


async def owed_by(
    work: UnitOfWork, client_ids: Collection[UUID], currency: str
) -> dict[UUID, int]:  # fmt: skip
    """What some clients have to pay less what is left of their payments, in minor units; seen by
    the caller or not.

    In the currency, and what is worth something in it at home. Of who owes nothing there is none.
    """
    asked = {"tenant_id": work.tenant_id, "client_id": list(client_ids), "currency": currency}
    owed = {row["client_id"]: row["owed"] for row in await work.fetch(_OWED_BY, **asked)}
    for row in await work.fetch(_CREDIT_LEFT, **asked):
        owed[row["client_id"]] = owed.get(row["client_id"], 0) - row["left"]
    return owed
