"""HTTP door of reveals."""

from uuid import UUID

from chassis.http.router import Work, router
from clients.reveals import use_cases
from clients.reveals.schemas import Reveal, Revealed

routes = router("/v1/clients", "Clients")


@routes.post(
    "/{client_id}/reveal", permission="clients:reveal", secrets=("national_id", "custom_fields"),
    example={"fields": ["national_id"]},
)  # fmt: skip
async def reveal_client(work: Work, client_id: UUID, body: Reveal | None = None) -> Revealed:
    """Show a client's sensitive fields in clear; who read which is audited."""
    fields = body.fields if body else None
    return await use_cases.reveal_client(work, client_id, fields)
