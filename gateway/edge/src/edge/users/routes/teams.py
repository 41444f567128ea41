"""HTTP door of teams."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.door import SIGNED_IN
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from edge.users.repository import TEAMS, TeamRepository
from edge.users.schemas import TeamCreate, TeamUpdate, TeamView
from edge.users.tables import Team
from edge.users.use_cases import teams as use_cases

routes = router("/v1/teams", "Users and roles")


@routes.get("", permission=SIGNED_IN, response_model=Page[TeamView])
async def list_teams(
    work: Work, pages: Pages, name: Annotated[str | None, Query(max_length=200)] = None
) -> Json:
    """List the company's teams."""
    return Json(await TEAMS.page(work, pages, {"name": name}))


@routes.post("", permission="identity:manage", status=201, example={"name": "فريق الرياض"})
async def create_team(work: Work, context: Context, body: TeamCreate) -> TeamView:
    """Make a team."""
    return await _view(work, await use_cases.create_team(work, context, body.model_dump()))


@routes.get("/{team_id}", permission=SIGNED_IN)
async def get_team(work: Work, team_id: UUID) -> TeamView:
    """Read a team."""
    return await _view(work, await TeamRepository(work).get(team_id))


@routes.patch(
    "/{team_id}", permission="identity:manage", visible_to=SIGNED_IN, example={"name": "Jeddah"}
)
async def update_team(work: Work, context: Context, team_id: UUID, body: TeamUpdate) -> TeamView:
    """Change a team's name or members."""
    changes = body.model_dump(exclude_unset=True)
    return await _view(work, await use_cases.update_team(work, context, team_id, changes))


@routes.delete("/{team_id}", permission="identity:manage", visible_to=SIGNED_IN)
async def delete_team(work: Work, context: Context, team_id: UUID) -> None:
    """Remove a team; its members stay."""
    await use_cases.delete_team(work, context, team_id)


async def _view(work: Work, team: Team) -> TeamView:
    members = await TeamRepository(work).member_ids([team.id])
    return TeamView(
        id=team.id, version=team.version, created_at=team.created_at, updated_at=team.updated_at,
        name=team.name, member_ids=members[team.id],
    )  # fmt: skip
