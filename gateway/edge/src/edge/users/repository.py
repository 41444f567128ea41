"""All SQL of users and teams, and the rights that come from users' roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Text,
    Uuid,
    any_,
    bindparam,
    func,
    select,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.caller import Caller
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.work import UnitOfWork
from edge.roles.tables import roles
from edge.users.tables import Team, User, teams, users

_OURS: Final = users.c.tenant_id == bindparam("tenant_id")
_JOIN: Final = (roles.c.tenant_id == users.c.tenant_id) & (roles.c.id == users.c.role_id)


def _any(name: str) -> ColumnElement[Any]:
    return any_(bindparam(name, type_=ARRAY(Uuid)))


_ALL: Final = statement(select(*users.c).where(_OURS).order_by(users.c.id))
_MEMBERS: Final = statement(
    select(*users.c)
    .where(_OURS, bindparam("team_id", type_=Uuid) == any_(users.c.team_ids))
    .order_by(users.c.id)
    .with_for_update()
)
_NAMED: Final = statement(
    select(*users.c).where(_OURS, users.c.id == _any("ids")).order_by(users.c.id).with_for_update()
)
_BY_EMAIL: Final = statement(select(*users.c).where(_OURS, users.c.email == bindparam("email")))
_OWNERS: Final = statement(
    select(users.c.id)
    .join(roles, _JOIN)
    .where(_OURS, users.c.is_active, roles.c.builtin == "owner")
    .order_by(users.c.id)
    .with_for_update(of=users)
)
_RIGHTS: Final = (
    select(
        users.c.id, users.c.role_id, users.c.team_ids, users.c.locale, roles.c.permissions,
        roles.c.visibility, (roles.c.builtin == "owner").label("is_owner"),
    )
    .join(roles, _JOIN)
    .where(_OURS, users.c.id == bindparam("id"), users.c.is_active)
)  # fmt: skip
_RIGHTS_NOW: Final = statement(_RIGHTS)
# Held until the token is dated: a change of rights that comes later voids it.
_RIGHTS_HELD: Final = statement(_RIGHTS.with_for_update(read=True))
USERS: Final = ListQuery(
    source=users,
    columns={
        name: users.c[name]
        for name in ("id", "version", "created_at", "updated_at", "name", "email", "locale",
                     "role_id", "team_ids", "is_active")
    },
    where=(_OURS,),
    filters={
        "role_id": users.c.role_id == _any("role_id"),
        "team_id": users.c.team_ids.overlap(bindparam("team_id", type_=ARRAY(Uuid))),
        "email": users.c.email == bindparam("email", type_=Text),
        "is_active": users.c.is_active == bindparam("is_active"),
    },
    sorts={"created_at": users.c.created_at, "name": users.c.name, "email": users.c.email},
    default_sort="created_at", key=users.c.id,
)  # fmt: skip


_PASSWORD: Final = statement(select(func.password_of(bindparam("id", type_=Uuid))))
_STORE_PASSWORD: Final = statement(
    select(func.change_password(bindparam("id", type_=Uuid), bindparam("hash", type_=Text)))
)
_CLAIM: Final = statement(
    select("*").select_from(
        func.claim_identity(
            bindparam("id", type_=Uuid),
            bindparam("email", type_=Text),
            bindparam("hash", type_=Text),
        ).table_valued("identity_id", "is_new")
    )
)
_IDENTITY: Final = statement(
    select("*").select_from(
        func.identity_of(bindparam("id", type_=Uuid)).table_valued(
            "password_changed_at", "email_verified_at"
        )
    )
)
_RESET_PASSWORD: Final = statement(
    select(func.reset_password_of(
        bindparam("id", type_=Uuid), bindparam("hash", type_=Text),
        bindparam("known", type_=DateTime(timezone=True)),
    ))
)  # fmt: skip
_VERIFY_ADDRESS: Final = statement(select(func.verify_address_of(bindparam("id", type_=Uuid))))
_OUR_TEAMS: Final = teams.c.tenant_id == bindparam("tenant_id")
_MEMBERS_OF: Final = func.array(
    select(users.c.id)
    .where(users.c.tenant_id == teams.c.tenant_id, teams.c.id == any_(users.c.team_ids))
    .order_by(users.c.id)
    .correlate(teams)
    .scalar_subquery()
)
_ALL_TEAMS: Final = statement(select(*teams.c).where(_OUR_TEAMS).order_by(teams.c.id))
_MEMBER_IDS: Final = statement(
    select(teams.c.id, _MEMBERS_OF).where(_OUR_TEAMS, teams.c.id == _any("ids"))
)
_TOUCH: Final = statement(
    update(teams)
    .where(_OUR_TEAMS, teams.c.id == _any("ids"))
    .values(
        version=teams.c.version + 1, updated_at=bindparam("now", type_=DateTime(timezone=True))
    )
    .returning(*teams.c)
)  # fmt: skip
TEAMS: Final = ListQuery(
    source=teams,
    columns={
        "id": teams.c.id, "version": teams.c.version, "created_at": teams.c.created_at,
        "updated_at": teams.c.updated_at, "name": teams.c.name, "member_ids": _MEMBERS_OF,
    },
    where=(_OUR_TEAMS,), filters={"name": teams.c.name == bindparam("name", type_=Text)},
    sorts={"created_at": teams.c.created_at, "name": teams.c.name}, default_sort="created_at",
    key=teams.c.id,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of a person above their companies."""

    password_changed_at: datetime
    email_verified_at: datetime | None


class UserRepository(Repository[User]):
    """Users of the tenant: all of staff know each other."""

    table = users
    row = User

    async def every(self) -> list[User]:
        """All of them, in the order they joined."""
        return await self.all(_ALL)

    async def members(self, team_id: UUID) -> list[User]:
        """A team's, locked for a change."""
        return await self.all(_MEMBERS, team_id=team_id)

    async def named(self, ids: Iterable[UUID]) -> list[User]:
        """Those of the ids that are here, locked for a change."""
        return await self.all(_NAMED, ids=list(ids))

    async def by_email(self, email: str) -> User | None:
        """The user with the address."""
        return await self.one(_BY_EMAIL, email=email)

    async def owners(self) -> set[UUID]:
        """The active owners, locked, so that two of them do not leave at once."""
        rows = await self.work.fetch(_OWNERS, tenant_id=self.work.tenant_id)
        return {row["id"] for row in rows}


class TeamRepository(Repository[Team]):
    """Teams of the tenant."""

    table = teams
    row = Team

    async def every(self) -> list[Team]:
        """All of them, in the order they were made."""
        return await self.all(_ALL_TEAMS)

    async def touch(self, ids: Iterable[UUID]) -> list[Team]:
        """Raise the versions of teams whose members change; unknown ids are left out."""
        return await self.all(_TOUCH, ids=sorted(ids), now=self.work.now)

    async def member_ids(self, ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
        """Who is in each of the teams."""
        rows = await self.work.fetch(_MEMBER_IDS, tenant_id=self.work.tenant_id, ids=list(ids))
        return {row[0]: row[1] for row in rows}


async def rights_of(work: UnitOfWork, user_id: UUID, *, hold: bool = False) -> Caller | None:
    """Who the user is now; None for one unknown or inactive.

    `hold` keeps user and role as they are until the work ends.
    """
    query = _RIGHTS_HELD if hold else _RIGHTS_NOW
    row = await work.fetchrow(query, tenant_id=work.tenant_id, id=user_id)
    if row is None:
        return None
    return Caller(
        tenant_id=work.tenant_id, principal=f"user:{user_id}", user_id=user_id,
        permissions=frozenset(row["permissions"]), visibility=row["visibility"],
        role_id=row["role_id"], is_owner=bool(row["is_owner"]),
        team_ids=tuple(row["team_ids"]), locale=row["locale"],
    )  # fmt: skip


async def password_of(work: UnitOfWork, user_id: UUID) -> str | None:
    """The hash of the password of a user of this tenant."""
    kept: str | None = await work.fetchval(_PASSWORD, id=user_id)
    return kept


async def store_password(work: UnitOfWork, user_id: UUID, password_hash: str) -> None:
    """Another hash for a user of this tenant, and so for their identity everywhere."""
    await work.execute(_STORE_PASSWORD, id=user_id, hash=password_hash)


async def identity_of(work: UnitOfWork, user_id: UUID) -> Identity:
    """What is known of the identity of a user of this tenant."""
    row = await work.fetchrow(_IDENTITY, id=user_id)
    assert row is not None  # noqa: S101 - every user has one
    return Identity(**row)


async def reset_password_of(
    work: UnitOfWork, user_id: UUID, password_hash: str, known: datetime
) -> bool:
    """Another hash and a proved address; False where the password changed since `known`."""
    return bool(await work.fetchval(_RESET_PASSWORD, id=user_id, hash=password_hash, known=known))


async def verify_address_of(work: UnitOfWork, user_id: UUID) -> None:
    """Note that a user of this tenant has proved their address."""
    await work.execute(_VERIFY_ADDRESS, id=user_id)


async def claim_identity(
    work: UnitOfWork, identity_id: UUID, email: str, password_hash: str
) -> tuple[UUID, bool]:
    """The identity of an address and whether it was made just now, with this id and password."""
    row = await work.fetchrow(_CLAIM, id=identity_id, email=email, hash=password_hash)
    assert row is not None  # noqa: S101 - the function always gives one
    return row["identity_id"], row["is_new"]
