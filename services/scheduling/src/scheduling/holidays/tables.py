"""Holidays that a company has itself, and those of its countries that it works on."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Boolean, Column, Date, Index, Text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

company_holidays: Final = tenant_table(
    "company_holidays", METADATA,
    Column("name", JSONB, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date, nullable=False),
    Column("repeats", Text, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Index("ix_company_holidays_from", "tenant_id", "from_on"),
)  # fmt: skip

# By the id that tells the country and the day. One that was never switched has no row.
country_holidays: Final = tenant_table(
    "country_holidays", METADATA,
    Column("is_active", Boolean, nullable=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyHoliday(Row):
    """Days on which a company does not work."""

    name: dict[str, str]
    from_on: date
    to_on: date
    repeats: str
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryHoliday(Row):
    """Whether a company keeps a holiday of its country."""

    is_active: bool
