"""Resources, and who is where."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.migrations import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    run_sql(op, "scheduling", "0002_claims.sql")
    op.create_table(
        "resources",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_resources")),
    )
    op.create_index("ix_resources_updated", "resources", ["tenant_id", "updated_at", "id"])
    op.create_table(
        "claims",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("holder_kind", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "holder_id", "subject_id", name=op.f("pk_claims")),
        postgresql.ExcludeConstraint(
            (sa.column("tenant_id"), "="), (sa.column("subject_id"), "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist", name="ex_claims_subject",
        ),
    )  # fmt: skip
    op.create_index("ix_claims_subject", "claims", ["tenant_id", "subject_id", "starts_at"])
