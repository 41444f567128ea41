"""HTTP door of how a company keeps its memberships."""

from typing import Any, Final

from chassis.http.router import Work, router
from memberships.defaults import use_cases
from memberships.defaults.schemas import (
    LoyaltyView,
    MembershipSettingsUpdate,
    MembershipSettingsView,
)
from memberships.defaults.tables import MembershipSettings

routes = router("/v1/settings/memberships", "Company")

# Fields → columns, where they differ.
_COLUMNS: Final = {"attendance_tolerance": "is_grace_admitted"}
_LOYALTY: Final = {
    "credit_type_id": "point_credit_type_id", "point_value": "point_value",
    "currency": "point_currency", "minimum_points": "minimum_points",
    "decimals": "has_point_decimals",
}  # fmt: skip
_ALIKE: Final = (
    "version", "tolerance_days", "invoices", "renew_days_before", "expiring_days", "attendance",
    "check_in_minutes", "check_in_credit_type_id",
)  # fmt: skip


@routes.get("", permission="memberships:read")
async def get_membership_settings(work: Work) -> MembershipSettingsView:
    """Read how memberships are kept: tolerance, invoices, attendance and loyalty."""
    return _shown(await use_cases.settings_of(work))


@routes.patch(
    "", permission="memberships:manage",
    example={
        "tolerance_days": 10, "invoices": "issued", "attendance": "everybody",
        "attendance_tolerance": True, "check_in_minutes": 30,
        "loyalty": {"point_value": "0.05", "currency": "SAR", "minimum_points": "1"},
    },
)  # fmt: skip
async def update_membership_settings(
    work: Work, body: MembershipSettingsUpdate
) -> MembershipSettingsView:
    """Change how memberships are kept; of `loyalty` what is named."""
    return _shown(await use_cases.update_settings(work, _changes(body)))


def _changes(body: MembershipSettingsUpdate) -> dict[str, Any]:
    given = body.model_dump(exclude_unset=True)
    loyalty = given.pop("loyalty", {})
    changes = {_COLUMNS.get(name, name): value for name, value in given.items()}
    for name in ("invoices", "attendance"):
        if name in changes:
            changes[name] = changes[name].value
    return changes | {_LOYALTY[name]: value for name, value in loyalty.items()}


def _shown(settings: MembershipSettings) -> MembershipSettingsView:
    loyalty = {name: getattr(settings, column) for name, column in _LOYALTY.items()}
    return MembershipSettingsView(
        **{name: getattr(settings, name) for name in _ALIKE},
        updated_at=settings.updated_at if settings.version else None,
        attendance_tolerance=settings.is_grace_admitted, loyalty=LoyaltyView(**loyalty),
    )  # fmt: skip
