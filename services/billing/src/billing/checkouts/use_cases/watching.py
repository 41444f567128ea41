"""What providers did not tell of is asked for: checkouts that hang, refunds that wait."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from billing.checkouts.repository import CheckoutRepository, tenants_with_due
from billing.checkouts.rules import Status, next_look
from billing.checkouts.use_cases import confirming
from billing.payments.repository.parts import RefundRepository
from billing.payments.use_cases import refunding
from chassis.context import Context
from chassis.work import UnitOfWork

_AT_ONCE: Final = 200
# The first job of a refund tries for some minutes by itself.
_PATIENCE: Final = timedelta(minutes=10)


async def companies(context: Context) -> list[UUID]:
    """Whose providers are to be asked something."""
    now = context.database.clock()
    return await tenants_with_due(context, now, now - _PATIENCE)


async def ask_of_checkouts(work: UnitOfWork) -> bool:
    """Have providers asked about some that nobody looked at for a while; whether more may wait."""
    checkouts = CheckoutRepository(work)
    some = await checkouts.due(_AT_ONCE)
    for one in some:
        # One that was called off is looked at until its provider knows.
        pause = next_look(Status.PROCESSING, work.now, one.checks)
        await checkouts.look_again(one, one.checks + 1, pause)
        confirming.enqueue(work, one.id)
    return len(some) == _AT_ONCE


async def ask_of_refunds(work: UnitOfWork) -> None:
    """Have providers asked about refunds that are still on their way."""
    for one in await RefundRepository(work).pending(work.now - _PATIENCE):
        refunding.enqueue(work, one)
