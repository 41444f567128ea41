"""What one of the staff has is read in the order of its lists."""

from alembic import op

revision = "0121"
down_revision = "0090"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.drop_index("ix_appointment_subjects_starts", "appointment_subjects")
    op.create_index(
        "ix_appointment_subjects_starts", "appointment_subjects",
        ["tenant_id", "subject_id", "starts_at", "appointment_id"],
    )  # fmt: skip
