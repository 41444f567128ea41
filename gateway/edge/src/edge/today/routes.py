"""HTTP door of somebody's day."""

from starlette.requests import Request

from chassis.http.door import SIGNED_IN
from chassis.http.router import Context, Work, router
from edge.today import use_cases
from edge.today.schemas import TodayView
from edge.workspace.use_cases import Reader

routes = router("/v1/today", "Workspace")


@routes.get("", permission=SIGNED_IN)
async def read_today(work: Work, context: Context, request: Request) -> TodayView:
    """Read what you have to do today: appointments, tasks, what is overdue, whom to follow up at
    no time that is set, and what is unread.

    A section whose service is down says so and since when; the rest is there.
    """
    return await use_cases.read_today(work, Reader(context.peers, request.headers))
