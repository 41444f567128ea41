"""Making and changing teams, and who is in them."""

from typing import Any
from uuid import UUID

from diwan.identity.v1 import identity_pb2

from chassis.context import Context
from chassis.work import UnitOfWork
from edge.users import events, rules
from edge.users.repository import TeamRepository, UserRepository
from edge.users.tables import Team
from edge.users.use_cases.users import change_user


async def create_team(work: UnitOfWork, context: Context, values: dict[str, Any]) -> Team:
    """Make a team; the same id and body again give the same team."""
    member_ids = values.pop("member_ids")
    team, is_new = await TeamRepository(work).add_once(**values)
    if is_new:
        await _set_members(work, context, team, member_ids)
        work.publish(events.team_changed("created", team, sorted(set(member_ids))))
    return team


async def described_teams(work: UnitOfWork) -> list[identity_pb2.Team]:
    """All teams, as other services know them."""
    teams = TeamRepository(work)
    every = await teams.every()
    members = await teams.member_ids(team.id for team in every)
    return [events.team_message(team, members[team.id]) for team in every]


async def update_team(
    work: UnitOfWork, context: Context, team_id: UUID, changes: dict[str, Any]
) -> Team:
    """Change a team's name or members; what members see changes at once."""
    teams = TeamRepository(work)
    team = await teams.get_for_update(team_id)
    member_ids = changes.pop("member_ids", None)
    changed = await teams.update(team, **changes)
    is_other = member_ids is not None and await _set_members(work, context, team, member_ids)
    if is_other and changed.version == team.version:
        [changed] = await teams.touch([team.id])
    if changed.version != team.version:
        members = await teams.member_ids([team.id])
        work.publish(events.team_changed("updated", changed, members[team.id]))
    return changed


async def delete_team(work: UnitOfWork, context: Context, team_id: UUID) -> None:
    """Remove a team; its members stay."""
    teams = TeamRepository(work)
    team = await teams.get_for_update(team_id)
    await _set_members(work, context, team, [])
    await teams.delete(team)
    work.publish(events.team_changed("deleted", team, []))


async def _set_members(
    work: UnitOfWork, context: Context, team: Team, member_ids: list[UUID]
) -> bool:
    users = UserRepository(work)
    before = {user.id: user for user in await users.members(team.id)}
    joining = set(member_ids) - set(before)
    joined = await users.named(joining)
    if len(joined) < len(joining):
        raise rules.UnknownUser(field="member_ids")
    left = [user for user in before.values() if user.id not in set(member_ids)]
    for user in joined:
        teams = sorted([*user.team_ids, team.id])
        await change_user(work, context, user, {"team_ids": teams})
    for user in left:
        teams = [one for one in user.team_ids if one != team.id]
        await change_user(work, context, user, {"team_ids": teams})
    return bool(joined or left)
