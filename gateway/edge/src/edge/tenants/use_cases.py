"""Signing companies up, and changing their settings."""

from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from diwan.identity.v1 import identity_pb2

from chassis.caller import Caller, system
from chassis.context import Context
from chassis.idempotency import Claim
from chassis.ids import new_id
from chassis.work import UnitOfWork
from edge.mail_links.use_cases import send_email_check
from edge.passwords import rules as passwords
from edge.passwords.use_cases import Passwords
from edge.roles.rules import PERMISSIONS
from edge.roles.use_cases import described_roles, seed_roles
from edge.sessions.rules import Device
from edge.tenants import events, rules
from edge.tenants.repository import TenantRepository
from edge.tenants.tables import Tenant
from edge.throttles.use_cases import Throttles
from edge.users import rules as users
from edge.users.repository import claim_identity
from edge.users.use_cases.teams import described_teams
from edge.users.use_cases.users import add_user, described_users

_INSTALLATION: Final = UUID(int=0)
_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Founder:
    """Who signs up: a new identity, or a known one that gave its password."""

    email: str
    identity_id: UUID
    password_hash: str
    user_id: UUID

    def caller(self, tenant_id: UUID) -> Caller:
        """The founder as owner of the company to be."""
        return Caller(
            tenant_id, f"user:{self.user_id}", PERMISSIONS, "all", user_id=self.user_id,
            is_owner=True,
        )  # fmt: skip


async def admit_founder(context: Context, email: str, password: str, device: Device) -> Founder:
    """Check the address and password of a new owner; raises EmailTaken for another's address."""
    address = users.address(email, "owner.email")
    passwords.check(password, address, "owner.password")
    throttles, hasher = context.kept(Throttles), context.kept(Passwords)
    await throttles.check(address, device.address)
    await throttles.spend("sign_ups", device.address)
    await throttles.spend("mails_to", f"check {address}")
    found = await context.system.look_up("identity_by_email", address)
    if not found:
        return Founder(address, new_id(), await hasher.hash(password), new_id())
    known = found[0]
    if not await hasher.verify(known["password_hash"], password):
        await throttles.count_failure(address, device.address)
        raise rules.EmailTaken(field="owner.email")
    return Founder(address, known["identity_id"], known["password_hash"], new_id())


def claim_sign_up(work: UnitOfWork, context: Context, key: str, body: str) -> None:
    """Answer a repeated sign-up as the first time; the company's id comes from the key.

    The body holds a password, so its digest is made with a key that the database does not have.
    """
    digest = context.crypto.fingerprint(_INSTALLATION, body)
    work.claim = Claim(sha256(key.encode()).digest(), digest)


async def found_company(
    work: UnitOfWork, context: Context, founder: Founder, company: dict[str, Any],
    owner: dict[str, Any],
) -> tuple[Tenant, Any]:  # fmt: skip
    """Make a company with its built-in roles and its owner."""
    customs = rules.customs_of(company["country"])
    identity_id, _ = await claim_identity(
        work, founder.identity_id, founder.email, founder.password_hash
    )
    if identity_id != founder.identity_id:  # somebody signed up with the address just now
        raise rules.EmailTaken(field="owner.email")
    [owner_role, *_] = await seed_roles(work)
    tenant = await TenantRepository(work).add(
        id=work.tenant_id, **_settings(customs, company), **_NOTHING
    )
    user = await add_user(
        work, id=founder.user_id, identity_id=identity_id, name=owner["name"],
        email=founder.email, locale=owner["locale"] or tenant.locale, role_id=owner_role.id,
        team_ids=[],
    )  # fmt: skip
    staff, roles = await described_users(work), await described_roles(work)
    work.publish(events.tenant_created(tenant, staff, roles))
    await send_email_check(work, context, user, tenant.name)
    return tenant, user


async def update_settings(work: UnitOfWork, changes: dict[str, Any]) -> Tenant:
    """Change how the company presents itself and counts days."""
    tenants = TenantRepository(work)
    tenant = await tenants.get_for_update(work.tenant_id)
    changed = await tenants.update(tenant, **_checked(tenant, changes))
    if changed.version != tenant.version:
        work.publish(events.tenant_updated(changed))
    return changed


async def described_tenant(work: UnitOfWork, *, alone: bool = False) -> identity_pb2.Tenant:
    """The company as other services know it, with its people unless alone; raises NotFound."""
    found = events.message(await TenantRepository(work).get(work.tenant_id))
    if alone:
        return found
    found.users.extend(await described_users(work))
    found.roles.extend(await described_roles(work))
    found.teams.extend(await described_teams(work))
    return found


async def every_tenant(context: Context) -> AsyncIterator[identity_pb2.Tenant]:
    """All companies with their people, each as it is when it is read."""
    last = UUID(int=0)
    while found := await context.system.look_up("tenants_after", last, _AT_ONCE):
        for row in found:
            async with context.database.work(system(row["tenant_id"], context.service)) as work:
                described = await described_tenant(work)
            yield described
        last = found[-1]["tenant_id"]


_NOTHING: Final = {
    "vat_number": "", "registration_number": "", "phone": "", "email": "", "website": "",
    "logo_url": "", "numerals": "latin", "address": {}, "hijri_display": False,
}  # fmt: skip


def _settings(customs: rules.Customs, company: dict[str, Any]) -> dict[str, Any]:
    wishes = {name: company[name] for name in ("currency", "timezone", "locale") if company[name]}
    return asdict(customs) | {"name": company["name"]} | _known(wishes)


def _checked(tenant: Tenant, changes: dict[str, Any]) -> dict[str, Any]:
    checked = _known(changes)
    if "legal_name" in checked:
        checked["name"] = checked.pop("legal_name")
    if "country" in checked:
        checked["country"] = rules.customs_of(checked["country"]).country
    if checked.get("email"):
        checked["email"] = users.address(checked["email"])
    if "address" in checked:
        checked["address"] = {**tenant.address, **checked["address"]}
    return checked


def _known(values: dict[str, Any]) -> dict[str, Any]:
    known = dict(values)
    if "currency" in known:
        known["currency"] = rules.check_currency(known["currency"])
    if "timezone" in known:
        known["timezone"] = rules.check_timezone(known["timezone"])
    return known
