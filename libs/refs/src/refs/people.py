"""The tenants, users, roles and teams a service remembers: taken over, and looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import any_, bindparam, not_, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from chassis.statements import statement
from chassis.together import Asked
from chassis.work import UnitOfWork
from refs.tables import identity_roles, identity_teams, identity_tenants, identity_users
from refs.upsert import remember, upsert

_TENANTS = upsert(identity_tenants)
_USERS = upsert(identity_users)
_ROLES = upsert(identity_roles)
_TEAMS = upsert(identity_teams)


@dataclass(frozen=True, slots=True)
class Tenant:
    """A company and its settings."""

    name: str
    country: str
    currency: str
    timezone: str
    locale: str


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff."""

    id: UUID
    name: str
    email: str
    locale: str
    is_active: bool


_PERSON = (
    identity_users.c.id, identity_users.c.name, identity_users.c.email, identity_users.c.locale,
    identity_users.c.is_active,
)  # fmt: skip
_TENANT = statement(
    select(
        identity_tenants.c.name, identity_tenants.c.country, identity_tenants.c.currency,
        identity_tenants.c.timezone, identity_tenants.c.locale,
    ).where(identity_tenants.c.tenant_id == bindparam("tenant_id"))
)  # fmt: skip
_USER = statement(
    select(*_PERSON).where(
        identity_users.c.tenant_id == bindparam("tenant_id"), identity_users.c.id == bindparam("id")
    )
)


def _any(name: str) -> Any:
    return any_(bindparam(name, type_=ARRAY(Uuid)))


_members = (
    select(identity_teams.c.id)
    .where(
        identity_teams.c.tenant_id == bindparam("tenant_id"),
        identity_teams.c.id == _any("team_ids"), not_(identity_teams.c.is_deleted),
        identity_users.c.id == any_(identity_teams.c.member_ids),
    )
    .exists()
)  # fmt: skip
_STAFF = statement(
    select(*_PERSON)
    .where(
        identity_users.c.tenant_id == bindparam("tenant_id"), identity_users.c.is_active,
        or_(identity_users.c.id == _any("user_ids"), identity_users.c.role_id == _any("role_ids"),
            _members),
    )
    .order_by(identity_users.c.id)
)  # fmt: skip


_NAMES = statement(
    select(identity_users.c.id, identity_users.c.name).where(
        identity_users.c.tenant_id == bindparam("tenant_id"),
        identity_users.c.id == _any("user_ids"),
    )
)


async def tenant(work: UnitOfWork) -> Tenant | None:
    """The work's tenant; None while it is not remembered (see `reading.ensure_tenant`)."""
    row = await work.fetchrow(_TENANT, tenant_id=work.tenant_id)
    return Tenant(**row) if row else None


async def user(work: UnitOfWork, user_id: UUID) -> Person | None:
    """A member of staff, active or not."""
    row = await work.fetchrow(_USER, tenant_id=work.tenant_id, id=user_id)
    return Person(**row) if row else None


async def staff(
    work: UnitOfWork, *, user_ids: Sequence[UUID] = (), team_ids: Sequence[UUID] = (),
    role_ids: Sequence[UUID] = (),
) -> list[Person]:  # fmt: skip
    """The active ones among these users, the members of these teams and the holders of roles."""
    query, values = asked_staff(work, user_ids=user_ids, team_ids=team_ids, role_ids=role_ids)
    return [Person(**row) for row in await work.fetch(query, **values)]


def asked_staff(
    work: UnitOfWork, *, user_ids: Sequence[UUID] = (), team_ids: Sequence[UUID] = (),
    role_ids: Sequence[UUID] = (),
) -> Asked:  # fmt: skip
    """What `staff` asks, to be read ahead."""
    return _STAFF, {
        "tenant_id": work.tenant_id, "user_ids": user_ids, "team_ids": team_ids,
        "role_ids": role_ids,
    }  # fmt: skip


async def names(work: UnitOfWork, user_ids: Sequence[UUID]) -> list[str]:
    """What some users are called, active or not, in the order in which they are named."""
    rows = await work.fetch(_NAMES, tenant_id=work.tenant_id, user_ids=user_ids)
    known = {row["id"]: row["name"] for row in rows}
    return [known[one] for one in user_ids if one in known]


async def remember_tenant(work: UnitOfWork, data: Mapping[str, Any]) -> None:
    """Take over a tenant with whatever users, roles and teams come along."""
    names = ("name", "country", "currency", "timezone", "locale", "version")
    await remember(work, _TENANTS, [{name: data.get(name) or _NOTHING[name] for name in names}])
    await remember_users(work, data.get("users", ()))
    await remember_roles(work, data.get("roles", ()))
    await remember_teams(work, data.get("teams", ()))


async def remember_users(work: UnitOfWork, users: Sequence[Mapping[str, Any]]) -> None:
    """Take over users, as proto JSON."""
    await remember(work, _USERS, [_user(one) for one in users])


async def remember_roles(
    work: UnitOfWork, roles: Sequence[Mapping[str, Any]], *, is_deleted: bool = False
) -> None:
    """Take over roles, as proto JSON."""
    await remember(work, _ROLES, [_role(one, is_deleted) for one in roles])


async def remember_teams(
    work: UnitOfWork, teams: Sequence[Mapping[str, Any]], *, is_deleted: bool = False
) -> None:
    """Take over teams, as proto JSON."""
    await remember(work, _TEAMS, [_team(one, is_deleted) for one in teams])


_NOTHING: dict[str, Any] = {
    "name": "", "country": "", "currency": "", "timezone": "", "locale": "", "version": 0,
}  # fmt: skip


def _user(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": data["id"], "version": data["version"], "name": data["name"],
        "email": data["email"], "locale": data.get("locale", ""),
        "role_id": data.get("role_id") or None, "team_ids": list(data.get("team_ids", ())),
        "is_active": data["is_active"],
    }  # fmt: skip


def _role(data: Mapping[str, Any], is_deleted: bool) -> dict[str, Any]:
    return {
        "id": data["id"], "version": data["version"], "name": data["name"],
        "permissions": list(data["permissions"]), "visibility": data["visibility"],
        "is_owner": data["is_owner"], "is_deleted": is_deleted,
    }  # fmt: skip


def _team(data: Mapping[str, Any], is_deleted: bool) -> dict[str, Any]:
    return {
        "id": data["id"], "version": data["version"], "name": data["name"],
        "member_ids": list(data.get("member_ids", ())), "is_deleted": is_deleted,
    }  # fmt: skip
