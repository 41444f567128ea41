"""How long a charge of credit can be used, and the days on which it rests with its membership."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0090"
down_revision = "0070"

_DAYS = """
update credit_lots set days = expires_on - starts_on + 1 where expires_on is not null
"""
# What of it is added to the last day, the next change of the membership's days works out.
_RESTS = """
update credit_lots l set rests = r.rests
  from (select f.tenant_id, f.membership_id, jsonb_agg(jsonb_build_array(
                   f.from_day, coalesce(f.to_day, m.cancelled_on - 1, date '9999-12-31'),
                   f.extends or f.kind = 'suspension') order by f.from_day, f.kind) as rests
          from membership_freezes f
          join memberships m on m.tenant_id = f.tenant_id and m.id = f.membership_id
         where f.from_day <= coalesce(f.to_day, m.cancelled_on - 1, date '9999-12-31')
         group by f.tenant_id, f.membership_id) r
 where l.tenant_id = r.tenant_id and l.cause like 'membership:' || r.membership_id || ':period:%'
"""


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column("credit_lots", sa.Column("days", sa.Integer(), nullable=True))
    rests = sa.Column(
        "rests", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
    )
    op.add_column("credit_lots", rests)
    for query in (_DAYS, _RESTS):
        op.execute(query)
