"""HTTP door of erasing clients."""

from uuid import UUID

from chassis.http.router import Work, router
from clients.erasures import use_cases
from clients.erasures.schemas import Erase, ErasurePreview, ErasureView

routes = router("/v1/clients/{client_id}/erase", "Clients")

ERASE = "clients:erase"


@routes.post("", permission=ERASE, example={})
async def erase_client(work: Work, client_id: UUID, body: Erase | None = None) -> ErasureView:
    """Erase a client for good, with everything about it; nothing brings it back."""
    return await use_cases.erase_client(work, client_id, body.confirm if body else None)


@routes.post("/preview", permission=ERASE)
async def preview_erasure(work: Work, client_id: UUID) -> ErasurePreview:
    """Show what erasing a client would take, without erasing it."""
    return await use_cases.preview_erasure(work, client_id)
