"""How a company bills."""

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

# One row of a company, under its own id; none until something is said.
billing_settings = tenant_table(
    "billing_settings", METADATA,
    Column("due_days", Integer, nullable=False),
    # In Arabic, English or both: of a document, in the language of its client.
    Column("payment_terms", JSONB),
    Column("notes", JSONB),
    Column("terms", JSONB),
    Column("credit_limit_mode", Text, nullable=False),
    # Whether what is issued is checked, chained and told the tax authority.
    Column("is_e_invoicing", Boolean, nullable=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingSettings(Row):
    """What invoices take where they say nothing."""

    due_days: int
    payment_terms: dict[str, str] | None
    notes: dict[str, str] | None
    terms: dict[str, str] | None
    credit_limit_mode: str
    is_e_invoicing: bool
