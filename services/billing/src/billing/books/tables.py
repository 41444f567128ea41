"""Expenses and incomes, in one book."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from billing.documents.tables import Record
from billing.metadata import METADATA
from chassis.tables import tenant_table

book_entries = tenant_table(
    "book_entries", METADATA,
    Column("kind", Text, nullable=False),
    Column("entry_date", Date, nullable=False),
    Column("currency", Text, nullable=False),
    # What was paid, with the tax in it.
    Column("amount_minor", BigInteger, nullable=False),
    Column("net_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column("rounding_minor", BigInteger, nullable=False),
    Column("tax_id", Uuid),
    # What it is taxed with, whatever becomes of that tax.
    Column("tax", JSONB),
    Column("entry_category_id", Uuid),
    Column("client_id", Uuid),
    # Who was paid, or who paid.
    Column("party", Text),
    Column("method", Text),
    Column("reference", Text),
    Column("notes", Text),
    Column("staff_id", Uuid),
    Column("branch_id", Uuid),
    # Of scheduling, which this service does not ask.
    Column("work_cycle_id", Uuid),
    Column("external_id", Text),
    # Files about clients, which clients keeps; none where it is null.
    Column("attachments", ARRAY(Uuid)),
    Column("created_by", Text, nullable=False),
    # Of the request, to know it again by the id its maker gave it.
    Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
    ForeignKeyConstraint(
        ["tenant_id", "entry_category_id"], ["entry_categories.tenant_id", "entry_categories.id"],
        name="fk_book_entries_category",
    ),
    ForeignKeyConstraint(
        ["tenant_id", "branch_id"], ["branches.tenant_id", "branches.id"],
        name="fk_book_entries_branch",
    ),
    Index("ix_book_entries_date", "tenant_id", "kind", "entry_date", "id"),
    Index("ix_book_entries_created", "tenant_id", "kind", "created_at", "id"),
    Index("ix_book_entries_updated", "tenant_id", "kind", "updated_at", "id"),
    *(
        Index(f"ix_book_entries_{name}", "tenant_id", column, "entry_date",
              postgresql_where=text(f"{column} IS NOT NULL"))
        for name, column in (
            ("client", "client_id"), ("category", "entry_category_id"), ("branch", "branch_id"),
            ("work_cycle", "work_cycle_id"),
        )
    ),
    Index("uq_book_entries__external_id", "tenant_id", "kind", "external_id", unique=True,
          postgresql_where=text("external_id IS NOT NULL")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BookEntry(Record):
    """Money that went out or came in."""

    kind: str
    entry_date: date
    currency: str
    amount_minor: int
    net_minor: int
    tax_minor: int
    rounding_minor: int
    tax_id: UUID | None
    tax: dict[str, Any] | None
    entry_category_id: UUID | None
    party: str | None
    method: str | None
    reference: str | None
    notes: str | None
    staff_id: UUID | None
    branch_id: UUID | None
    work_cycle_id: UUID | None
    external_id: str | None
    attachments: list[UUID] | None
