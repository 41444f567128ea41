"""Companies: the tenants of the product, and how they present themselves."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Column, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Row, tenant_table
from edge.metadata import METADATA
from edge.tenants.rules import Weekday


def _text(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False, server_default="")


tenants = tenant_table(
    "tenants", METADATA,
    *(_text(name) for name in ("name", "country", "currency", "timezone", "locale", "vat_rate",
                               "vat_number", "registration_number", "phone", "email", "website",
                               "logo_url", "week_start", "numerals")),
    Column("address", JSONB, nullable=False, server_default="{}"),
    Column("weekend", ARRAY(Text), nullable=False, server_default="{}"),
    Column("hijri_display", Boolean, nullable=False, server_default="false"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant(Row):
    """A company; its id is the tenant's. Settings never made are empty."""

    name: str
    country: str
    currency: str
    timezone: str
    locale: str
    vat_rate: str
    vat_number: str
    registration_number: str
    phone: str
    email: str
    website: str
    logo_url: str
    week_start: Weekday
    numerals: str
    address: dict[str, str]
    weekend: list[Weekday]
    hijri_display: bool
