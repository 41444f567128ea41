"""HTTP door of files."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from chassis.http.content import send_content
from chassis.http.router import Context, Json, Pages, Sent, Work, router
from chassis.http.uploads import Upload
from chassis.paging import Page
from clients.files.repository.files import FileRepository, pattern
from clients.files.schemas import (
    ContentQuery,
    DownloadCreate,
    DownloadView,
    FileCreate,
    FileFilters,
    FileUpdate,
    FileVersionView,
    FileView,
    VersionCreate,
)
from clients.files.use_cases import changing, reading
from refs.home import today

routes = router("/v1/files", "Files")

READ, WRITE = "clients:read", "clients:write"


@routes.get("", permission=READ, response_model=Page[FileView])
async def list_files(work: Work, pages: Pages, query: Annotated[FileFilters, Query()]) -> Json:
    """List the files about the clients you see, the newest first."""
    filters = query.model_dump(exclude_none=True)
    if query.type:
        filters["type"] = [pattern(one) for one in query.type]
    return Json(await FileRepository(work).page(pages, filters, await today(work)))


@routes.post(
    "", permission=WRITE, status=201, response_model=FileView, upload=FileCreate,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057", "name": "عقد الخدمة.txt",
             "kind": "contract", "tags": ["2026"], "expires_on": "2030-01-31",
             "file": "عقد تقديم خدمات"},
)  # fmt: skip
async def add_file(
    work: Work, context: Context, sent: Annotated[Upload[FileCreate], Sent]
) -> Json:  # fmt: skip
    """Keep a file about a client; what it is, is told by its bytes."""
    file = await changing.add_file(work, context, sent)
    return await _shown(work, file.id)


@routes.get("/{file_id}", permission=READ, response_model=FileView)
async def get_file(work: Work, file_id: UUID) -> Json:
    """Read what is known of a file."""
    return Json(*await FileRepository(work).read(file_id))


@routes.patch(
    "/{file_id}", permission=WRITE, response_model=FileView,
    example={"name": "العقد الموقّع.txt", "expires_on": "2031-01-31"},
)  # fmt: skip
async def update_file(work: Work, file_id: UUID, body: FileUpdate) -> Json:
    """Change what is said of a file."""
    await changing.update_file(work, file_id, body.model_dump(exclude_unset=True))
    return await _shown(work, file_id)


@routes.delete("/{file_id}", permission=WRITE)
async def delete_file(work: Work, file_id: UUID) -> None:
    """Remove a file with its versions and links for good; who added it and managers may."""
    await changing.delete_file(work, file_id)


@routes.post("/{file_id}/archive", permission=WRITE, response_model=FileView)
async def archive_file(work: Work, file_id: UUID) -> Json:
    """Put a file away; its links lead nowhere meanwhile."""
    await changing.archive_file(work, file_id, archived=True)
    return await _shown(work, file_id)


@routes.post("/{file_id}/restore", permission=WRITE, response_model=FileView)
async def restore_file(work: Work, file_id: UUID) -> Json:
    """Take a file out of the archive."""
    await changing.archive_file(work, file_id, archived=False)
    return await _shown(work, file_id)


@routes.get("/{file_id}/versions", permission=READ, response_model=Page[FileVersionView])
async def list_file_versions(work: Work, pages: Pages, file_id: UUID) -> Json:
    """List what a file was, the newest first."""
    return Json(await FileRepository(work).versions(pages, file_id))


@routes.post(
    "/{file_id}/versions", permission=WRITE, status=201, response_model=FileView,
    upload=VersionCreate,
    example={"name": "العقد بعد التعديل.txt", "file": "عقد تقديم خدمات، معدّل"},
)  # fmt: skip
async def add_file_version(
    work: Work, context: Context, file_id: UUID, sent: Annotated[Upload[VersionCreate], Sent]
) -> Json:
    """Let a file be what is sent now; what it was before stays and can be downloaded."""
    await changing.add_version(work, context, file_id, sent)
    return Json(*await FileRepository(work).read(file_id), location=f"/v1/files/{file_id}")


@routes.get(
    "/{file_id}/content", permission=READ, response_model=None, head=True,
    files=("*/*",),
)  # fmt: skip
async def download_file(
    work: Work, context: Context, request: Request, file_id: UUID,
    query: Annotated[ContentQuery, Query()],
) -> Response:  # fmt: skip
    """Download a file or a part of it (Range), the newest version unless told."""
    content = await reading.content_of(work, context, file_id, query.number, inline=query.inline)
    return await send_content(request, content)


@routes.post(
    "/{file_id}/download-links", permission=READ, status=201, response_model=DownloadView,
    secrets=("download_url",), example={"inline": True},
)  # fmt: skip
async def make_download_link(
    work: Work, context: Context, file_id: UUID, body: DownloadCreate | None = None
) -> DownloadView:
    """Have a link that works for five minutes without signing in, while you may see the file."""
    asked = body or DownloadCreate()
    path, until = await reading.download_link(work, file_id, asked.number, inline=asked.inline)
    base = context.chassis_settings.public_url.rstrip("/")
    return DownloadView(download_url=f"{base}{path}", expires_at=until)


async def _shown(work: Work, file_id: UUID) -> Json:
    return Json(*await FileRepository(work).read(file_id), location=file_id)
