"""When staff work, and holidays."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0040"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column(
        "scheduling_settings",
        sa.Column("holiday_countries", postgresql.ARRAY(sa.Text()), nullable=True),
    )
    op.create_table(
        "company_holidays",
        *_row(),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("repeats", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_company_holidays")),
    )
    op.create_index("ix_company_holidays_from", "company_holidays", ["tenant_id", "from_on"])
    op.create_table(
        "country_holidays",
        *_row(),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_country_holidays")),
    )
    op.create_table(
        "staff_hours",
        *_row(),
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("buffer_before", sa.Integer(), nullable=False),
        sa.Column("buffer_after", sa.Integer(), nullable=False),
        sa.Column("works_on_holidays", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_staff_hours")),
    )
    op.create_table(
        "availability_overrides",
        *_row(),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("user_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_availability_overrides")),
    )
    _index("availability_overrides", "to", "to_on")
    _index("availability_overrides", "updated", "updated_at", "id")
    op.create_table(
        "leaves",
        *_row(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_leaves")),
    )
    _index("leaves", "user", "user_id", "to_on")
    _index("leaves", "updated", "updated_at", "id")


def _row() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _index(table: str, name: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{name}", table, ["tenant_id", *columns])
