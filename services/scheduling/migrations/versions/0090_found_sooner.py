"""Appointments and reminders as they were made, and reminders by whom they are for."""

from alembic import op

revision = "0090"
down_revision = "0080"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    for table in ("appointments", "reminders"):
        op.create_index(f"ix_{table}_created", table, ["tenant_id", "created_at", "id"])
    op.create_index(
        "ix_reminders_recipient", "reminders", ["tenant_id", "recipient_id", "due_at", "id"]
    )
