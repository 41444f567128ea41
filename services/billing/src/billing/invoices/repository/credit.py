"""The SQL of what a client owes, and may owe."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, Numeric, Text, Uuid, bindparam, case, cast, func, select

from billing.documents.repository import of_clients
from billing.invoices.repository.shown import BALANCE, IS_OWED
from billing.invoices.tables import invoices
from chassis.statements import statement
from chassis.work import UnitOfWork
from refs.merges import stands_for
from refs.tables import client_refs

_C: Final = invoices.c
# Of who answers for the client now; whoever else asks waits, so that two do not both fit.
_named = client_refs.alias("named_client")
_CREDIT: Final = statement(
    select(client_refs.c.credit_limit.label("limit"), client_refs.c.currency)
    .join_from(_named, client_refs, (client_refs.c.tenant_id == _named.c.tenant_id)
               & (client_refs.c.id == stands_for(_named)))
    .where(_named.c.tenant_id == bindparam("tenant_id"),
           _named.c.id == bindparam("client_id", type_=Uuid), client_refs.c.credit_limit != "")
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
_OWED_BY: Final = statement(
    select(func.coalesce(cast(func.sum(_OWED_IN), BigInteger), 0))
    .where(_C.tenant_id == bindparam("tenant_id"), of_clients(invoices), IS_OWED)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Credit:
    """What a client may owe; without a currency in the company's."""

    limit: str
    currency: str


async def credit_of(work: UnitOfWork, client_id: UUID) -> Credit | None:
    """What a client may owe, locked; None where nobody said."""
    row = await work.fetchrow(_CREDIT, tenant_id=work.tenant_id, client_id=client_id)
    return Credit(**row) if row else None


async def owed_by(work: UnitOfWork, client_id: UUID, currency: str) -> int:
    """What a client has to pay, in minor units; seen by the caller or not.

    In the currency, and what is worth something in it at home.
    """
    owed: int = await work.fetchval(
        _OWED_BY, tenant_id=work.tenant_id, client_id=[client_id], currency=currency
    )
    return owed
