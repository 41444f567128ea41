"""Billing under a state machine; after the last step its books are proven."""

from billing.proof.schedules import prove
from chassis.testing import acting
from chassis.testing.acting import play

__all__ = ["Acting", "play"]


class Acting(acting.Acting):
    """The steps of a company's owner."""

    async def prove(self) -> object | None:
        return await prove(self.owner.service.context, self.owner.caller.tenant_id)
