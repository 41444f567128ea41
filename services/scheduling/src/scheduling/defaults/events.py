"""What others hear of how a company keeps its appointments and bookings."""

from collections.abc import Iterable
from typing import Final

from diwan.scheduling.v1 import events_pb2

from chassis.events import Event, event
from scheduling.defaults.tables import SchedulingSettings

# Columns that others know by another name.
_FIELDS: Final = {"is_public_booking": "public_booking", "is_hijri_shown": "hijri_dates"}


def settings_updated(settings: SchedulingSettings, changed: Iterable[str]) -> Event:
    """Some of it is otherwise now."""
    payload = events_pb2.SettingsChanged(
        settings=events_pb2.Settings(
            appointment_minutes=settings.appointment_minutes,
            slot_minutes=settings.slot_minutes,
            holiday_countries=settings.holiday_countries or [],
            public_booking=settings.is_public_booking,
            quiet_from=settings.quiet_from or "",
            quiet_to=settings.quiet_to or "",
            hijri_dates=settings.is_hijri_shown,
        ),
        changed=sorted(_FIELDS.get(name, name) for name in changed),
    )
    return event("scheduling.settings.updated", payload, settings.id, settings.version)
