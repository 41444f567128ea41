"""Appointments, whom they need, what moved them, and how they recur."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.migrations import run_sql

revision = "0003"
down_revision = "0020"

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "appointment_series",
        *_row(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("first_local", sa.DateTime(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("skips_holidays", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_appointment_series")),
    )
    op.create_table(
        "appointments",
        *_row(),
        *_what(),
        *_states(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_appointments")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "action_id"], ["actions.tenant_id", "actions.id"],
            name="fk_appointments_action",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "series_id"], ["appointment_series.tenant_id", "appointment_series.id"],
            name="fk_appointments_series",
        ),
    )  # fmt: skip
    _index_appointments()
    op.create_table(
        "appointment_subjects",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "appointment_id", "subject_id", name=op.f("pk_appointment_subjects")
        ),
        _of_appointment("appointment_subjects"),
    )
    op.create_index(
        "ix_appointment_subjects_starts", "appointment_subjects",
        ["tenant_id", "subject_id", "starts_at"],
    )  # fmt: skip
    op.create_table(
        "appointment_moves",
        *_row(),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("from_starts_at", _INSTANT, nullable=False),
        sa.Column("from_ends_at", _INSTANT, nullable=False),
        sa.Column("to_starts_at", _INSTANT, nullable=False),
        sa.Column("to_ends_at", _INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("moved_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_appointment_moves")),
        _of_appointment("appointment_moves"),
    )
    op.create_index(
        "ix_appointment_moves_appointment", "appointment_moves",
        ["tenant_id", "appointment_id", "created_at", "id"],
    )  # fmt: skip
    run_sql(op, "scheduling", "0003_appointment_links.sql")


def _row() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
    ]


def _what() -> list[sa.Column[object]]:
    return [
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.Column("staff_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("resource_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("starts_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("linked_type", sa.Text(), nullable=True),
        sa.Column("linked_id", sa.Uuid(), nullable=True),
        sa.Column("reminders", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column("occurrence", sa.DateTime(), nullable=True),
        sa.Column("is_apart", sa.Boolean(), nullable=False),
    ]


def _states() -> list[sa.Column[object]]:
    return [
        sa.Column("confirmed_at", _INSTANT, nullable=True),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("done_at", _INSTANT, nullable=True),
        sa.Column("cancelled_at", _INSTANT, nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("link_hash", sa.LargeBinary(), nullable=True),
        sa.Column("link_expires_at", _INSTANT, nullable=True),
        sa.Column("viewed_at", _INSTANT, nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("mail_failure", sa.Text(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
    ]


def _index_appointments() -> None:
    plain = {
        "starts": ["starts_at", "id"], "client": ["client_id", "starts_at", "id"],
        "updated": ["updated_at", "id"],
    }  # fmt: skip
    for name, columns in plain.items():
        op.create_index(f"ix_appointments_{name}", "appointments", ["tenant_id", *columns])
    partial = {
        "action": ["tenant_id", "action_id"], "series": ["tenant_id", "series_id", "occurrence"],
        "linked": ["tenant_id", "linked_id", "starts_at"], "link": ["link_hash"],
    }  # fmt: skip
    named = {"action": "action_id", "series": "series_id", "linked": "linked_id",
             "link": "link_hash"}  # fmt: skip
    for name, columns in partial.items():
        op.create_index(
            f"ix_appointments_{name}", "appointments", columns, unique=name == "link",
            postgresql_where=sa.text(f"{named[name]} IS NOT NULL"),
        )  # fmt: skip


def _of_appointment(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "appointment_id"], ["appointments.tenant_id", "appointments.id"],
        name=f"fk_{table}_appointment", ondelete="CASCADE",
    )  # fmt: skip
