"""What the live stream reads to begin with: folders, teams, and places of clients."""

from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.work import UnitOfWork
from edge.stream.rules.surroundings import Place, Surroundings, place_of_ref
from edge.users.repository import TeamRepository
from refs import clients, visibility
from refs.reading import ensure_client


async def surroundings(context: Context, tenant_id: UUID) -> Surroundings:
    """A company's folders and teams as far as they are known here."""
    async with _work(context, tenant_id) as work:
        teams = TeamRepository(work)
        members = await teams.member_ids(team.id for team in await teams.every())
        return Surroundings(
            await visibility.folders_of(work), {team: frozenset(m) for team, m in members.items()}
        )


async def place(context: Context, tenant_id: UUID, client_id: UUID) -> Place | None:
    """Where a client is, asked of its service if nothing was heard of it yet."""
    async with _work(context, tenant_id) as work:
        found = await clients.client(work, client_id)
    if found is None:
        await ensure_client(context, tenant_id, client_id)
        async with _work(context, tenant_id) as work:
            found = await clients.client(work, client_id)
    return place_of_ref(found) if found else None


def _work(context: Context, tenant_id: UUID) -> UnitOfWork:
    return context.database.work(system(tenant_id, context.service))
