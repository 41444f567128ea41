"""HTTP door of tags."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from clients.tags import use_cases
from clients.tags.repository import LIST, TagRepository
from clients.tags.rules import key_of
from clients.tags.schemas import TagCreate, TagUpdate, TagView

routes = router("/v1/tags", "Tags")

MANAGE = "clients:manage"
Names = Annotated[list[str] | None, Query(max_length=50)]


@routes.get("", permission="clients:read", response_model=Page[TagView])
async def list_tags(work: Work, pages: Pages, name: Names = None) -> Json:
    """List the tags."""
    await use_cases.ensure_started(work)
    keys = [key_of(one) for one in name] if name else None
    return Json(await LIST.page(work, pages, {"key": keys}))


@routes.post("", permission=MANAGE, status=201, example={"name": "Newsletter"})
async def create_tag(work: Work, body: TagCreate) -> TagView:
    """Add a tag."""
    return TagView.model_validate(await use_cases.create_tag(work, body.model_dump()))


@routes.get("/{tag_id}", permission="clients:read")
async def get_tag(work: Work, tag_id: UUID) -> TagView:
    """Read a tag."""
    return TagView.model_validate(await TagRepository(work).get(tag_id))


@routes.patch("/{tag_id}", permission=MANAGE, example={"color": "#27ae60"})
async def update_tag(work: Work, tag_id: UUID, body: TagUpdate) -> TagView:
    """Rename or recolour a tag; clients keep it under its new name."""
    changes = body.model_dump(exclude_unset=True)
    return TagView.model_validate(await use_cases.update_tag(work, tag_id, changes))


@routes.delete("/{tag_id}", permission=MANAGE)
async def delete_tag(work: Work, tag_id: UUID) -> None:
    """Remove a tag, also from the clients that have it."""
    await use_cases.delete_tag(work, tag_id)
