"""Read-through: what is not remembered yet is asked for once, before a unit of work begins."""

import time
from collections import OrderedDict
from collections.abc import Collection
from typing import Final, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from chassis.caller import system
from chassis.context import Context
from chassis.database import Database
from chassis.errors import NotFound
from refs import clients, peers, people

# Somebody who asks for ids that do not exist makes us ask identity at most once a second.
_PAUSE_SECONDS: Final = 1.0
# Whoever left and is back, of whom no event has come yet, is asked for again after so long.
_USERS_LAST: Final = 60.0
_MOST: Final = 50_000
KeyT = TypeVar("KeyT")

_asked: WeakKeyDictionary[Database, OrderedDict[UUID, float]] = WeakKeyDictionary()
_present: WeakKeyDictionary[Database, OrderedDict[UUID, float]] = WeakKeyDictionary()
_clients: WeakKeyDictionary[Database, OrderedDict[tuple[UUID, UUID], float]] = WeakKeyDictionary()
_users: WeakKeyDictionary[Database, OrderedDict[tuple[UUID, UUID], float]] = WeakKeyDictionary()


async def ensure_tenant(context: Context, tenant_id: UUID) -> None:
    """Have the tenant remembered, with its users, roles and teams; costs nothing once it is."""
    present = _present.setdefault(context.database, OrderedDict())
    if tenant_id in present:
        return
    async with context.database.work(system(tenant_id, context.service)) as work:
        known = await people.tenant(work) is not None
    if known or await refresh_tenant(context, tenant_id):
        _note(present, tenant_id)


async def ensure_user(context: Context, tenant_id: UUID, user_id: UUID) -> None:
    """Have a user remembered, be it one whose event has not arrived yet."""
    async with context.database.work(system(tenant_id, context.service)) as work:
        known = await people.user(work, user_id) is not None
    if not known:
        await refresh_tenant(context, tenant_id)


async def ensure_users(context: Context, tenant_id: UUID, user_ids: Collection[UUID]) -> None:
    """The same of several, in one look; costs nothing for a while once they are remembered:
    whoever leaves meanwhile is missed by those who look.
    """
    present = _users.setdefault(context.database, OrderedDict())
    fresh = time.monotonic() - _USERS_LAST
    missing = [one for one in user_ids if present.get((tenant_id, one), fresh) <= fresh]
    if not missing:
        return
    async with context.database.work(system(tenant_id, context.service)) as work:
        known = await people.staff(work, user_ids=missing)
    for one in known:
        _note(present, (tenant_id, one.id))
    if len(known) < len(missing):
        await refresh_tenant(context, tenant_id)


async def refresh_tenant(context: Context, tenant_id: UUID) -> bool:
    """Ask identity for the tenant as it is now; whether there is one. Raises Unavailable."""
    asked = _asked.setdefault(context.database, OrderedDict())
    if asked.get(tenant_id, float("-inf")) + _PAUSE_SECONDS > time.monotonic():
        return False
    _note(asked, tenant_id)
    try:
        found = await peers.get_tenant(context, tenant_id)
    except NotFound:
        return False
    async with context.database.work(system(tenant_id, context.service)) as work:
        await people.remember_tenant(work, found)
    return True


async def ensure_client(context: Context, tenant_id: UUID, client_id: UUID) -> None:
    """Have a client remembered, be it one whose event has not arrived yet; costs nothing once it
    is: whoever is forgotten meanwhile is missed by those who look.
    """
    present = _clients.setdefault(context.database, OrderedDict())
    if (tenant_id, client_id) in present:
        return
    async with context.database.work(system(tenant_id, context.service)) as work:
        if await clients.client(work, client_id) is not None:
            _note(present, (tenant_id, client_id))
            return
    try:
        found = await peers.get_client(context, tenant_id, client_id)
    except NotFound:
        return
    async with context.database.work(system(tenant_id, context.service)) as work:
        await clients.remember_answer(work, [found])
    if payer_id := found.get("bill_to_id"):
        # Who was just made to pay may not have been heard of either.
        await ensure_clients(context, tenant_id, [UUID(payer_id)])


async def ensure_clients(context: Context, tenant_id: UUID, client_ids: Collection[UUID]) -> None:
    """The same of several, in one look and one question."""
    if not client_ids:
        return
    async with context.database.work(system(tenant_id, context.service)) as work:
        missing = set(client_ids) - await clients.known_clients(work, client_ids)
    if not missing or not (found := await peers.get_clients(context, tenant_id, missing)):
        return
    async with context.database.work(system(tenant_id, context.service)) as work:
        await clients.remember_answer(work, found)


def _note(seen: OrderedDict[KeyT, float], key: KeyT) -> None:
    seen[key] = time.monotonic()
    if len(seen) > _MOST:
        seen.popitem(last=False)
