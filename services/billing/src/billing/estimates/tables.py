"""Estimates: what is offered to clients, and what they said to it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Text,
    Uuid,
    text,
)  # fmt: skip

from billing.documents.tables import document_table
from billing.links.tables import LinkedRow, link_columns

estimates = document_table(
    "estimates",
    # The last day it can be accepted on.
    Column("expires_on", Date),
    Column("is_expiry_told", Boolean, nullable=False),
    # Beside `status`: one of the company's own.
    Column("estimate_status_id", Uuid),
    # Who accepted or declined it: somebody here, or the client by the link, by what name.
    Column("decided_at", DateTime(timezone=True)),
    Column("decided_by", Text),
    Column("decided_name", Text),
    Column("decline_reason", Text),
    # The one it became; forgotten with that while it is a draft.
    Column("invoice_id", Uuid),
    *link_columns("estimates"),
    ForeignKeyConstraint(
        ["tenant_id", "estimate_status_id"],
        ["estimate_statuses.tenant_id", "estimate_statuses.id"],
        name="fk_estimates_status",
    ),
    Index("ix_estimates_status", "tenant_id", "estimate_status_id",
          postgresql_where=text("estimate_status_id IS NOT NULL")),
    Index("ix_estimates_expiring", "expires_on", "tenant_id",
          postgresql_where=text("expires_on IS NOT NULL AND NOT is_expiry_told "
                                "AND status IN ('sent', 'viewed') AND invoice_id IS NULL")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate(LinkedRow):
    """What something would cost a client."""

    expires_on: date | None
    is_expiry_told: bool
    estimate_status_id: UUID | None
    decided_at: datetime | None
    decided_by: str | None
    decided_name: str | None
    decline_reason: str | None
    invoice_id: UUID | None
