"""Clients: one row each, with contact points as JSON and what they are found by beside it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Computed,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Row, tenant_table
from clients.metadata import METADATA

Json = dict[str, Any]


def _text(name: str) -> Column[str]:
    return Column(name, Text)


def _array(name: str, kind: Any) -> Column[Any]:
    return Column(name, ARRAY(kind), nullable=False)


def _list(name: str) -> Column[Any]:
    return Column(name, JSONB, nullable=False)


clients = tenant_table(
    "clients", METADATA,
    Column("serial", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("name", Text, nullable=False),
    _text("business_name"),
    Column("folder_id", Uuid, nullable=False),
    Column("status_id", Uuid, nullable=False),
    Column("pinned_status_id", Uuid), Column("follow_up_status_id", Uuid),
    Column("category_id", Uuid),
    _array("tags", Text),
    _list("phones"), _list("emails"), _list("addresses"), _list("links"), _list("staff"),
    Column("availability", JSONB),
    _text("country_code"), _text("currency"), _text("language"),
    _text("tax_number"), _text("registration_number"), _text("national_id"), _text("gender"),
    Column("birth_date", Date),
    # Amounts as they are written, with the digits of the client's currency, else the company's.
    _text("credit_limit"), Column("credit_days", Integer), _text("opening_balance"),
    _text("invoicing_method"), _text("barcode"),
    Column("source", Text, nullable=False), _text("external_id"),
    Column("is_archived", Boolean, nullable=False),
    # Who pays for this one: a company for its people, a head office for its branches.
    Column("bill_to_id", Uuid),
    # Who answers for a merged one now, however often that one was merged again.
    Column("merged_into", Uuid),
    Column("custom_fields", JSONB, nullable=False, server_default=text("'{}'")),
    # Derived, by rules: what the row is found by.
    Column("code_key", Text, nullable=False),
    _array("phone_keys", Text), _array("email_keys", Text),
    _array("staff_ids", Uuid), _array("editor_ids", Uuid), _text("custom_text"),
    # Of the body that a caller made the id for: the same again is the same client.
    Column("created_digest", LargeBinary),
    # True: others had its external id before no two could have one. Until it is given another.
    Column("shares_external_id", Boolean),
    Column("folded", Text, Computed(
        "client_text(name, business_name, phone_keys, email_keys, code_key, tax_number,"
        " registration_number, tags, custom_text)", persisted=True)),
    UniqueConstraint("tenant_id", "code_key", name="uq_clients__code"),
    UniqueConstraint("tenant_id", "serial", name="uq_clients__serial"),
    ForeignKeyConstraint(
        ["tenant_id", "folder_id", "status_id"],
        ["statuses.tenant_id", "statuses.folder_id", "statuses.id"], name="fk_clients_status",
    ),
    ForeignKeyConstraint(
        ["tenant_id", "bill_to_id"], ["clients.tenant_id", "clients.id"], name="fk_clients_bill_to"
    ),
    ForeignKeyConstraint(
        ["tenant_id", "merged_into"], ["clients.tenant_id", "clients.id"],
        name="fk_clients_merged_into",
    ),
    ForeignKeyConstraint(
        ["tenant_id", "category_id"], ["categories.tenant_id", "categories.id"]
    ),
    ForeignKeyConstraint(
        ["tenant_id", "pinned_status_id"],
        ["follow_up_statuses.tenant_id", "follow_up_statuses.id"], name="fk_clients_pinned",
    ),
    ForeignKeyConstraint(
        ["tenant_id", "follow_up_status_id"],
        ["follow_up_statuses.tenant_id", "follow_up_statuses.id"], name="fk_clients_follow_up",
    ),
    Index("ix_clients_updated", "tenant_id", "updated_at", "id"),
    Index("ix_clients_created", "tenant_id", "created_at", "id"),
    Index("ix_clients_name", "tenant_id", "name", "id"),
    Index("ix_clients_place", "tenant_id", "folder_id", "status_id",
          postgresql_where=text("NOT is_archived AND merged_into IS NULL")),
    Index("ix_clients_external_id", "tenant_id", "external_id",
          postgresql_where=text("external_id IS NOT NULL")),
    Index("uq_clients__external_id", "tenant_id", "external_id", unique=True,
          postgresql_where=text("external_id IS NOT NULL AND shares_external_id IS NULL"
                                " AND NOT is_archived AND merged_into IS NULL")),
    Index("ix_clients_merged", "tenant_id", "merged_into",
          postgresql_where=text("merged_into IS NOT NULL")),
    Index("ix_clients_barcode", "tenant_id", "barcode",
          postgresql_where=text("barcode IS NOT NULL")),
    Index("ix_clients_search", "tenant_id", "folded", "tags", "staff_ids",
          postgresql_using="gin", postgresql_ops={"folded": "gin_trgm_ops"},
          postgresql_with={"gin_pending_list_limit": 1024}),
    Index("ix_clients_custom", "tenant_id", "custom_fields", postgresql_using="gin",
          postgresql_ops={"custom_fields": "jsonb_path_ops"},
          postgresql_where=text("custom_fields <> '{}'")),
)  # fmt: skip

# What a client that stands for itself is known by exactly: kept by a trigger of the table above,
# so that whoever is written next is told of this one.
client_keys: Final = Table(
    "client_keys", METADATA,
    Column("tenant_id", Uuid, primary_key=True), Column("key", Text, primary_key=True),
    Column("reason", Text, primary_key=True), Column("client_id", Uuid, primary_key=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Client(Row):
    """A client, lead or contact."""

    serial: int
    code: str
    kind: str
    type: str
    name: str
    business_name: str | None
    folder_id: UUID
    status_id: UUID
    pinned_status_id: UUID | None
    follow_up_status_id: UUID | None
    category_id: UUID | None
    tags: list[str]
    phones: list[Json]
    emails: list[Json]
    addresses: list[Json]
    links: list[str]
    staff: list[Json]
    availability: Json | None
    country_code: str | None
    currency: str | None
    language: str | None
    tax_number: str | None
    registration_number: str | None
    national_id: str | None
    gender: str | None
    birth_date: date | None
    credit_limit: str | None
    credit_days: int | None
    opening_balance: str | None
    invoicing_method: str | None
    barcode: str | None
    source: str
    external_id: str | None
    is_archived: bool
    bill_to_id: UUID | None
    merged_into: UUID | None
    custom_fields: Json
    code_key: str
    phone_keys: list[str]
    email_keys: list[str]
    staff_ids: list[UUID]
    editor_ids: list[UUID]
    custom_text: str | None
    created_digest: bytes | None
    shares_external_id: bool | None
