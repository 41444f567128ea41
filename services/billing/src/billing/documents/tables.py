"""What every document is kept with."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.schema import SchemaItem

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

_AMOUNTS: Final = ("subtotal", "discount", "shipping", "tax", "rounding", "total", "deposit")


def document_table(name: str, *items: SchemaItem) -> Table:
    """A table of documents: what all of them have, and what only these do."""
    return tenant_table(
        name, METADATA,
        Column("status", Text, nullable=False),
        # Taken as it leaves the house, with the series it was taken from.
        Column("number", Text),
        Column("series_id", Uuid),
        # Who owes it, none for a walk-in sale; and whom it is about, where that is another client.
        *(Column(name, Uuid) for name in ("client_id", "for_client_id")),
        Column("currency", Text, nullable=False),
        Column("issue_date", Date, nullable=False),
        Column("supply_date", Date),
        Column("due_date", Date),
        Column("payment_terms", Text),
        # As they are shown: what was asked for, what it is taxed with, and what it comes to.
        Column("lines", JSONB, nullable=False),
        Column("discount", JSONB),
        Column("taxes", JSONB, nullable=False),
        *(Column(f"{name}_minor", BigInteger, nullable=False) for name in _AMOUNTS),
        Column("salesperson_id", Uuid),
        Column("notes", Text),
        Column("terms", Text),
        Column("branch_id", Uuid),
        # How it looks on paper; of what was issued it stays.
        Column("template_id", Uuid),
        # Of scheduling, which this service does not ask.
        Column("work_cycle_id", Uuid),
        Column("external_id", Text),
        # Files about clients, which clients keeps; none where it is null.
        Column("attachments", ARRAY(Uuid)),
        Column("created_by", Text, nullable=False),
        # Of the request, to know it again by the id its maker gave it.
        Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
        *(ForeignKeyConstraint(
            ["tenant_id", f"{one}_id"], [f"{table}.tenant_id", f"{table}.id"],
            name=f"fk_{name}_{one}",
        ) for one, table in (("branch", "branches"), ("template", "paper_templates"))),
        *_indexes(name), *items,
    )  # fmt: skip


def _indexes(name: str) -> list[Index]:
    number, branch, template, external, other = (
        text(f"{column} IS NOT NULL")
        for column in ("number", "branch_id", "template_id", "external_id", "for_client_id")
    )
    return [
        Index(f"uq_{name}__number", "tenant_id", "series_id", "number", unique=True,
              postgresql_where=number),
        # By bytes: for a whole number and for what it begins with.
        Index(f"ix_{name}_number", "tenant_id", "number", postgresql_where=number,
              postgresql_ops={"number": "text_pattern_ops"}),
        Index(f"ix_{name}_client", "tenant_id", "client_id", "created_at", "id"),
        Index(f"ix_{name}_for_client", "tenant_id", "for_client_id", "created_at", "id",
              postgresql_where=other),
        Index(f"ix_{name}_created", "tenant_id", "created_at", "id"),
        Index(f"ix_{name}_branch", "tenant_id", "branch_id", postgresql_where=branch),
        Index(f"ix_{name}_template", "tenant_id", "template_id", postgresql_where=template),
        Index(f"ix_{name}_updated", "tenant_id", "updated_at", "id"),
        Index(f"ix_{name}_issue_date", "tenant_id", "issue_date", "id"),
        Index(f"uq_{name}__external_id", "tenant_id", "external_id", unique=True,
              postgresql_where=external),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Row):
    """What somebody made, about a client or not; the digest is of their request."""

    client_id: UUID | None
    created_by: str
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow(Record):
    """So much of something, for somebody, at a price."""

    for_client_id: UUID | None
    status: str
    number: str | None
    series_id: UUID | None
    currency: str
    issue_date: date
    supply_date: date | None
    due_date: date | None
    payment_terms: str | None
    lines: list[dict[str, Any]]
    discount: dict[str, Any] | None
    taxes: list[dict[str, Any]]
    subtotal_minor: int
    discount_minor: int
    shipping_minor: int
    tax_minor: int
    rounding_minor: int
    total_minor: int
    deposit_minor: int
    salesperson_id: UUID | None
    notes: str | None
    terms: str | None
    branch_id: UUID | None
    template_id: UUID | None
    work_cycle_id: UUID | None
    external_id: str | None
    attachments: list[UUID] | None
