"""find invoices and credit notes by when they were issued, documents by how numbers begin."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_index(
        "ix_invoices_issued", "invoices", ["tenant_id", "issued_at", "id"],
        postgresql_where=sa.text("issued_at IS NOT NULL"),
    )  # fmt: skip
    op.create_index("ix_credit_notes_issued", "credit_notes", ["tenant_id", "issued_at", "id"])
    for table in ("invoices", "credit_notes", "estimates", "orders"):
        op.drop_index(f"ix_{table}_number", table)
        op.create_index(
            f"ix_{table}_number", table, ["tenant_id", "number"],
            postgresql_where=sa.text("number IS NOT NULL"),
            postgresql_ops={"number": "text_pattern_ops"},
        )  # fmt: skip
