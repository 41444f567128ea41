"""What others hear of how a company keeps its memberships."""

from collections.abc import Iterable
from typing import Final

from diwan.memberships.v1 import events_pb2

from chassis.events import Event, event
from memberships.defaults.tables import MembershipSettings

# Columns that others know by another name.
_FIELDS: Final = {
    "is_grace_admitted": "attendance_tolerance",
    **dict.fromkeys(
        ("point_credit_type_id", "point_value", "point_currency", "minimum_points",
         "has_point_decimals"), "loyalty",
    ),
}  # fmt: skip


def settings_updated(settings: MembershipSettings, changed: Iterable[str]) -> Event:
    """Some of it is otherwise now."""
    payload = events_pb2.SettingsChanged(
        settings=events_pb2.Settings(
            tolerance_days=settings.tolerance_days, invoices=settings.invoices,
            renew_days_before=settings.renew_days_before, attendance=settings.attendance,
            expiring_days=settings.expiring_days,
            attendance_tolerance=settings.is_grace_admitted,
            check_in_minutes=settings.check_in_minutes,
            check_in_credit_type_id=str(settings.check_in_credit_type_id or ""),
            loyalty=events_pb2.LoyaltySettings(
                credit_type_id=str(settings.point_credit_type_id or ""),
                point_value=settings.point_value or "", currency=settings.point_currency or "",
                minimum_points=settings.minimum_points, decimals=settings.has_point_decimals,
            ),
        ),
        changed=sorted({_FIELDS.get(name, name) for name in changed}),
    )  # fmt: skip
    return event("memberships.settings.updated", payload, settings.id, settings.version)
