"""keep which files are attached to documents, expenses and incomes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0036"
down_revision = "0035"
_TABLES = ("invoices", "estimates", "orders", "credit_notes", "book_entries")


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    for table in _TABLES:
        op.add_column(table, sa.Column("attachments", ARRAY(sa.Uuid())))
