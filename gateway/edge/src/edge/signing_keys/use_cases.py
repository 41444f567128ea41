"""Signing access tokens, and rotating the keys that do."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import KeySetSerialization, OKPKey

from chassis import revocations, tokens
from chassis.caller import Caller
from chassis.context import Context
from chassis.ids import new_id
from edge.signing_keys import rules
from edge.signing_keys.rules import SigningKey

# Keys belong to the installation; what is sealed belongs to a tenant, so they get one of their own.
_INSTALLATION: Final = UUID(int=0)
_SEALED_FOR: Final = "identity.signing_key"
_FRESH_SECONDS: Final = 30.0
_ALGORITHM: Final = "Ed25519"


@dataclass(slots=True)
class Signer:
    """The keys as this process last read them."""

    keys: list[SigningKey] = field(default_factory=list)
    read_at: float = 0.0


async def start(context: Context) -> None:
    """Read the keys, make the first one, and tell everybody."""
    context.keep(Signer())
    await rotate_keys(context)
    context.tokens.learn_keys(rules.published(await _keys(context)))


async def sign(context: Context, caller: Caller) -> str:
    """An access token for the caller, dated now."""
    key = rules.current(await _keys(context), context.database.clock())
    claims = tokens.claims_of(
        caller, issued_at=time.time(), lifetime=context.settings.access_seconds
    )
    return jwt.encode({"alg": _ALGORITHM, "kid": key.id}, claims, key.pair, algorithms=[_ALGORITHM])


async def public_keys(context: Context) -> KeySetSerialization:
    """What verifies access tokens now."""
    return rules.published(await _keys(context))


async def rotate_keys(context: Context, *, at_once: bool = False) -> None:
    """Add a key when one is due (or `at_once`), drop those nobody needs, tell everybody."""
    settings, now = context.settings, context.database.clock()
    keys = await _read(context)
    if at_once or rules.is_due(keys, now, settings.key_rotation_days):
        since = now if at_once else now - timedelta(days=settings.key_rotation_days)
        lead = timedelta(seconds=settings.key_lead_seconds if keys else 0)
        await _add(context, now + lead, since)
    # A minute for clocks that differ.
    unneeded = now - timedelta(seconds=settings.access_seconds + 60)
    await context.system.look_up("drop_signing_keys", unneeded)
    await publish_keys(context)


async def publish_keys(context: Context) -> None:
    """Tell every process which keys hold; said again and again, NATS may have lost its memory."""
    keys = await _read(context)
    _remember(context, keys)
    await revocations.publish_keys(context.nats, rules.published(keys))


async def rotate_now(context: Context, _: Sequence[str]) -> None:
    """The command `rotate-keys`: for a key that somebody may have seen."""
    await start(context)
    await rotate_keys(context, at_once=True)


async def _keys(context: Context) -> list[SigningKey]:
    signer = context.kept(Signer)
    if time.monotonic() - signer.read_at > _FRESH_SECONDS:
        _remember(context, await _read(context))
    return signer.keys


def _remember(context: Context, keys: list[SigningKey]) -> None:
    signer = context.kept(Signer)
    signer.keys, signer.read_at = keys, time.monotonic()


async def _read(context: Context) -> list[SigningKey]:
    return [await _opened(context, row) for row in await context.system.look_up("signing_keys")]


async def _opened(context: Context, row: dict[str, Any]) -> SigningKey:
    plain = context.crypto.open(_INSTALLATION, row["sealed"], _SEALED_FOR)
    if context.crypto.needs_reseal(row["sealed"]):
        sealed = context.crypto.seal(_INSTALLATION, plain, _SEALED_FOR)
        await context.system.look_up("reseal_signing_key", row["id"], sealed)
    pair = OKPKey.import_key(plain, {"kid": row["id"], "use": "sig", "alg": _ALGORITHM})
    return SigningKey(row["id"], pair, row["signs_from"], row["created_at"])


async def _add(context: Context, signs_from: datetime, since: datetime) -> None:
    key_id = str(new_id())
    pair = rules.generate(key_id)
    sealed = context.crypto.seal(_INSTALLATION, pair.as_pem(private=True), _SEALED_FOR)
    await context.system.look_up(
        "add_signing_key", key_id, pair.as_dict(private=False), sealed, signs_from, since
    )
