"""HTTP door of how a company keeps its appointments and bookings."""

from dataclasses import asdict
from typing import Final

from chassis.http.router import Work, router
from scheduling.defaults import use_cases
from scheduling.defaults.schemas import SchedulingSettingsUpdate, SchedulingSettingsView
from scheduling.defaults.tables import SchedulingSettings

routes = router("/v1/settings/scheduling", "Company")
_COLUMNS: Final = {"public_booking": "is_public_booking", "hijri_dates": "is_hijri_shown"}


@routes.get("", permission="scheduling:read")
async def get_scheduling_settings(work: Work) -> SchedulingSettingsView:
    """Read how appointments and bookings are kept."""
    return _shown(await use_cases.settings_of(work))


@routes.patch(
    "", permission="scheduling:manage", example={"appointment_minutes": 45, "slot_minutes": 30}
)
async def update_scheduling_settings(
    work: Work, body: SchedulingSettingsUpdate
) -> SchedulingSettingsView:
    """Change how appointments and bookings are kept."""
    changes = body.model_dump(exclude_unset=True)
    columns = {_COLUMNS.get(name, name): value for name, value in changes.items()}
    return _shown(await use_cases.update_settings(work, columns))


def _shown(settings: SchedulingSettings) -> SchedulingSettingsView:
    told = asdict(settings)
    told |= {name: told[column] for name, column in _COLUMNS.items()}
    if not settings.version:
        told["updated_at"] = None
    return SchedulingSettingsView.model_validate(told)
