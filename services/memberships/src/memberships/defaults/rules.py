"""What holds for all memberships of a company."""

from decimal import Decimal
from enum import StrEnum
from typing import Any, Final


class Invoicing(StrEnum):
    """As what the invoice of a membership comes into the world."""

    DRAFT = "draft"
    ISSUED = "issued"


class Attendance(StrEnum):
    """Who may check in: every client, who has a membership, or whose membership covers the day."""

    EVERYBODY = "everybody"
    MEMBERS = "members"
    ACTIVE = "active"


# How a company has it that said nothing.
NOTHING_SAID: Final[dict[str, Any]] = {
    "tolerance_days": 7, "invoices": Invoicing.ISSUED.value, "renew_days_before": 0,
    "expiring_days": 7,
    "attendance": Attendance.ACTIVE.value, "is_grace_admitted": False, "check_in_minutes": 5,
    "check_in_credit_type_id": None, "point_credit_type_id": None, "point_value": None,
    "point_currency": None, "minimum_points": "0", "has_point_decimals": False,
}  # fmt: skip


def written(value: Decimal) -> str:
    """A number in its shortest form: 0.50 is 0.5, and 100 is 100."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
