"""Second factors of users; the id is the user's."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, DateTime, ForeignKeyConstraint, LargeBinary
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.tables import Row, tenant_table
from edge.metadata import METADATA

_SECRET = {"sensitive": True}

second_factors = tenant_table(
    "second_factors", METADATA,
    Column("sealed_seed", LargeBinary, nullable=False, info=_SECRET),
    Column("recovery_hashes", ARRAY(LargeBinary), nullable=False, info=_SECRET),
    Column("confirmed_at", DateTime(timezone=True)),
    # The time step of the code used last: no code of it or before is taken again.
    Column("last_step", BigInteger, nullable=False),
    ForeignKeyConstraint(["tenant_id", "id"], ["users.tenant_id", "users.id"]),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor(Row):
    """An authenticator; it counts once it is confirmed."""

    sealed_seed: bytes
    recovery_hashes: list[bytes]
    confirmed_at: datetime | None
    last_step: int
