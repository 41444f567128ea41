"""Public forms and what was sent by them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    Uuid,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Row, tenant_table
from clients.metadata import METADATA

forms = tenant_table(
    "forms", METADATA,
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("title", JSONB, nullable=False),
    Column("fields", JSONB, nullable=False),
    Column("kind", Text, nullable=False),
    Column("folder_id", Uuid),
    Column("tags", ARRAY(Text), nullable=False),
    Column("on_match", Text, nullable=False),
    Column("min_seconds", Integer, nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    UniqueConstraint("tenant_id", "name", name="uq_forms__name"),
    ForeignKeyConstraint(["tenant_id", "folder_id"], ["folders.tenant_id", "folders.id"]),
    # Strangers know nothing but the key.
    Index("ix_forms_key", "key"),
)  # fmt: skip

form_submissions = tenant_table(
    "form_submissions", METADATA,
    Column("form_id", Uuid, nullable=False),
    Column("outcome", Text, nullable=False),
    # As it came.
    Column("answers", JSONB, nullable=False, info={"sensitive": True}),
    Column("client_id", Uuid),
    # Who had one of the phones or addresses already.
    Column("matched_ids", ARRAY(Uuid), nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "form_id"], ["forms.tenant_id", "forms.id"], ondelete="CASCADE"
    ),
    Index("ix_form_submissions_form", "tenant_id", "form_id", "created_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Row):
    """A public form."""

    name: str
    key: str
    title: dict[str, str]
    fields: list[dict[str, Any]]
    kind: str
    folder_id: UUID | None
    tags: list[str]
    on_match: str
    min_seconds: int
    is_enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSubmission(Row):
    """What somebody sent by a form."""

    form_id: UUID
    outcome: str
    answers: dict[str, Any]
    client_id: UUID | None
    matched_ids: list[UUID]
