"""Adding passkeys, and proving with one who somebody is."""

from typing import Any, Final
from uuid import UUID

import orjson
import webauthn
from webauthn.helpers import parse_client_data_json
from webauthn.helpers.base64url_to_bytes import base64url_to_bytes
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from chassis.context import Context
from chassis.work import UnitOfWork
from edge.passkeys import rules
from edge.passkeys.repository import PasskeyRepository
from edge.passkeys.tables import Passkey
from edge.second_factors.use_cases import own_id, prove_person
from edge.tenants.repository import TenantRepository
from edge.users.repository import UserRepository

_INSTALLATION: Final = UUID(int=0)
_MILLISECONDS: Final = int(rules.HOLDS.total_seconds() * 1000)
_VERIFIED: Final = UserVerificationRequirement.REQUIRED


async def begin_passkey(
    work: UnitOfWork, context: Context, password: str, code: str
) -> dict[str, Any]:
    """What a device needs to make a passkey; whoever adds one proves anew who they are."""
    user_id = own_id(work)
    await prove_person(work, context, password, code)
    user = await UserRepository(work).get(user_id)
    tenant = await TenantRepository(work).get(work.tenant_id)
    known = await PasskeyRepository(work, user_id).credentials()
    options = webauthn.generate_registration_options(
        rp_id=_site(context).rp_id, rp_name=f"Diwan {tenant.name}", user_id=user_id.bytes,
        user_name=user.email, user_display_name=user.name, timeout=_MILLISECONDS,
        challenge=_challenge(context, rules.registering(work.tenant_id, user_id)),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )  # fmt: skip
    return _plain(webauthn.options_to_json(options))


async def add(
    work: UnitOfWork, context: Context, name: str, credential: dict[str, Any]
) -> Passkey:  # fmt: skip
    """Keep a passkey that a device has just made; raises PasskeyRefused."""
    user_id = own_id(work)
    passkeys = PasskeyRepository(work, user_id)
    raw = _challenge_in(credential)
    purpose = rules.registering(work.tenant_id, user_id)
    await passkeys.alone()
    await _spend(context, passkeys, raw, purpose)
    if len(await passkeys.credentials()) >= rules.MOST:
        raise rules.TooManyPasskeys(most=rules.MOST)
    site = _site(context)
    try:
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=raw,
            expected_rp_id=site.rp_id,
            expected_origin=site.origins,
            require_user_verification=True,
        )
    except Exception as error:  # the library lets errors of its many parsers through
        raise rules.PasskeyRefused(field="credential") from error
    return await passkeys.add(
        user_id=user_id, name=name, credential_id=verified.credential_id,
        public_key=verified.credential_public_key, sign_count=verified.sign_count,
        transports=credential["response"].get("transports", []),
        is_synced=verified.credential_backed_up,
    )  # fmt: skip


async def rename(work: UnitOfWork, passkey_id: UUID, changes: dict[str, Any]) -> Passkey:
    """Call one's own passkey otherwise."""
    passkeys = PasskeyRepository.own(work)
    return await passkeys.update(await passkeys.get_for_update(passkey_id), **changes)


async def remove(work: UnitOfWork, passkey_id: UUID) -> None:
    """Forget one's own passkey; it signs in no more."""
    passkeys = PasskeyRepository.own(work)
    await passkeys.delete(await passkeys.get_for_update(passkey_id))


def ask(context: Context) -> dict[str, Any]:
    """What a device needs to sign in with a passkey that it finds by itself."""
    options = webauthn.generate_authentication_options(
        rp_id=_site(context).rp_id, challenge=_challenge(context, rules.SIGN_IN),
        timeout=_MILLISECONDS, user_verification=_VERIFIED,
    )  # fmt: skip
    return _plain(webauthn.options_to_json(options))


async def owner_of(context: Context, credential: dict[str, Any]) -> dict[str, Any] | None:
    """Whose passkey it says it is: tenant and user; nothing is proved by that."""
    found = await context.system.look_up("tenant_of_passkey", _id_of(credential))
    return found[0] if found else None


async def prove(
    work: UnitOfWork, context: Context, user_id: UUID, credential: dict[str, Any]
) -> bool:
    """Hold an answer against a user's passkey; a right one is used up.

    The row stays locked until the work ends, so that a cloned key's counter is seen.
    """
    passkeys = PasskeyRepository(work, user_id)
    passkey = await passkeys.locked(_id_of(credential))
    if passkey is None:
        return False
    try:
        raw = _challenge_in(credential)
        await _spend(context, passkeys, raw, rules.SIGN_IN)
    except rules.PasskeyRefused:
        return False
    site = _site(context)
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=raw,
            expected_rp_id=site.rp_id,
            expected_origin=site.origins,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
        handle = credential["response"].get("userHandle")
        is_owner = not handle or base64url_to_bytes(handle) == passkey.user_id.bytes
    except Exception:  # the library lets errors of its many parsers through
        return False
    if is_owner:
        await passkeys.note_use(passkey, verified.new_sign_count, verified.credential_backed_up)
    return is_owner


def _site(context: Context) -> rules.Site:
    settings = context.settings
    return rules.site_of(settings.public_url, settings.passkey_rp_id, settings.passkey_origins)


def _challenge(context: Context, purpose: str) -> bytes:
    body = rules.new_challenge(context.database.clock()).body
    return body + context.crypto.fingerprint(_INSTALLATION, _marked(purpose, body))


def _id_of(credential: dict[str, Any]) -> bytes:
    try:
        return base64url_to_bytes(credential["id"])
    except ValueError:
        return b""


def _challenge_in(credential: dict[str, Any]) -> bytes:
    try:
        said = base64url_to_bytes(credential["response"]["clientDataJSON"])
        return parse_client_data_json(said).challenge
    except Exception as error:  # the library lets errors of its many parsers through
        raise rules.PasskeyRefused(field="credential") from error


async def _spend(
    context: Context, passkeys: PasskeyRepository, raw: bytes, purpose: str
) -> None:  # fmt: skip
    challenge = rules.read_challenge(raw, passkeys.work.now)
    if challenge is None:
        raise rules.PasskeyRefused(field="credential")
    hashes = context.crypto.fingerprints(_INSTALLATION, _marked(purpose, challenge.body))
    if not rules.is_genuine(raw, hashes):
        raise rules.PasskeyRefused(field="credential")
    if not await passkeys.spend(challenge.nonce, challenge.expires_at):
        raise rules.PasskeyRefused(field="credential")


def _marked(purpose: str, body: bytes) -> str:
    return f"passkey {purpose} {body.hex()}"


def _plain(options: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(options)
    return found
