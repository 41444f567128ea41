"""When somebody was last in touch with each client."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_CONTACTS = ("comms.message.sent", "comms.message.received")


def upgrade() -> None:
    op.add_column(
        "client_activity", sa.Column("last_contact_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_client_activity_contact", "client_activity", ["tenant_id", "last_contact_at"],
        postgresql_where=sa.text("last_contact_at IS NOT NULL"),
    )  # fmt: skip
    # A merged client's own, and its survivor's: the latest of all that it answers for.
    op.get_bind().execute(
        sa.text(
            "update client_activity a set last_contact_at = found.at from ("
            " select t.tenant_id, whose.client_id, max(t.at) as at from timeline t"
            " join clients c on c.tenant_id = t.tenant_id and c.id = t.client_id"
            " cross join lateral (values (c.id), (c.merged_into)) whose (client_id)"
            " where t.event = any(:contacts) and whose.client_id is not null"
            " group by t.tenant_id, whose.client_id) found"
            " where a.tenant_id = found.tenant_id and a.client_id = found.client_id"
        ).bindparams(sa.bindparam("contacts", list(_CONTACTS), type_=sa.ARRAY(sa.Text())))
    )
