"""All SQL of a company's billing settings."""

from typing import Final

from billing.defaults.rules import CreditLimitMode
from billing.defaults.tables import BillingSettings, billing_settings
from chassis.repository import Repository
from chassis.together import Asked

_NOTHING_SAID: Final = {
    "due_days": 0, "credit_limit_mode": CreditLimitMode.OFF.value, "is_e_invoicing": False,
}  # fmt: skip


class BillingSettingsRepository(Repository[BillingSettings]):
    """The one row of the tenant."""

    table = billing_settings
    row = BillingSettings

    async def current(self) -> BillingSettings | None:
        """What was said, looked for once in a work; None where nothing was."""
        memo = self.work.memo
        if BillingSettings not in memo:
            memo[BillingSettings] = await self.find(self.work.tenant_id)
        found: BillingSettings | None = memo[BillingSettings]
        return found

    async def asked_now(self) -> Asked:
        """What `current` would ask."""
        return await self.asked_by_id(self.work.tenant_id)

    async def current_for_update(self) -> BillingSettings:
        """The same, locked for a change; raises Stale (If-Match)."""
        if await self.current() is None:
            await self.add_unless_taken(id=self.work.tenant_id, version=0, **_NOTHING_SAID)
        self.work.memo.pop(BillingSettings, None)
        return await self.get_for_update(self.work.tenant_id)
