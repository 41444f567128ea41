"""How a company keeps its memberships."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Integer, Text, Uuid

from chassis.tables import Row, tenant_table
from memberships.metadata import METADATA

# One row of a company, under its own id; none until something is said.
membership_settings = tenant_table(
    "membership_settings", METADATA,
    Column("tolerance_days", Integer, nullable=False),
    Column("invoices", Text, nullable=False),
    Column("renew_days_before", Integer, nullable=False),
    # How many days before a renewal date it is told that it comes.
    Column("expiring_days", Integer, nullable=False),
    Column("attendance", Text, nullable=False),
    # Whether who is in the days of tolerance counts as active.
    Column("is_grace_admitted", Boolean, nullable=False),
    Column("check_in_minutes", Integer, nullable=False),
    Column("check_in_credit_type_id", Uuid),
    # What points are counted in; none: nobody earns any.
    Column("point_credit_type_id", Uuid),
    # What one point is worth, as 0.05, in the currency; none: nobody redeems any.
    Column("point_value", Text),
    Column("point_currency", Text),
    Column("minimum_points", Text, nullable=False),
    Column("has_point_decimals", Boolean, nullable=False),
    *(
        ForeignKeyConstraint(
            ["tenant_id", f"{name}_credit_type_id"], ["credit_types.tenant_id", "credit_types.id"],
            name=f"fk_membership_settings_{name}_credit_type",
        )
        for name in ("check_in", "point")
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipSettings(Row):
    """What holds for all memberships of the company."""

    tolerance_days: int
    invoices: str
    renew_days_before: int
    expiring_days: int
    attendance: str
    is_grace_admitted: bool
    check_in_minutes: int
    check_in_credit_type_id: UUID | None
    point_credit_type_id: UUID | None
    point_value: str | None
    point_currency: str | None
    minimum_points: str
    has_point_decimals: bool
