"""The next client number of each company."""

from typing import Final

from sqlalchemy import BigInteger, Column, Table, Uuid

from clients.metadata import METADATA

serials: Final = Table(
    "serials", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("next", BigInteger, nullable=False),
)  # fmt: skip
