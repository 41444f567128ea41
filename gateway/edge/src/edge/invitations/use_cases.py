"""Inviting people, and joining a company."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from chassis.caller import Caller, system
from chassis.context import Context
from chassis.ids import new_id
from chassis.links import token_hash
from chassis.work import UnitOfWork
from edge.invitations import events, rules
from edge.invitations.repository import InvitationRepository
from edge.invitations.tables import Invitation
from edge.mail_links.use_cases import send_email_check
from edge.passwords import rules as passwords
from edge.passwords.use_cases import Passwords
from edge.roles.repository import RoleRepository
from edge.roles.use_cases import check_may_assign
from edge.sessions.rules import Device
from edge.tenants.repository import TenantRepository
from edge.throttles.rules import without_account
from edge.throttles.use_cases import Throttles
from edge.users import rules as users
from edge.users.repository import TeamRepository, UserRepository, claim_identity
from edge.users.use_cases.users import add_user

_SEALED_FOR: Final = "identity.invitation"


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation, the token that accepts it and the page that asks for a password."""

    invitation: Invitation
    token: str
    accept_url: str


@dataclass(frozen=True, slots=True)
class _Proof:
    identity_id: UUID
    password_hash: str


async def invite(work: UnitOfWork, context: Context, values: dict[str, Any]) -> Invited:
    """Invite somebody by mail; nobody invites to more rights than they have."""
    email, throttles = users.address(values["email"]), context.kept(Throttles)
    await throttles.spend("mails_of", str(work.tenant_id))
    await throttles.spend("mails_to", f"invitation {email}")
    await check_may_assign(work, values["role_id"])
    await _check_new(work, email, values["team_ids"])
    token = rules.new_token()
    url = f"{context.settings.public_url}/accept-invitation?{urlencode({'token': token})}"
    invitation = await InvitationRepository(work).add(
        email=email, name=values["name"] or email.partition("@")[0], role_id=values["role_id"],
        team_ids=values["team_ids"], invited_by=work.caller.principal,
        token_hash=token_hash(token),
        expires_at=work.now + timedelta(days=context.settings.invitation_days),
    )  # fmt: skip
    await _announce(work, context, invitation, url)
    return Invited(invitation, token, url)


async def withdraw(work: UnitOfWork, invitation_id: UUID) -> None:
    """Take an invitation back that nobody accepted."""
    invitations = InvitationRepository(work)
    invitation = await invitations.get_for_update(invitation_id)
    if invitation.user_id:
        raise rules.InvitationGone()
    await invitations.delete(invitation)


async def accept(
    context: Context, token: str, password: str, name: str | None, device: Device
) -> Any:
    """Join the company; accepted again with the same password, the same user."""
    throttles, nobody = context.kept(Throttles), without_account(device.address)
    await throttles.check(nobody, device.address)
    found = await context.system.look_up("tenant_of_invitation", token_hash(token))
    if not found:
        await throttles.count_failure(nobody, device.address)
        raise rules.InvitationGone()
    tenant_id, invitation_id = found[0]["tenant_id"], found[0]["invitation_id"]
    async with context.database.work(system(tenant_id, context.service)) as work:
        invitation = await InvitationRepository(work).get(invitation_id)
    proof = await _prove(context, invitation.email, password, device)
    user_id = new_id()
    async with context.database.work(Caller(tenant_id, f"user:{user_id}")) as work:
        user = await _join(work, invitation_id, user_id, proof, name)
        # The token of the invitation proves nothing: whoever invited has seen it too.
        tenant = await TenantRepository(work).get(tenant_id)
        await send_email_check(work, context, user, tenant.name)
        return user


async def _join(
    work: UnitOfWork, invitation_id: UUID, user_id: UUID, proof: _Proof, name: str | None
) -> Any:
    invitations = InvitationRepository(work)
    invitation = await invitations.get_for_update(invitation_id)
    if invitation.user_id:
        return await UserRepository(work).get(invitation.user_id)
    if invitation.expires_at <= work.now:
        raise rules.InvitationGone()
    if await RoleRepository(work).find(invitation.role_id) is None:
        raise rules.InvitationGone()
    identity_id, _ = await claim_identity(
        work, proof.identity_id, invitation.email, proof.password_hash
    )
    if identity_id != proof.identity_id:  # the address signed up elsewhere just now
        raise rules.OtherPassword(field="password")
    tenant = await TenantRepository(work).get(work.tenant_id)
    known = {team.id for team in await TeamRepository(work).every()}
    user = await add_user(
        work, id=user_id, identity_id=identity_id, name=name or invitation.name,
        email=invitation.email, locale=tenant.locale, role_id=invitation.role_id,
        team_ids=sorted(known & set(invitation.team_ids)),
    )  # fmt: skip
    await invitations.update(invitation, user_id=user.id)
    return user


async def _prove(context: Context, email: str, password: str, device: Device) -> _Proof:
    """A new address takes a new password; a known one proves who it is with its own.

    The token alone proves nothing: whoever invited has seen it too.
    """
    hasher, throttles = context.kept(Passwords), context.kept(Throttles)
    found = await context.system.look_up("identity_by_email", email)
    if not found:
        passwords.check(password, email)
        return _Proof(new_id(), await hasher.hash(password))
    await throttles.check(email, device.address)
    if not await hasher.verify(found[0]["password_hash"], password):
        await throttles.count_failure(email, device.address)
        raise rules.OtherPassword(field="password")
    return _Proof(found[0]["identity_id"], found[0]["password_hash"])


async def _check_new(work: UnitOfWork, email: str, team_ids: list[UUID]) -> None:
    if await UserRepository(work).by_email(email):
        raise users.AlreadyMember(field="email")
    if set(team_ids) - {team.id for team in await TeamRepository(work).every()}:
        raise users.UnknownTeam(field="team_ids")


async def _announce(work: UnitOfWork, context: Context, invitation: Invitation, url: str) -> None:
    tenant = await TenantRepository(work).get(work.tenant_id)
    inviter = None
    if work.caller.user_id:
        inviter = await UserRepository(work).find(work.caller.user_id)
    sealed = context.crypto.seal(work.tenant_id, url.encode(), _SEALED_FOR)
    work.publish(events.user_invited(
        invitation, sealed, locale=tenant.locale, tenant_name=tenant.name,
        inviter=inviter.name if inviter else "",
    ))  # fmt: skip
