"""How a company keeps its memberships."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0010"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "membership_settings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tolerance_days", sa.Integer(), nullable=False),
        sa.Column("invoices", sa.Text(), nullable=False),
        sa.Column("renew_days_before", sa.Integer(), nullable=False),
        sa.Column("attendance", sa.Text(), nullable=False),
        sa.Column("is_grace_admitted", sa.Boolean(), nullable=False),
        sa.Column("check_in_minutes", sa.Integer(), nullable=False),
        sa.Column("check_in_credit_type_id", sa.Uuid(), nullable=True),
        sa.Column("point_credit_type_id", sa.Uuid(), nullable=True),
        sa.Column("point_value", sa.Text(), nullable=True),
        sa.Column("point_currency", sa.Text(), nullable=True),
        sa.Column("minimum_points", sa.Text(), nullable=False),
        sa.Column("has_point_decimals", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "check_in_credit_type_id"],
            ["credit_types.tenant_id", "credit_types.id"],
            name="fk_membership_settings_check_in_credit_type",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "point_credit_type_id"],
            ["credit_types.tenant_id", "credit_types.id"],
            name="fk_membership_settings_point_credit_type",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_membership_settings")),
    )
