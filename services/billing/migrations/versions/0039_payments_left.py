"""count of which payments something is left, for plans that go by it."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
_LEFT = "amount_minor - allocated_minor - refunded_minor - drawn_minor"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.execute(f"create statistics st_payments_left on ({_LEFT}) from payments")
    op.drop_index("ix_payments_left", table_name="payments")
    op.create_index(
        "ix_payments_left", "payments", ["tenant_id", "client_id", "id"],
        postgresql_where=sa.text(f"status <> 'bounced' AND {_LEFT} > 0"),
    )  # fmt: skip
