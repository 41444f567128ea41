"""Finding whose account it is that a provider vouches for, linking and unlinking."""

from dataclasses import dataclass
from uuid import UUID

from chassis.caller import Caller, system
from chassis.context import Context
from chassis.errors import Invalid
from chassis.work import UnitOfWork
from edge.oidc_identities.repository import OidcIdentityRepository, OwnOidcIdentityRepository
from edge.oidc_identities.tables import OidcIdentity
from edge.users import rules as users
from edge.users.repository import UserRepository, identity_of


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a provider has just seen; the address is empty unless the provider proved it."""

    tenant_id: UUID
    issuer: str
    subject: str
    verified_email: str


@dataclass(frozen=True, slots=True)
class Member:
    """The user whose account it is."""

    id: UUID
    email: str
    is_active: bool


async def user_of(context: Context, account: Account) -> Member | None:
    """The active user who signs in by this account, linked at the first time; None for nobody."""
    async with context.database.work(system(account.tenant_id, context.service)) as work:
        known = await OidcIdentityRepository(work).of(account.issuer, account.subject)
        if known is None:
            member = await _by_address(work, account.verified_email)
        else:
            user = await UserRepository(work).get(known.user_id)
            member = Member(user.id, user.email, user.is_active)
    if member is None or not member.is_active:
        return None
    async with context.database.work(Caller(account.tenant_id, f"user:{member.id}")) as work:
        linked = known or await _link(work, account, member.id)
        if linked is None:
            return None
        await OidcIdentityRepository(work).note_use(linked)
    return member


async def unlink(work: UnitOfWork, identity_id: UUID) -> None:
    """Forget one of the caller's own accounts."""
    identities = OwnOidcIdentityRepository.own(work)
    await identities.delete(await identities.get_for_update(identity_id))


async def _by_address(work: UnitOfWork, email: str) -> Member | None:
    """Proved on both sides: by the provider, and by a link that was mailed to it."""
    try:
        user = await UserRepository(work).by_email(users.address(email))
    except Invalid:
        return None
    if user is None or (await identity_of(work, user.id)).email_verified_at is None:
        return None
    return Member(user.id, user.email, user.is_active)


async def _link(work: UnitOfWork, account: Account, user_id: UUID) -> OidcIdentity | None:
    """None where the user signs in by another account of the provider already."""
    identities = OidcIdentityRepository(work)
    made = await identities.add_unless_taken(
        user_id=user_id, issuer=account.issuer, subject=account.subject,
        email=account.verified_email,
    )  # fmt: skip
    if made is not None:
        return made
    # Somebody was quicker: perhaps this very person, in another window.
    found = await identities.of(account.issuer, account.subject)
    return found if found and found.user_id == user_id else None
