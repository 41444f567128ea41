"""All SQL of estimates."""

from typing import Any, Final

import asyncpg
from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    bindparam,
    case,
    delete,
    literal_column,
    select,
)
from sqlalchemy import or_ as either

from billing.documents.repository.clauses import (
    TODAY,
    any_of,
    between,
    listing,
    names_client,
    reading,
    scope,
    shown,
)
from billing.estimate_statuses.rules import UnknownEstimateStatus
from billing.estimates.rules import OPEN, EstimateExternalIdTaken, EstimateNotFound
from billing.estimates.tables import Estimate, estimates
from billing.links.repository import LINK_SHOWN, LinkedRepository
from chassis.context import Context
from chassis.paging import ListQuery
from chassis.statements import statement
from chassis.tables import written_columns

_C: Final = estimates.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_IS_OPEN: Final = either(*(_C.status == one.value for one in OPEN))
_IS_PAST: Final = _C.expires_on < TODAY
_STATUS: Final = case(
    (_C.invoice_id.is_not(None), literal_column("'converted'", Text)),
    (and_(_IS_OPEN, _IS_PAST), literal_column("'expired'", Text)),
    else_=_C.status,
)
_SHOWN: Final[dict[str, ColumnElement[Any]]] = shown(estimates, _STATUS) | {
    name: _C[name] for name in (
        "expires_on", "estimate_status_id", "decided_at", "decided_by", "decided_name",
        "decline_reason", "invoice_id", *LINK_SHOWN,
    )
}  # fmt: skip

LIST: Final[ListQuery] = listing(
    estimates, _SHOWN,
    filters={"estimate_status_id": any_of(_C.estimate_status_id, "estimate_status_id"),
             **between("expires_on", _C.expires_on), **between("decided", _C.decided_at)},
)  # fmt: skip
_FORGET: Final = statement(delete(estimates).where(_OURS, names_client(estimates, "client_id")))
_EXPIRED: Final = statement(
    select(*written_columns(estimates))
    .where(_OURS, _IS_OPEN, _IS_PAST, _C.is_expiry_told.is_(False), _C.invoice_id.is_(None))
    .order_by(_C.expires_on, _C.id).limit(200).with_for_update(skip_locked=True)
)  # fmt: skip


class EstimateRepository(LinkedRepository[Estimate]):
    """The estimates that the caller may see."""

    table = estimates
    row = Estimate
    scope = scope(estimates)
    missing = EstimateNotFound
    reads = reading(estimates, _SHOWN)
    shown_by = _SHOWN
    forgets = _FORGET
    keys = {"uq_estimates__external_id": (EstimateExternalIdTaken, "external_id")}

    async def update(self, row: Estimate, **changes: Any) -> Estimate:
        try:
            return await super().update(row, **changes)
        except asyncpg.ForeignKeyViolationError as error:
            if error.constraint_name != "fk_estimates_status":
                raise
            raise UnknownEstimateStatus(field="estimate_status_id") from error

    async def expired(self) -> list[Estimate]:
        """Some whose last day is over, of which nobody was told; locked."""
        return await self.all(_EXPIRED)


async def found_by(context: Context, link_hash: bytes) -> dict[str, Any] | None:
    """Tenant and id of the estimate that a link leads to."""
    rows = await context.system.look_up("estimate_of_link", link_hash)
    return rows[0] if rows else None
