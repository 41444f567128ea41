"""Rules by which clients are reminded, and the reminders that there were."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Integer,
    Text,
    UniqueConstraint,
    Uuid,
)

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

dunning_rules = tenant_table(
    "dunning_rules", METADATA,
    Column("name", Text, nullable=False),
    # After the due date, or before it where below zero; and at which hour of that day.
    Column("days", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("is_active", Boolean, nullable=False),
    # Whether the client is mailed, besides that everybody is told.
    Column("is_mailed", Boolean, nullable=False),
)  # fmt: skip

invoice_reminders = tenant_table(
    "invoice_reminders", METADATA,
    Column("invoice_id", Uuid, nullable=False),
    Column("client_id", Uuid),
    # As the rule was then; it may be gone.
    Column("dunning_rule_id", Uuid, nullable=False),
    Column("rule_name", Text, nullable=False),
    Column("days", Integer, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("currency", Text, nullable=False),
    Column("balance_minor", BigInteger, nullable=False),
    Column("is_mailed", Boolean, nullable=False),
    Column("message_id", Uuid),
    Column("mail_failure", Text),
    ForeignKeyConstraint(["tenant_id", "invoice_id"], ["invoices.tenant_id", "invoices.id"],
                         name="fk_invoice_reminders_invoice"),
    # Once for a rule and an invoice, whatever runs twice.
    UniqueConstraint("tenant_id", "invoice_id", "dunning_rule_id",
                     name="uq_invoice_reminders__rule"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DunningRule(Row):
    """When clients are reminded."""

    name: str
    days: int
    hour: int
    is_active: bool
    is_mailed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder(Row):
    """That somebody was to be reminded of an invoice."""

    invoice_id: UUID
    client_id: UUID | None
    dunning_rule_id: UUID
    rule_name: str
    days: int
    due_on: date
    currency: str
    balance_minor: int
    is_mailed: bool
    message_id: UUID | None
    mail_failure: str | None
