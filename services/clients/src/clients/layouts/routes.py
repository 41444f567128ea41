"""HTTP door of layouts."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from clients.layouts import use_cases
from clients.layouts.repository import LIST, LayoutRepository
from clients.layouts.schemas import LayoutCreate, LayoutUpdate, LayoutView

routes = router("/v1/layouts", "Layouts")

READ, MANAGE = "clients:read", "clients:manage"


@routes.get("", permission=READ, response_model=Page[LayoutView])
async def list_layouts(
    work: Work, pages: Pages, folder_id: Annotated[UUID | None, Query()] = None
) -> Json | Page[LayoutView]:
    """List the layouts; with a folder the one that holds for it: its own or from above."""
    layout = await use_cases.layout_of(work, folder_id)
    if folder_id is not None:
        total = 1 if pages.count else None
        return Page(items=[LayoutView.model_validate(layout)], next_cursor=None, total=total)
    values = await LayoutRepository(work).scope_values()
    return Json(await LIST.page(work, pages, {}, **values))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"folder_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "groups": [{"key": "case", "label": {"ar": "الملف الطبي", "en": "Medical file"}}],
             "sections": [{"key": "profile", "group": "case"}, {"key": "insurance"},
                          {"key": "bookings", "label": {"ar": "الزيارات", "en": "Visits"}}]},
)  # fmt: skip
async def create_layout(work: Work, body: LayoutCreate) -> LayoutView:
    """Lay the clients of a folder out in its own way."""
    layout = await use_cases.create_layout(work, body.model_dump())
    return LayoutView.model_validate(layout)


@routes.get("/{layout_id}", permission=READ)
async def get_layout(work: Work, layout_id: UUID) -> LayoutView:
    """Read a layout."""
    return LayoutView.model_validate(await LayoutRepository(work).get(layout_id))


@routes.patch(
    "/{layout_id}", permission=MANAGE,
    example={"sections": [{"key": "profile"}, {"key": "invoices", "enabled": False}]},
)  # fmt: skip
async def update_layout(work: Work, layout_id: UUID, body: LayoutUpdate) -> LayoutView:
    """Change the sections of a layout, their order, groups and labels."""
    given = {name: getattr(body, name) for name in body.model_fields_set}
    changes = {name: [one.model_dump() for one in listed] for name, listed in given.items()}
    return LayoutView.model_validate(await use_cases.update_layout(work, layout_id, changes))


@routes.delete("/{layout_id}", permission=MANAGE)
async def delete_layout(work: Work, layout_id: UUID) -> None:
    """Let a folder be laid out as those above it again."""
    await use_cases.delete_layout(work, layout_id)
