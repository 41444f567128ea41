"""Adding, changing and deactivating users; their rights change at once."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from diwan.identity.v1 import identity_pb2

from chassis.caller import Caller, system
from chassis.context import Context
from chassis.work import UnitOfWork
from edge.api_keys.use_cases import reconsider_keys_of, revoke_keys_of
from edge.revocations.use_cases import void
from edge.roles.use_cases import check_may_assign
from edge.sessions.use_cases import end_sessions
from edge.users import events, rules
from edge.users.repository import TeamRepository, UserRepository, rights_of
from edge.users.tables import User


async def user_rights(context: Context, tenant_id: UUID, user_id: UUID) -> Caller | None:
    """Who the user is now; None for one unknown or inactive."""
    async with context.database.work(system(tenant_id, context.service)) as work:
        return await rights_of(work, user_id)


async def add_user(work: UnitOfWork, **values: Any) -> User:
    """Make an identity a member of the company."""
    users = UserRepository(work)
    if await users.by_email(values["email"]):
        raise rules.AlreadyMember(field="email")
    user = await users.add(is_active=True, **values)
    await tell_teams(work, user.team_ids)
    work.publish(events.user_changed("created", user))
    return user


async def described_users(work: UnitOfWork) -> list[identity_pb2.User]:
    """All users, as other services know them."""
    return [events.user_message(user) for user in await UserRepository(work).every()]


async def update_user(
    work: UnitOfWork, context: Context, user_id: UUID, changes: dict[str, Any]
) -> User:
    """Change somebody's name, language, role or teams."""
    users = UserRepository(work)
    owners = await users.owners() if "role_id" in changes else set()
    user = await users.get_for_update(user_id)
    if changes.get("role_id", user.role_id) != user.role_id:
        await check_may_assign(work, user.role_id)
        role = await check_may_assign(work, changes["role_id"])
        if owners == {user.id} and role.builtin != "owner":
            raise rules.LastOwner(field="role_id")
    if "team_ids" in changes:
        changes["team_ids"] = sorted(set(changes["team_ids"]))
    changed = await change_user(work, context, user, changes)
    await tell_teams(work, set(user.team_ids) ^ set(changed.team_ids))
    return changed


async def change_user(
    work: UnitOfWork, context: Context, user: User, changes: dict[str, Any]
) -> User:
    """Write changes of a locked user; what their tokens say of rights or teams is void then."""
    changed = await UserRepository(work).update(user, **changes)
    if changed.version == user.version:
        return user
    if (changed.role_id, changed.team_ids) != (user.role_id, user.team_ids):
        await void(work, context, f"user.{user.id}")
        await reconsider_keys_of(work, context, f"user:{user.id}")
    work.publish(events.user_changed("updated", changed))
    return changed


async def deactivate_user(
    work: UnitOfWork, context: Context, user_id: UUID, hand_over_to: UUID | None
) -> User:
    """Sign somebody out for good and end the keys they made; their work goes to `hand_over_to`."""
    users = UserRepository(work)
    owners = await users.owners()
    user = await users.get_for_update(user_id)
    await check_may_assign(work, user.role_id)
    if owners == {user.id}:
        raise rules.LastOwner()
    await _check_heir(work, user, hand_over_to)
    if not user.is_active:
        return user
    left = await users.update(user, is_active=False)
    await end_sessions(work, context, user.id, "deactivated")
    await revoke_keys_of(work, context, f"user:{user.id}")
    await void(work, context, f"user.{user.id}")
    work.publish(events.user_changed("deactivated", left, hand_over_to))
    return left


async def reactivate_user(work: UnitOfWork, user_id: UUID) -> User:
    """Let somebody who left sign in again."""
    users = UserRepository(work)
    user = await users.get_for_update(user_id)
    await check_may_assign(work, user.role_id)
    if user.is_active:
        return user
    back = await users.update(user, is_active=True)
    work.publish(events.user_changed("updated", back))
    return back


async def tell_teams(work: UnitOfWork, team_ids: Iterable[UUID]) -> None:
    """Tell others who is in these teams now; raises UnknownTeam."""
    wanted = set(team_ids)
    if not wanted:
        return
    teams = TeamRepository(work)
    touched = await teams.touch(wanted)
    if len(touched) < len(wanted):
        raise rules.UnknownTeam(field="team_ids")
    members = await teams.member_ids(wanted)
    for team in touched:
        work.publish(events.team_changed("updated", team, members[team.id]))


async def _check_heir(work: UnitOfWork, user: User, hand_over_to: UUID | None) -> None:
    if hand_over_to is None:
        return
    heir = await UserRepository(work).find(hand_over_to)
    if heir is None or not heir.is_active or heir.id == user.id:
        raise rules.UnknownUser(field="hand_over_to")
