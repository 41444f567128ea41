"""Which companies there is something to prove of."""

from collections.abc import AsyncIterator
from typing import Final
from uuid import UUID

from chassis.context import Context

FIRST: Final = UUID(int=0)
_AT_ONCE: Final = 100


async def every_tenant(context: Context) -> AsyncIterator[UUID]:
    """The companies that have memberships or credit."""
    last = FIRST
    while found := await context.system.look_up("tenants_to_prove", last, _AT_ONCE):
        for row in found:
            yield row["tenant_id"]
        last = found[-1]["tenant_id"]
