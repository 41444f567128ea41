"""HTTP door of the gateway's own refusals: Traefik's errors middleware asks here."""

from typing import Annotated

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from chassis import telemetry
from chassis.http import problems
from chassis.http.door import PUBLIC
from chassis.http.router import router
from edge.problems import rules

routes = router("/internal/problems", "Internal")


@routes.get("/{status}", permission=PUBLIC, hidden=True)
async def get_problem(
    request: Request, status: Annotated[int, Path(ge=400, le=599)],
    instance: Annotated[str, Query(max_length=10_000)] = "",
) -> Response:  # fmt: skip
    """Say a status of the gateway as a problem document."""
    known = rules.OF_STATUS.get(status)
    failure = known() if known else problems.of_status(status)
    # Only the path: a query may hold what should not be repeated.
    path = instance.partition("?")[0]
    with telemetry.continue_from(request.headers.get("traceparent")):
        return problems.problem(failure, path, problems.locale_of(request))
