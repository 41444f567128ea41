"""`python -m memberships verify`: whether all that is kept about memberships and credit fits."""

import sys
from collections.abc import Sequence
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from memberships.proof.repository import every_tenant
from memberships.proof.rules import Fault
from memberships.proof.use_cases import prove_company


async def verify(context: Context, _: Sequence[str]) -> None:
    """Tell of each company the first figure that does not fit; the program fails if one does not.

    The days of periods, the renewal dates and the ends of memberships are what their facts give;
    what is paid is what billing told, and who has credit of it is whose it counts for.
    Transactions of credit come to nothing; what clients have, what is kept for something and what
    they owe, of each charge and in all, is what the ledger says; uses took of charges what they
    say; entries are as they were written; and points that were redeemed are where they should be.
    """
    count, faults = 0, 0
    async for tenant_id in every_tenant(context):
        count += 1
        if (fault := await prove(context, tenant_id)) is not None:
            faults += 1
            _tell(f"company {tenant_id}: {fault}")
    _tell(f"{count} companies, {faults} with a fault")
    if faults:
        raise SystemExit(1)


async def prove(context: Context, tenant_id: UUID) -> Fault | None:
    """The first thing of a company that does not fit."""
    async with context.database.work(system(tenant_id, "memberships")) as work:
        return await prove_company(work)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
