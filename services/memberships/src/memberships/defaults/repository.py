"""All SQL of how a company keeps its memberships."""

from chassis.repository import Repository
from memberships.defaults.rules import NOTHING_SAID
from memberships.defaults.tables import MembershipSettings, membership_settings


class MembershipSettingsRepository(Repository[MembershipSettings]):
    """The one row of the tenant."""

    table = membership_settings
    row = MembershipSettings

    async def current(self) -> MembershipSettings:
        """What was said, looked for once in a work; of version 0 where nothing was."""
        memo = self.work.memo
        if MembershipSettings not in memo:
            memo[MembershipSettings] = await self.find(self.work.tenant_id) or self._unsaid()
        found: MembershipSettings = memo[MembershipSettings]
        return found

    async def current_for_update(self) -> MembershipSettings:
        """The same, locked for a change; raises Stale (If-Match)."""
        if not (await self.current()).version:
            await self.add_unless_taken(id=self.work.tenant_id, version=0, **NOTHING_SAID)
        self.work.memo.pop(MembershipSettings, None)
        return await self.get_for_update(self.work.tenant_id)

    def _unsaid(self) -> MembershipSettings:
        work = self.work
        return MembershipSettings(
            tenant_id=work.tenant_id, id=work.tenant_id, version=0, created_at=work.now,
            updated_at=work.now, **NOTHING_SAID,
        )  # fmt: skip
