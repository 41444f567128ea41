"""What currencies were worth to a company."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Column, Date, Index, Text

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

exchange_rates = tenant_table(
    "exchange_rates", METADATA,
    Column("currency", Text, nullable=False),
    # What the company kept its books in then.
    Column("home_currency", Text, nullable=False),
    Column("rate_date", Date, nullable=False),
    # How many of the home currency one of it was, as it is written.
    Column("rate", Text, nullable=False),
    Column("source", Text),
    Index("uq_exchange_rates__day", "tenant_id", "home_currency", "currency", "rate_date",
          unique=True),
    Index("ix_exchange_rates_updated", "tenant_id", "updated_at", "id"),
    Index("ix_exchange_rates_date", "tenant_id", "rate_date", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate(Row):
    """What one of a currency was worth on a day, and until the next rate."""

    currency: str
    home_currency: str
    rate_date: date
    rate: str
    source: str | None
