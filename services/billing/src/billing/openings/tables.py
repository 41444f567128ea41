"""Whose opening balances were heard of."""

from dataclasses import dataclass

from sqlalchemy import Column, Integer, Text

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

# By the client's id.
opening_balances = tenant_table(
    "opening_balances", METADATA,
    # The client's version that said so.
    Column("heard", Integer, nullable=False),
    Column("balance", Text, nullable=False),
    Column("currency", Text, nullable=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningBalance(Row):
    """What a client's record says, as it is written in its currency."""

    heard: int
    balance: str
    currency: str
