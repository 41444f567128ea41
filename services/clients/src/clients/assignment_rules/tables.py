"""Assignment rules as identity told them, and whose turn it is."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from clients.metadata import METADATA

assignment_rules: Final = Table(
    "assignment_rules", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("folder_id", Uuid),
    Column("country_code", Text),
    Column("user_ids", ARRAY(Uuid), nullable=False),
    Column("team_id", Uuid),
    Column("position", Integer, nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    # Kept as a mark, so that an older event that comes late does not bring it back.
    Column("is_deleted", Boolean, nullable=False),
)  # fmt: skip

# Reserved in blocks, like client numbers: no two creates wait for one row.
assignment_turns: Final = Table(
    "assignment_turns", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("rule_id", Uuid, primary_key=True),
    Column("next", BigInteger, nullable=False),
)  # fmt: skip
