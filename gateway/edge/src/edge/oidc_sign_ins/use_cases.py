"""Signing in at a company's own provider: away, back, and to a session."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import orjson

from chassis.addresses import Unreachable
from chassis.caller import system
from chassis.context import Context
from chassis.crypto import CannotOpen
from chassis.ids import new_id
from chassis.work import UnitOfWork
from edge.oidc_identities.use_cases import Account, user_of
from edge.oidc_providers import rules as providers
from edge.oidc_providers.use_cases import Published, Registration, registration
from edge.oidc_sign_ins import rules
from edge.oidc_sign_ins.repository import spend
from edge.oidc_sign_ins.schemas import Callback
from edge.sessions.rules import Device
from edge.throttles.rules import without_account
from edge.throttles.use_cases import Throttles

_INSTALLATION: Final = UUID(int=0)
_AWAY: Final = "edge.oidc_away"
_BACK: Final = "edge.oidc_back"


@dataclass(frozen=True, slots=True)
class Step:
    """Where the browser goes next, and what it keeps of the sign-in: sealed, so not to be read."""

    url: str
    cookie: str
    seconds: int


async def leave(context: Context, provider_id: UUID) -> Step:
    """Send somebody to their company's provider; raises NotFound, ProviderUnavailable."""
    provider = await registration(context, provider_id)
    metadata = await context.kept(Published).metadata(provider.issuer)
    state, nonce, verifier = new_id().hex, rules.new_secret(), rules.new_secret()
    asked = {
        "response_type": "code", "client_id": provider.client_id,
        "redirect_uri": providers.callback_url(context.settings.public_url, provider.id),
        "scope": providers.SCOPES, "state": state, "nonce": nonce,
        "code_challenge": rules.challenge_of(verifier), "code_challenge_method": "S256",
    }  # fmt: skip
    kept = {"tenant": str(provider.tenant_id), "provider": str(provider.id), "id": state,
            "nonce": nonce, "verifier": verifier}  # fmt: skip
    expires_at = context.database.clock() + rules.AWAY
    url = providers.with_query(metadata.authorization_endpoint, asked)
    cookie = _sealed(context, _AWAY, kept, expires_at)
    return Step(url, cookie, int(rules.AWAY.total_seconds()))


async def come_back(
    context: Context, provider_id: UUID, said: Callback, cookie: str, device: Device
) -> Step:
    """Take what the provider sent somebody back with, once, and find out whose account it is."""
    throttles, nobody = context.kept(Throttles), without_account(device.address)
    await throttles.check(nobody, device.address)
    kept = _opened(context, _AWAY, cookie)
    if kept["provider"] != str(provider_id) or kept["id"] != said.state:
        raise rules.SignInLost()
    provider = await registration(context, provider_id)
    await _spend(context, kept)
    try:
        member = await user_of(context, await _account(context, provider, said, kept))
        if member is None:
            raise rules.NotLinked()
    except (rules.NotProved, rules.NotLinked):
        await throttles.count_failure(nobody, device.address)
        raise
    expires_at = context.database.clock() + rules.BACK
    found = {"tenant": str(provider.tenant_id), "user": str(member.id), "email": member.email,
             "id": new_id().hex}  # fmt: skip
    page = f"{context.settings.public_url}{rules.PAGE}"
    return Step(page, _sealed(context, _BACK, found, expires_at), int(rules.BACK.total_seconds()))


def returned(context: Context, cookie: str) -> rules.Returned:
    """Who came back in this browser; raises SignInLost. That it is once, `take` says."""
    kept = _opened(context, _BACK, cookie)
    return rules.Returned(
        UUID(kept["id"]), UUID(kept["tenant"]), UUID(kept["user"]), kept["email"], _end(kept)
    )


async def take(work: UnitOfWork, one: rules.Returned) -> None:
    """Use it up; raises SignInLost where it was. Undone with the work."""
    if not await spend(work, one.id, one.expires_at):
        raise rules.SignInLost()


async def _spend(context: Context, kept: dict[str, Any]) -> None:
    caller = system(UUID(kept["tenant"]), context.service)
    async with context.database.work(caller) as work:
        if not await spend(work, UUID(kept["id"]), _end(kept)):
            raise rules.SignInLost()


async def _account(
    context: Context, provider: Registration, said: Callback, kept: dict[str, Any]
) -> Account:
    metadata = await context.kept(Published).metadata(provider.issuer)
    if (said.iss or metadata.names_itself) and said.iss != provider.issuer:
        raise rules.NotProved()
    if said.error or not said.code:
        raise rules.ProviderRefused(extra={"error": rules.error_code(said.error)})
    form = {
        "grant_type": "authorization_code", "code": said.code,
        "redirect_uri": providers.callback_url(context.settings.public_url, provider.id),
        "client_id": provider.client_id, "code_verifier": kept["verifier"],
    }  # fmt: skip
    answer = await _exchanged(context, metadata, form, provider.secret)
    proof = await _proof(context, provider, metadata, answer, kept["nonce"])
    email = proof.email if proof.is_verified else ""
    return Account(provider.tenant_id, provider.issuer, proof.subject, email)


async def _exchanged(
    context: Context, metadata: providers.Metadata, form: dict[str, str], secret: str
) -> dict[str, Any]:
    headers: dict[str, str] = {}
    if metadata.takes_basic:
        headers["Authorization"] = rules.basic(form["client_id"], secret)
    else:
        form = {**form, "client_secret": secret}
    outbound = context.kept(Published).outbound
    try:
        status, answer = await outbound.post_form(
            metadata.token_endpoint, urlencode(form), headers
        )  # fmt: skip
    except Unreachable as error:
        raise providers.ProviderUnavailable() from error
    if status != 200:
        raise rules.NotProved()
    return answer


async def _proof(
    context: Context, provider: Registration, metadata: providers.Metadata,
    answer: dict[str, Any], nonce: str,
) -> rules.Proof:  # fmt: skip
    published = context.kept(Published)
    expected = rules.Expected(provider.issuer, provider.client_id, nonce)
    token, now = answer.get("id_token"), context.database.clock()
    try:
        claims = rules.check_token(token, await published.keys(metadata), expected, now)
    except rules.UnknownKey:
        # Keys are changed now and then: those of this moment are read, once.
        keys = await published.keys(metadata, anew=True)
        try:
            claims = rules.check_token(token, keys, expected, now)
        except rules.UnknownKey as error:
            raise rules.NotProved() from error
    proof = rules.proof_of(claims)
    if proof.has_email or not metadata.userinfo_endpoint or "access_token" not in answer:
        return proof
    # Some providers tell addresses only when asked (OpenID Connect Core 1.0, 5.3).
    bearer = f"Bearer {str(answer['access_token']).strip()}"
    try:
        told = await published.outbound.get(metadata.userinfo_endpoint, Authorization=bearer)
    except (Unreachable, ValueError) as error:
        raise providers.ProviderUnavailable() from error
    if told.get("sub") != proof.subject:
        raise rules.NotProved()
    return rules.proof_of(told)


def _sealed(context: Context, purpose: str, kept: dict[str, Any], expires_at: datetime) -> str:
    whole = orjson.dumps({**kept, "ends": expires_at.timestamp()})
    sealed = context.crypto.seal(_INSTALLATION, whole, purpose)
    return base64.urlsafe_b64encode(sealed).decode()


def _opened(context: Context, purpose: str, cookie: str) -> dict[str, Any]:
    try:
        sealed = base64.b64decode(cookie, b"-_", validate=True)
        kept: dict[str, Any] = orjson.loads(context.crypto.open(_INSTALLATION, sealed, purpose))
    except (CannotOpen, ValueError) as error:
        raise rules.SignInLost() from error
    if kept["ends"] <= context.database.clock().timestamp():
        raise rules.SignInLost()
    return kept


def _end(kept: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(kept["ends"]).astimezone()
