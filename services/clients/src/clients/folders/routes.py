"""HTTP door of folders."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from clients.folders import use_cases
from clients.folders.repository import LIST, FolderRepository, StatusRepository
from clients.folders.schemas import (
    AccessEntry,
    FolderCreate,
    FolderUpdate,
    FolderView,
    StatusCreate,
    StatusUpdate,
    StatusView,
)  # fmt: skip
from refs.visibility import sight_of

routes = router("/v1/folders", "Folders")

MANAGE = "clients:manage"
Access = Annotated[list[AccessEntry], Body(max_length=500)]


@routes.get("", permission="clients:read", response_model=Page[FolderView])
async def list_folders(
    work: Work, pages: Pages, parent_id: Annotated[UUID | None, Query()] = None
) -> Json:
    """List the folders with their statuses and how many clients are in each."""
    await use_cases.outline(work)
    sight = await sight_of(work)
    filters = {"parent_id": parent_id}
    return Json(await LIST[sight.sees_all].page(work, pages, filters, **sight.values()))


@routes.post(
    "", permission=MANAGE, status=201, response_model=FolderView,
    example={"name": {"ar": "مشاريع", "en": "Projects"}, "statuses": [
        {"name": {"ar": "قيد التنفيذ", "en": "In progress"}, "color": "#2f80ed"},
        {"name": {"ar": "مُسلَّم", "en": "Delivered"}, "color": "#27ae60", "is_closed": True}]},
)  # fmt: skip
async def create_folder(work: Work, body: FolderCreate) -> Json:
    """Add a folder with its own list of statuses."""
    folder = await use_cases.create_folder(work, body.model_dump(exclude_none=True))
    return Json(*await FolderRepository(work).read(folder.id), location=folder.id)


@routes.get("/{folder_id}", permission="clients:read", response_model=FolderView)
async def get_folder(work: Work, folder_id: UUID) -> Json:
    """Read a folder."""
    return Json(*await FolderRepository(work).read(folder_id))


@routes.patch(
    "/{folder_id}", permission=MANAGE, response_model=FolderView,
    example={"name": {"ar": "مشاريع كبيرة", "en": "Large projects"}},
)  # fmt: skip
async def update_folder(work: Work, folder_id: UUID, body: FolderUpdate) -> Json:
    """Rename a folder, or move it in the tree."""
    await use_cases.update_folder(work, folder_id, body.model_dump(exclude_unset=True))
    return Json(*await FolderRepository(work).read(folder_id))


@routes.delete("/{folder_id}", permission=MANAGE)
async def delete_folder(work: Work, folder_id: UUID) -> None:
    """Remove an empty folder."""
    await use_cases.delete_folder(work, folder_id)


@routes.get("/{folder_id}/statuses", permission="clients:read")
async def list_statuses(work: Work, folder_id: UUID) -> Page[StatusView]:
    """List the statuses of a folder."""
    await FolderRepository(work).get(folder_id)
    found = await StatusRepository(work).of_folder(folder_id)
    return Page(items=[StatusView.model_validate(s) for s in found], next_cursor=None)


@routes.post(
    "/{folder_id}/statuses", permission=MANAGE, status=201,
    example={"name": {"ar": "بانتظار الرد", "en": "Awaiting reply"}, "color": "#f2994a"},
)  # fmt: skip
async def add_status(work: Work, folder_id: UUID, body: StatusCreate) -> StatusView:
    """Add a status to a folder."""
    status = await use_cases.add_status(work, folder_id, body.model_dump(exclude_none=True))
    return StatusView.model_validate(status)


@routes.patch("/{folder_id}/statuses/{status_id}", permission=MANAGE, example={"color": "#eb5757"})
async def update_status(
    work: Work, folder_id: UUID, status_id: UUID, body: StatusUpdate
) -> StatusView:
    """Rename, recolour or reorder a status, or make it the default."""
    changes = body.model_dump(exclude_unset=True)
    return StatusView.model_validate(
        await use_cases.update_status(work, folder_id, status_id, changes)
    )


@routes.delete("/{folder_id}/statuses/{status_id}", permission=MANAGE)
async def delete_status(work: Work, folder_id: UUID, status_id: UUID) -> None:
    """Remove a status that no client has."""
    await use_cases.delete_status(work, folder_id, status_id)


@routes.get("/{folder_id}/access", permission=MANAGE, response_model=list[AccessEntry])
async def get_access(work: Work, folder_id: UUID) -> list[dict[str, str]]:
    """Read who may do what with the clients of a folder."""
    folders = FolderRepository(work)
    await folders.get(folder_id)
    return await folders.access(folder_id)


@routes.put(
    "/{folder_id}/access", permission=MANAGE, response_model=list[AccessEntry],
    example=[{"principal": "role:01890a5d-ac96-774b-bcce-b302099a8057", "level": "read"}],
)  # fmt: skip
async def change_access(work: Work, folder_id: UUID, body: Access) -> list[dict[str, str]]:
    """Replace who may do what with the clients of a folder."""
    return await use_cases.change_access(work, folder_id, [e.model_dump() for e in body])
