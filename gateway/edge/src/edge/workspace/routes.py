"""HTTP door of the workspace."""

from uuid import UUID

from starlette.requests import Request

from chassis.http.router import Context, Work, router
from edge.workspace import use_cases
from edge.workspace.schemas import WorkspaceView

routes = router("/v1/workspace", "Workspace")


@routes.get("/clients/{client_id}", permission="clients:read")
async def open_client(
    work: Work, context: Context, request: Request, client_id: UUID
) -> WorkspaceView:  # fmt: skip
    """Open a client: who it is and where it stands, each section's count and figure, next steps.

    A section whose service is down says so and since when; the rest is there.
    """
    reader = use_cases.Reader(context.peers, request.headers)
    return await use_cases.open_client(work, context, reader, client_id)
