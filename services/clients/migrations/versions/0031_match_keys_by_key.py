"""Keys of the finder lie by themselves first, not by their tenant.

By tenant, key and client PostgreSQL took the index for a client's keys too, as long as it knew
nothing of the table, and went through all of the tenant's.
"""

from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.drop_constraint("pk_match_keys", "match_keys", type_="primary")
    op.create_primary_key("pk_match_keys", "match_keys", ["key", "tenant_id", "client_id"])
