"""HTTP door of health: is the edge alive, and is everything behind it ready?"""

from starlette.responses import Response

from chassis.http.door import PUBLIC
from chassis.http.router import JSON, Context, router
from edge.health.schemas import HealthView
from edge.peers import Views

routes = router("", "Health")
_NOT_KEPT = {"Cache-Control": "no-store"}


@routes.get("/healthz", permission=PUBLIC)
async def is_alive() -> HealthView:
    """Whether the edge is alive."""
    return HealthView(ready=True)


@routes.get("/readyz", permission=PUBLIC, response_model=HealthView)
async def is_ready(context: Context) -> Response:
    """Whether every service is ready; says which is not."""
    views: Views = context.peers
    own = all(context.ready.values()) and not context.draining
    services = {"edge": own, **await views.ready()}
    view = HealthView(ready=all(services.values()), services=services)
    status = 200 if view.ready else 503
    return Response(view.model_dump_json(), status, _NOT_KEPT, JSON)
