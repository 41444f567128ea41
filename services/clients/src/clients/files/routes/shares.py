"""HTTP door of links to files: for those who give them out, and for strangers who come by one."""

import asyncio
import base64
import binascii
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from chassis.http.content import send_content
from chassis.http.door import PUBLIC
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from clients.files.repository.files import FileRepository
from clients.files.repository.shares import ShareRepository
from clients.files.rules import shares as rules
from clients.files.schemas import NewShareView, ShareCreate, ShareView
from clients.files.use_cases import reading, sharing

routes = router("/v1/files/{file_id}/shares", "Files")
public = router("/v1/public", "Files")

READ, WRITE = "clients:read", "clients:write"
_BYTES = ("*/*",)


@routes.get("", permission=READ, response_model=Page[ShareView])
async def list_file_shares(work: Work, pages: Pages, file_id: UUID) -> Json:
    """List the links that were given out to a file."""
    await FileRepository(work).get(file_id)
    return Json(await ShareRepository(work).page(pages, file_id))


@routes.post(
    "", permission=WRITE, status=201, response_model=NewShareView, secrets=("share_url",),
    example={"max_downloads": 5, "password": "كلمة للمستلم"},
)  # fmt: skip
async def share_file(
    work: Work, context: Context, file_id: UUID, body: ShareCreate | None = None
) -> NewShareView:
    """Give out a link to a file for somebody outside; it is shown this once."""
    asked = body or ShareCreate()
    hashed = None
    if asked.password:
        hashed = await asyncio.to_thread(rules.password_hash, asked.password)
    file, share, token = await sharing.share_file(work, file_id, asked, hashed)
    base = context.chassis_settings.public_url.rstrip("/")
    return NewShareView(
        id=share.id, version=share.version, created_at=share.created_at,
        updated_at=share.updated_at, client_id=file.client_id,
        url=f"/v1/clients/{file.client_id}", file_id=file_id, author=share.author,
        expires_at=share.expires_at, max_downloads=share.max_downloads, downloads=0,
        has_password=hashed is not None, share_url=f"{base}/v1/public/files/{token}",
    )  # fmt: skip


@routes.delete("/{share_id}", permission=WRITE)
async def revoke_file_share(work: Work, file_id: UUID, share_id: UUID) -> None:
    """Let a link lead nowhere any more."""
    await sharing.revoke_share(work, file_id, share_id)


@public.get(
    "/files/{token}", permission=PUBLIC, response_model=None, files=_BYTES, head=True,
    guessed=True,
)  # fmt: skip
async def download_shared_file(context: Context, request: Request, token: str) -> Response:
    """Download what a link leads to; one with a password asks for it by HTTP Basic."""
    counts = request.method != "HEAD"
    content = await sharing.shared_content(context, token, _password(request), counts=counts)
    return await send_content(request, content)


@public.get("/downloads/{token}", permission=PUBLIC, response_model=None, files=_BYTES, head=True)
async def download_by_link(context: Context, request: Request, token: str) -> Response:
    """Download by a link of minutes."""
    return await send_content(request, await reading.content_by_link(context, token))


def _password(request: Request) -> str | None:
    """Whatever the name beside it."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return None
