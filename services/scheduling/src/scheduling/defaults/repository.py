"""All SQL of how a company keeps its appointments and bookings."""

from chassis.repository import Repository
from scheduling.defaults.rules import NOTHING_SAID
from scheduling.defaults.tables import SchedulingSettings, scheduling_settings


class SchedulingSettingsRepository(Repository[SchedulingSettings]):
    """The one row of the tenant."""

    table = scheduling_settings
    row = SchedulingSettings

    async def current(self) -> SchedulingSettings:
        """What was said, looked for once in a work; of version 0 where nothing was."""
        memo = self.work.memo
        if SchedulingSettings not in memo:
            memo[SchedulingSettings] = await self.find(self.work.tenant_id) or self._unsaid()
        found: SchedulingSettings = memo[SchedulingSettings]
        return found

    async def current_for_update(self) -> SchedulingSettings:
        """The same, locked for a change; raises Stale (If-Match)."""
        if not (await self.current()).version:
            await self.add_unless_taken(id=self.work.tenant_id, version=0, **NOTHING_SAID)
        self.work.memo.pop(SchedulingSettings, None)
        return await self.get_for_update(self.work.tenant_id)

    def _unsaid(self) -> SchedulingSettings:
        work = self.work
        return SchedulingSettings(
            tenant_id=work.tenant_id, id=work.tenant_id, version=0, created_at=work.now,
            updated_at=work.now, **NOTHING_SAID,
        )  # fmt: skip
