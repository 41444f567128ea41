"""All SQL of explanations: what was posted of an invoice, and what other systems asked for."""

from collections.abc import Collection
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Integer,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from billing.causes.tables import causes
from billing.credit_notes.tables import credit_notes
from billing.ledger.rules import Account, DocumentType
from billing.ledger.tables import ledger_entries
from billing.payments.tables import payments
from chassis.statements import statement
from chassis.work import UnitOfWork

_E: Final = ledger_entries.c
_OTHER: Final = ledger_entries.alias("other")
_TENANT: Final = bindparam("tenant_id", type_=Uuid)


def _word(text: str) -> Any:
    return literal_column(f"'{text}'", Text)


_PAYMENT_ID: Final = (
    select(_OTHER.c.document_id)
    .where(_OTHER.c.tenant_id == _TENANT, _OTHER.c.transaction_id == _E.transaction_id,
           _OTHER.c.document_type == _word(DocumentType.PAYMENT.value))
    .limit(literal_column("1", Integer)).correlate(ledger_entries).scalar_subquery()
)  # fmt: skip
_NOTE_ID: Final = case((
    _E.cause.like(_word("credit_note:%")),
    cast(func.split_part(_E.cause, _word(":"), literal_column("2", Integer)), Uuid),
))  # fmt: skip
_POSTED: Final = (
    select(
        _E.at, _E.transaction_id, _E.cause, _E.created_by, _E.amount_minor.label("due"),
        _PAYMENT_ID.label("payment_id"), _NOTE_ID.label("credit_note_id"),
    )
    .where(_E.tenant_id == _TENANT, _E.document_id == bindparam("invoice_id", type_=Uuid),
           _E.account == _word(Account.RECEIVABLE.value))
    .order_by(_E.at, _E.id).limit(bindparam("most", type_=Integer))
).subquery("m")  # fmt: skip
_MOVEMENTS: Final = statement(
    select(
        *_POSTED.c, payments.c.receipt_number, credit_notes.c.number.label("credit_note_number"),
    )
    .join_from(_POSTED, payments, (payments.c.tenant_id == _TENANT)
               & (payments.c.id == _POSTED.c.payment_id), isouter=True)
    .join(credit_notes, (credit_notes.c.tenant_id == _TENANT)
          & (credit_notes.c.id == _POSTED.c.credit_note_id), isouter=True)
    .order_by(_POSTED.c.at, _POSTED.c.transaction_id)
)  # fmt: skip
_CAUSES: Final = statement(
    select(causes.c.document_id, causes.c.cause)
    .where(causes.c.tenant_id == _TENANT,
           causes.c.document_id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(causes.c.document_id, causes.c.created_at, causes.c.id)
)  # fmt: skip


async def movements(work: UnitOfWork, invoice_id: UUID, most: int) -> list[dict[str, Any]]:
    """What was posted of what is owed of an invoice, oldest first."""
    values = {"tenant_id": work.tenant_id, "invoice_id": invoice_id, "most": most}
    return [dict(row) for row in await work.fetch(_MOVEMENTS, **values)]


async def causes_of(work: UnitOfWork, document_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """What other systems called their requests, oldest first, by the document it was about."""
    rows = await work.fetch(_CAUSES, tenant_id=work.tenant_id, ids=list(document_ids))
    grouped = groupby(rows, key=itemgetter("document_id"))
    return {found: [one["cause"] for one in some] for found, some in grouped}
