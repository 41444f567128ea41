"""Giving tokens for a password, a refresh token or an API key."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from chassis.caller import Caller
from chassis.context import Context
from chassis.errors import Invalid
from chassis.work import UnitOfWork
from edge.api_keys.use_cases import key_of_secret
from edge.oidc_providers.repository import OidcProviderRepository
from edge.oidc_sign_ins import use_cases as oidc
from edge.passkeys import use_cases as passkeys
from edge.passwords.use_cases import Passwords, is_outdated
from edge.second_factors.rules import Outcome
from edge.second_factors.use_cases import prove
from edge.sessions import rules as refresh_tokens
from edge.sessions.rules import Device
from edge.sessions.use_cases import refresh_session, start_session
from edge.signing_keys.use_cases import sign
from edge.throttles.rules import not_an_account, without_account
from edge.throttles.use_cases import Throttles
from edge.tokens.rules import InvalidGrant, InvalidOtp, OtpRequired, ProviderRequired
from edge.users import rules as users
from edge.users.repository import rights_of, store_password


@dataclass(frozen=True, slots=True)
class Given:
    """An access token and, for a user, the refresh token that goes with it."""

    access_token: str
    refresh_token: str | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """What is given beside the first proof: a code, or a passkey's answer in its place."""

    otp: str = ""
    passkey: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody signs in with; of several companies the one named, else the one used last."""

    username: str
    password: str
    factor: Factor
    tenant_id: UUID | None = None


async def give_for_password(context: Context, given: Credentials, device: Device) -> Given:
    """Sign a user in."""
    email = _address(given.username)
    throttles = context.kept(Throttles)
    await throttles.check(email, device.address)
    found = await context.system.look_up("identity_by_email", email)
    kept = found[0]["password_hash"] if found else None
    try:
        if not await context.kept(Passwords).verify(kept, given.password):
            raise InvalidGrant()
        tokens = await _sign_in(context, _chosen(found, given.tenant_id), given, device)
    except (InvalidGrant, InvalidOtp):
        await throttles.count_failure(email, device.address)
        raise
    # Not before the second factor is proved: else the password alone would give it endless tries.
    await throttles.forgive(email, device.address)
    return tokens


async def _sign_in(
    context: Context, user: dict[str, Any], given: Credentials, device: Device
) -> Given:
    hasher, kept, user_id = context.kept(Passwords), str(user["password_hash"]), user["user_id"]
    renewed = await hasher.hash(given.password) if is_outdated(kept) else None
    async with context.database.work(Caller(user["tenant_id"], f"user:{user_id}")) as work:
        await _check_way_in(work, user_id)
        if renewed:
            await store_password(work, user_id, renewed)
        return await _open_session(work, context, user_id, given.factor, device)


async def give_for_oidc(context: Context, cookie: str, factor: Factor, device: Device) -> Given:
    """Sign in whoever came back from their company's provider in this browser."""
    one, throttles = oidc.returned(context, cookie), context.kept(Throttles)
    await throttles.check(one.email, device.address)
    try:
        async with context.database.work(Caller(one.tenant_id, f"user:{one.user_id}")) as work:
            await oidc.take(work, one)
            given = await _open_session(work, context, one.user_id, factor, device)
    except InvalidOtp:
        await throttles.count_failure(one.email, device.address)
        raise
    await throttles.forgive(one.email, device.address)
    return given


async def _open_session(
    work: UnitOfWork, context: Context, user_id: UUID, factor: Factor, device: Device
) -> Given:
    outcome = await _second_factor(work, context, user_id, factor)
    if outcome != "right":
        raise OtpRequired() if outcome == "missing" else InvalidOtp()
    _, token = await start_session(work, context, user_id, device)
    return await _give(work, context, user_id, token)


async def _check_way_in(work: UnitOfWork, user_id: UUID) -> None:
    """Where the company wants its own provider asked, only owners come in without it."""
    if not await OidcProviderRepository(work).is_required():
        return
    caller = await rights_of(work, user_id)
    if caller is None or not caller.is_owner:
        raise ProviderRequired()


async def _second_factor(
    work: UnitOfWork, context: Context, user_id: UUID, given: Factor
) -> Outcome:
    if given.passkey is None:
        return await prove(work, context, user_id, given.otp)
    is_right = await passkeys.prove(work, context, user_id, given.passkey)
    return "right" if is_right else "wrong"


async def give_for_passkey(
    context: Context, credential: dict[str, Any], device: Device
) -> Given:  # fmt: skip
    """Sign in whoever has the passkey: their device proved two factors, so no code is asked for."""
    throttles, nobody = context.kept(Throttles), without_account(device.address)
    await throttles.check(nobody, device.address)
    owner = await passkeys.owner_of(context, credential)
    try:
        if owner is None:
            raise InvalidGrant()
        user_id = owner["user_id"]
        async with context.database.work(Caller(owner["tenant_id"], f"user:{user_id}")) as work:
            if not await passkeys.prove(work, context, user_id, credential):
                raise InvalidGrant()
            await _check_way_in(work, user_id)
            _, token = await start_session(work, context, user_id, device)
            return await _give(work, context, user_id, token)
    except InvalidGrant:
        await throttles.count_failure(nobody, device.address)
        raise


async def give_for_refresh_token(context: Context, text: str) -> Given:
    """Give new tokens for a refresh token, once; used twice, the session is over."""
    token = refresh_tokens.read(text)
    if token is None:
        raise InvalidGrant()
    family = refresh_tokens.digest(token.family)
    found = await context.system.look_up("tenant_of_session", token.session_id, family)
    if not found:
        raise InvalidGrant()
    given = None
    caller = Caller(found[0]["tenant_id"], f"session:{token.session_id}")
    async with context.database.work(caller) as work:
        refreshed = await refresh_session(work, context, token)
        if refreshed is not None:
            session, following = refreshed
            given = await _give(work, context, session.user_id, following)
    # After the work, so that the end of a session whose token was used twice is stored.
    if given is None:
        raise InvalidGrant()
    return given


async def give_for_api_key(context: Context, secret: str, device: Device) -> Given:
    """Give an access token for an API key, for clients that know OAuth 2.0 only."""
    throttles, nobody = context.kept(Throttles), without_account(device.address)
    await throttles.check(nobody, device.address)
    async with key_of_secret(context, secret) as caller:
        if caller is not None:
            return Given(await sign(context, caller))
    await throttles.count_failure(nobody, device.address)
    raise InvalidGrant()


async def _give(
    work: UnitOfWork, context: Context, user_id: UUID, token: refresh_tokens.RefreshToken
) -> Given:
    caller = await rights_of(work, user_id, hold=True)
    if caller is None:
        raise InvalidGrant()
    # Dated while the rights are held: a change that comes later voids this token.
    access = await sign(context, replace(caller, session_id=token.session_id))
    return Given(access, str(token))


def _address(username: str) -> str:
    try:
        return users.address(username, "username")
    except Invalid:
        # Not an address, so no account; it is refused like any other wrong one.
        return not_an_account(username)


def _chosen(found: list[dict[str, Any]], tenant_id: UUID | None) -> dict[str, Any]:
    for user in found:
        if user["tenant_id"] and tenant_id in (None, user["tenant_id"]):
            return user
    raise InvalidGrant()
