"""What is kept of the link to a document, in the document's own row."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Integer, LargeBinary, Text, Uuid, text
from sqlalchemy.schema import SchemaItem

from billing.documents.tables import DocumentRow


def link_columns(name: str) -> list[SchemaItem]:
    """The columns that a table of documents with links has besides."""
    return [
        Column("sent_at", DateTime(timezone=True)),
        Column("viewed_at", DateTime(timezone=True)),
        Column("last_viewed_at", DateTime(timezone=True)),
        Column("views", Integer, nullable=False),
        Column("link_hash", LargeBinary, info={"sensitive": True}),
        Column("link_expires_at", DateTime(timezone=True)),
        # The mail that the link went out with, of comms; or why there is none.
        Column("message_id", Uuid),
        Column("mail_failure", Text),
        Index(f"ix_{name}_link", "link_hash", unique=True,
              postgresql_where=text("link_hash IS NOT NULL")),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedRow(DocumentRow):
    """A document that its client may have a link to."""

    sent_at: datetime | None
    viewed_at: datetime | None
    last_viewed_at: datetime | None
    views: int
    link_hash: bytes | None
    link_expires_at: datetime | None
    message_id: UUID | None
    mail_failure: str | None
