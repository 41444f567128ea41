"""All SQL of credit notes."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, bindparam, cast, func, select, text

from billing.credit_notes.rules import CreditNoteExternalIdTaken, CreditNoteNotFound, Key
from billing.credit_notes.tables import CreditNote, credit_notes
from billing.documents.repository.clauses import (
    any_of,
    begins_with,
    between,
    for_clients,
    forgetting_drafts,
    of_clients,
    reading,
    scope,
    shown,
)
from billing.documents.repository.records import DocumentRepository
from billing.invoices.tables import invoices
from chassis.paging import ListQuery
from chassis.statements import statement
from chassis.tables import written_columns

_C: Final = credit_notes.c
_NAMES: Final = (
    "id", "version", "created_at", "updated_at", "number", "client_id", "for_client_id", "url",
    "currency",
    "issue_date", "lines", "discount", "shipping", "subtotal", "discount_total", "taxes",
    "tax_total", "rounding", "total", "branch_id", "template_id", "external_id", "created_by",
)  # fmt: skip
_ALL: Final = shown(credit_notes, _C.status)
_SHOWN: Final = {name: _ALL[name] for name in _NAMES} | {
    "invoice_id": _C.invoice_id, "reason": _C.reason, "issued_at": _C.issued_at,
    "einvoice": _C.einvoice, "subscription_id": _C.subscription_id,
    "invoice_number": select(invoices.c.number)
    .where(invoices.c.tenant_id == _C.tenant_id, invoices.c.id == _C.invoice_id)
    .correlate(credit_notes).scalar_subquery(),
}  # fmt: skip

LIST: Final = ListQuery(
    source=credit_notes, columns=_SHOWN,
    where=(_C.tenant_id == bindparam("tenant_id"), scope(credit_notes)),
    filters={
        "client_id": of_clients(credit_notes), "for_client_id": for_clients(credit_notes),
        **{name: any_of(_C[name], name) for name in (
            "invoice_id", "number", "external_id", "currency", "branch_id", "salesperson_id",
            "work_cycle_id", "subscription_id",
        )},
        "einvoice_status": any_of(_C.einvoice["status"].astext, "einvoice_status"),
        "number_prefix": begins_with(_C.number, "number_prefix"),
        **between("issue_date", _C.issue_date), **between("issued", _C.issued_at),
        **between("created", _C.created_at), **between("updated", _C.updated_at),
    },
    sorts={name: _C[name] for name in ("created_at", "updated_at", "issue_date")}
    | {"total": _C.total_minor},
    default_sort="-created_at", key=_C.id,
)  # fmt: skip
# By what is taxed alike; of an invoice that is locked.
_TAXED: Final = statement(
    text("""
select t ->> 'category' as category, t ->> 'rate' as rate, sum((t ->> 'taxable')::numeric) as sum
  from credit_notes c, jsonb_array_elements(c.taxes) t
 where c.tenant_id = :tenant_id and c.invoice_id = :invoice_id
 group by 1, 2
""").bindparams(bindparam("tenant_id", type_=Uuid), bindparam("invoice_id", type_=Uuid))
)
_NET: Final = statement(
    select(cast(func.coalesce(func.sum(
        _C.subtotal_minor - _C.discount_minor + _C.shipping_minor
    ), 0), BigInteger))
    .where(_C.tenant_id == bindparam("tenant_id"),
           _C.invoice_id == bindparam("invoice_id", type_=Uuid))
)  # fmt: skip


_OF_SUBSCRIPTIONS: Final = statement(
    select(*written_columns(credit_notes))
    .where(_C.tenant_id == bindparam("tenant_id"), any_of(_C.invoice_id, "invoice_ids"),
           _C.subscription_id.is_not(None))
    .order_by(_C.id)
)  # fmt: skip


class CreditNoteRepository(DocumentRepository[CreditNote]):
    """The credit notes that the caller may see."""

    table = credit_notes
    row = CreditNote
    scope = scope(credit_notes)
    missing = CreditNoteNotFound
    reads = reading(credit_notes, _SHOWN)
    forgets = forgetting_drafts(credit_notes)
    keys = {"uq_credit_notes__external_id": (CreditNoteExternalIdTaken, "external_id")}

    async def taxed(self, invoice_id: UUID) -> dict[Key, Decimal]:
        """What was credited of an invoice, by category and rate."""
        named: dict[str, Any] = {"tenant_id": self.work.tenant_id, "invoice_id": invoice_id}
        rows = await self.work.fetch(_TAXED, **named)
        return {(row["category"], row["rate"]): row["sum"] for row in rows}

    async def net(self, invoice_id: UUID) -> int:
        """What was credited of an invoice without its tax, in minor units."""
        named: dict[str, Any] = {"tenant_id": self.work.tenant_id, "invoice_id": invoice_id}
        found: int = await self.work.fetchval(_NET, **named)
        return found

    async def of_subscriptions(self, invoice_ids: Collection[UUID]) -> list[CreditNote]:
        """Those by which the days of these invoices were changed, seen or not."""
        return await self.all(_OF_SUBSCRIPTIONS, invoice_ids=list(invoice_ids))
