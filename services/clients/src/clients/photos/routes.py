"""HTTP door of photos."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from chassis.http.content import send_content
from chassis.http.router import Context, Json, Sent, Work, router
from chassis.http.uploads import Upload
from clients.clients.repository.rows import ClientRepository
from clients.photos import use_cases
from clients.photos.schemas import PhotoFields, PhotographedView, PhotoQuery

routes = router("/v1/clients/{client_id}/photo", "Clients")

READ, WRITE = "clients:read", "clients:write"
_DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9Qz0AEYBxV"
    "SF+FABJADveWkH6oAAAAAElFTkSuQmCC"
)


@routes.get(
    "", permission=READ, response_model=None, head=True, files=("image/webp", "image/svg+xml")
)
async def get_client_photo(
    work: Work, context: Context, request: Request, client_id: UUID,
    query: Annotated[PhotoQuery, Query()],
) -> Response:  # fmt: skip
    """The client's photo, or its initials where it has none."""
    picture = await use_cases.picture_of(work, context, client_id, int(query.size))
    return await send_content(request, picture)


@routes.post(
    "",
    permission=WRITE,
    response_model=PhotographedView,
    upload=PhotoFields,
    example={"file": _DOT},
)
async def set_client_photo(
    work: Work, context: Context, client_id: UUID, sent: Annotated[Upload[PhotoFields], Sent]
) -> Json:
    """Give a client a photo: the middle of a picture, made anew."""
    await use_cases.set_photo(work, context, client_id, sent)
    return Json(*await ClientRepository(work).read(client_id))


@routes.delete("", permission=WRITE)
async def remove_client_photo(work: Work, client_id: UUID) -> None:
    """Let a client have its initials again."""
    await use_cases.remove_photo(work, client_id)
