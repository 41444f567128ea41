"""What the clients service asks of others: identity only, and only what has not been heard yet."""

import logging
from collections.abc import Iterable
from uuid import UUID

from chassis.caller import Caller
from chassis.context import Context
from chassis.errors import Unavailable
from refs import reading
from refs.rights import rights

_log = logging.getLogger(__name__)


async def know_tenant(context: Context, tenant_id: UUID) -> None:
    """Have the company's country at hand, by which numbers without a country code are read.

    Costs nothing once it is known; while identity is away the default country has to do.
    """
    try:
        await reading.ensure_tenant(context, tenant_id)
    except Unavailable as error:
        _log.warning("the tenant is not known and identity does not answer: %r", error)


async def rights_of(
    context: Context, tenant_id: UUID, user_ids: Iterable[UUID]
) -> dict[UUID, Caller]:
    """The present rights of those among these who work here."""
    found = {user_id: await rights(context, tenant_id, user_id) for user_id in user_ids}
    return {user_id: caller for user_id, caller in found.items() if caller is not None}
