"""All SQL of claims."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Date, Text, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.amounts import amount
from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.repository import Repository
from clients.clients.repository.rows import of_clients
from clients.insurance.repository.shown import (
    client_columns,
    ids,
    shown_of,
    shown_values,
    still_there,
)
from clients.insurance.rules import ClaimNotFound
from clients.insurance.tables import Claim, insurance_claims

_C: Final = insurance_claims.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_SCOPE: Final = shown_of(_C.client_id)
_SHOWN: Final = (
    "id", "version", "created_at", "updated_at", "policy_id", "state", "claimed_on", "currency",
    "reason", "reference", "note", "invoice_id", "submitted_at", "decided_at", "decided_by",
    "paid_at",
)  # fmt: skip
_COLUMNS: Final = {
    **{name: _C[name] for name in _SHOWN}, **client_columns(insurance_claims),
    "amount": amount(_C.amount_minor, _C.currency),
    "approved_amount": amount(_C.approved_minor, _C.currency),
    "file_ids": still_there(insurance_claims),
}  # fmt: skip
_READ: Final = document(insurance_claims, _COLUMNS, _OURS, _SCOPE, _C.id == bindparam("id"))
LIST: Final = ListQuery(
    source=insurance_claims, columns=_COLUMNS, where=(_OURS, _SCOPE),
    filters={
        "client_id": of_clients(_C.client_id, ids("client_id")),
        "policy_id": _C.policy_id == any_(ids("policy_id")),
        "invoice_id": _C.invoice_id == any_(ids("invoice_id")),
        "state": _C.state == any_(bindparam("state", type_=ARRAY(Text))),
        "claimed_on_from": _C.claimed_on >= bindparam("claimed_on_from", type_=Date),
        "claimed_on_to": _C.claimed_on < bindparam("claimed_on_to", type_=Date),
    },
    sorts={n: _C[n] for n in ("created_at", "updated_at", "claimed_on")},
    default_sort="-created_at", key=_C.id,
)  # fmt: skip


class ClaimRepository(Repository[Claim]):
    """Claims of the clients that the caller sees, where their folder shows insurance."""

    table = insurance_claims
    row = Claim
    scope = _SCOPE
    missing = ClaimNotFound

    async def scope_values(self) -> dict[str, Any]:
        return await shown_values(self.work)

    async def read(self, claim_id: UUID) -> Document:
        """The claim as JSON; raises ClaimNotFound."""
        found = await read_document(self.work, _READ, **await self._bound({"id": claim_id}))
        if found is None:
            raise self.missing()
        return found
