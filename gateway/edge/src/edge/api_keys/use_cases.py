"""Making, recognising and revoking API keys."""

import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from chassis.caller import Caller, system
from chassis.context import Context
from chassis.work import UnitOfWork
from edge.api_keys import events, rules
from edge.api_keys.repository import ApiKeyRepository, rights_of_key
from edge.api_keys.tables import ApiKey
from edge.revocations.use_cases import void
from edge.roles.rules import check_known, check_may_give

# A revoked key is refused at once, by its mark; this only bounds what a lost mark could do.
_FRESH_SECONDS: Final = 30.0
_MOST_KNOWN: Final = 10_000


@dataclass(slots=True)
class KnownKeys:
    """Keys this process has seen lately: hash of the secret → the caller, and when it was asked."""

    by_hash: OrderedDict[bytes, tuple[Caller, float]] = field(default_factory=OrderedDict)


async def start(context: Context) -> None:
    """Begin to remember keys."""
    context.keep(KnownKeys())


async def create_api_key(work: UnitOfWork, values: dict[str, Any]) -> tuple[ApiKey, str]:
    """Make a key with some of one's own permissions; the secret is given once."""
    values["permissions"] = check_known(values["permissions"])
    check_may_give(work.caller, values["permissions"])
    rules.check_folders(work.caller, values["folder_ids"])
    secret = rules.new_secret()
    key = await ApiKeyRepository(work).add(
        prefix=rules.shown_part(secret), secret_hash=rules.digest(secret),
        created_by=work.caller.principal, **values,
    )  # fmt: skip
    work.publish(events.api_key_changed("created", key))
    return key, secret


async def revoke_api_key(work: UnitOfWork, context: Context, key_id: UUID) -> None:
    """End a key, in every service at once."""
    await _revoke(work, context, await ApiKeyRepository(work).get_for_update(key_id))


async def revoke_keys_of(work: UnitOfWork, context: Context, principal: str) -> None:
    """End the keys somebody made: they know the secrets, and have left."""
    for key in await ApiKeyRepository(work).made_by(principal):
        await _revoke(work, context, key)


async def key_rights(context: Context, secret: str) -> Caller | None:
    """Who comes with this secret; asked at every call with an API key."""
    known, digest = context.kept(KnownKeys).by_hash, rules.digest(secret)
    if found := known.get(digest):
        caller, asked_at = found
        is_fresh = time.time() - asked_at < _FRESH_SECONDS
        if is_fresh and not context.tokens.is_revoked(caller, asked_at):
            return caller
        known.pop(digest, None)
    # Dated before the question: a revocation that races with the answer makes it void.
    asked_at = time.time()
    caller_now = await find_key(context, digest)
    if caller_now is not None:
        known[digest] = caller_now, asked_at
        if len(known) > _MOST_KNOWN:
            known.popitem(last=False)
    return caller_now


async def find_key(context: Context, digest: bytes) -> Caller | None:
    """Who the key with this hash of a secret is; None for one unknown or revoked."""
    async with _held(context, digest) as caller:
        return caller


@asynccontextmanager
async def key_of_secret(context: Context, secret: str) -> AsyncIterator[Caller | None]:
    """Who comes with this secret, held against revocation inside the block."""
    async with _held(context, rules.digest(secret)) as caller:
        yield caller


@asynccontextmanager
async def _held(context: Context, digest: bytes) -> AsyncIterator[Caller | None]:
    found = await context.system.look_up("tenant_of_api_key", digest)
    if not found:
        yield None
        return
    async with context.database.work(system(found[0]["tenant_id"], context.service)) as work:
        yield await rights_of_key(work, found[0]["api_key_id"])


async def reconsider_keys_of(work: UnitOfWork, context: Context, principal: str) -> None:
    """What somebody's keys may do is asked anew: they may do less now."""
    for key in await ApiKeyRepository(work).made_by(principal):
        await void(work, context, f"key.{key.id}")
        await reconsider_keys_of(work, context, f"key:{key.id}")


async def _revoke(work: UnitOfWork, context: Context, key: ApiKey) -> None:
    revoked = await ApiKeyRepository(work).update(key, revoked_at=work.now)
    await void(work, context, f"key.{key.id}")
    work.publish(events.api_key_changed("revoked", revoked))
    await revoke_keys_of(work, context, f"key:{key.id}")
