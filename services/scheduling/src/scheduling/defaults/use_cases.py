"""How a company keeps its appointments and bookings."""

from dataclasses import asdict
from typing import Any

from chassis.work import UnitOfWork
from scheduling.defaults import events
from scheduling.defaults.repository import SchedulingSettingsRepository
from scheduling.defaults.rules import check_quiet
from scheduling.defaults.tables import SchedulingSettings


async def settings_of(work: UnitOfWork) -> SchedulingSettings:
    """How the company has it, be it that it said nothing yet; read once in a work."""
    return await SchedulingSettingsRepository(work).current()


async def update_settings(work: UnitOfWork, changes: dict[str, Any]) -> SchedulingSettings:
    """Change how appointments and bookings are kept; raises QuietHoursNotPossible."""
    settings = SchedulingSettingsRepository(work)
    known = await settings.current_for_update()
    check_quiet(asdict(known) | changes)
    updated = await settings.update(known, **changes)
    if updated is not known:
        differing = [name for name in changes if getattr(known, name) != getattr(updated, name)]
        work.publish(events.settings_updated(updated, differing))
    return updated
