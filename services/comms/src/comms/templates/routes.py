"""The HTTP door of templates."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from comms import mime
from comms.templates import use_cases
from comms.templates.repository import TemplateRepository
from comms.templates.schemas import (
    PreviewRequest,
    PreviewView,
    TemplateCreate,
    TemplateFilters,
    TemplateUpdate,
    TemplateView,
)
from refs.reading import ensure_tenant

routes = router("/v1/templates", "Templates")
_EXAMPLE = {
    "name": "Welcome",
    "subject": "مرحبًا {{ client.name }}",
    "body": "مرحبًا {{ client.name }}،\n\nيسعدنا انضمامك إلى {{ tenant.name }}.",
    "language": "ar",
}


@routes.get("", permission="comms:read", response_model=Page[TemplateView])
async def list_templates(
    work: Work, pages: Pages, filters: Annotated[TemplateFilters, Query()]
) -> Json:
    """Templates, by name."""
    given = filters.model_dump(exclude_none=True)
    return Json(await TemplateRepository(work).listing.page(work, pages, given))


@routes.post("", permission="comms:write", status=201, example=_EXAMPLE)
async def create_template(work: Work, body: TemplateCreate) -> TemplateView:
    """Keep a text to be filled in and sent."""
    return TemplateView.model_validate(await use_cases.create_template(work, **body.model_dump()))


@routes.get("/{template_id}", permission="comms:read")
async def get_template(work: Work, template_id: UUID) -> TemplateView:
    """A template."""
    return TemplateView.model_validate(await TemplateRepository(work).get(template_id))


@routes.patch("/{template_id}", permission="comms:write", example={"name": "Welcome, new client"})
async def update_template(work: Work, template_id: UUID, body: TemplateUpdate) -> TemplateView:
    """Change a template; messages that were queued with it stay as they are."""
    changes = body.model_dump(exclude_unset=True)
    template = await use_cases.update_template(work, template_id, **changes)
    return TemplateView.model_validate(template)


@routes.delete("/{template_id}", permission="comms:delete")
async def delete_template(work: Work, template_id: UUID) -> None:
    """Remove a template; messages sent with it stay."""
    await use_cases.delete_template(work, template_id)


@routes.post("/{template_id}/preview", permission="comms:read", example={"variables": {}})
async def preview_template(
    work: Work, context: Context, template_id: UUID, body: PreviewRequest
) -> PreviewView:
    """What a client would read; nothing is sent."""
    client = await context.peers.clients.get(work, body.client_id) if body.client_id else None
    await ensure_tenant(context, work.tenant_id)
    facts = await use_cases.facts(work, body.variables, client=client)
    written = await use_cases.write(work, template_id, facts)
    html = mime.page(written.body, work.caller.locale or "en")
    return PreviewView(subject=written.subject, body=written.body, html=html)
