"""What holds of access tokens before they expire: told at once, or as soon as NATS listens."""

import time
from typing import Final

from chassis import revocations
from chassis.context import Context
from chassis.errors import Unavailable
from chassis.work import UnitOfWork

SPREAD: Final = "revocations.spread"


async def void(work: UnitOfWork, context: Context, mark: str) -> None:
    """Tokens issued so far to a `session.<id>` or `key.<id>` are void; those of a `user.<id>` or
    `role.<id>` no longer tell what their holders may do.

    Call it when the row that gives the rights is locked: issuing reads that row under a shared
    lock, so no token with the old rights can be dated later. If the work fails after all, a
    session must be refreshed, and nothing else happens.
    """
    before = time.time()
    context.tokens.revoke(mark, before)
    try:
        await revocations.revoke(context.nats, mark, before)
    except Unavailable:
        work.enqueue(SPREAD, {"mark": mark, "before": before})


async def spread(context: Context, mark: str, before: float) -> None:
    """Tell every process what NATS could not take when it was revoked."""
    await revocations.revoke(context.nats, mark, before)
