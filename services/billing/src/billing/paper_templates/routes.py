"""HTTP door of paper templates."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import Query

from billing.paper_templates import use_cases
from billing.paper_templates.repository import LIST, PaperTemplateRepository
from billing.paper_templates.schemas import (
    PaperTemplateCreate,
    PaperTemplateFilters,
    PaperTemplateUpdate,
    PaperTemplateView,
    columns,
)
from billing.paper_templates.tables import PaperTemplate
from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page

routes = router("/v1/paper-templates", "Company")

READ, MANAGE = "billing:read", "billing:manage"


@routes.get("", permission=READ, response_model=Page[PaperTemplateView])
async def list_paper_templates(
    work: Work, pages: Pages, query: Annotated[PaperTemplateFilters, Query()]
) -> Json:
    """List the styles of paper, by name."""
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True)))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": "الفواتير", "kind": "invoice", "accent_color": "#0f766e",
             "footer": {"ar": "مصرف الراجحي – آيبان SA03 8000 0000 6080 1016 7519"},
             "language": "both"},
)  # fmt: skip
async def create_paper_template(work: Work, body: PaperTemplateCreate) -> PaperTemplateView:
    """Add a style of paper."""
    return _shown(await use_cases.create_template(work, columns(body, body.model_dump())))


@routes.get("/{paper_template_id}", permission=READ)
async def get_paper_template(work: Work, paper_template_id: UUID) -> PaperTemplateView:
    """Read a style of paper."""
    return _shown(await PaperTemplateRepository(work).get(paper_template_id))


@routes.patch(
    "/{paper_template_id}", permission=MANAGE, example={"accent_color": "#7c3aed"}
)  # fmt: skip
async def update_paper_template(
    work: Work, paper_template_id: UUID, body: PaperTemplateUpdate
) -> PaperTemplateView:
    """Change a style of paper; also what was issued is printed so from now on."""
    changes = columns(body, body.model_dump(exclude_unset=True))
    return _shown(await use_cases.update_template(work, paper_template_id, changes))


@routes.delete("/{paper_template_id}", permission=MANAGE)
async def delete_paper_template(work: Work, paper_template_id: UUID) -> None:
    """Remove a style of paper that no document has."""
    await use_cases.delete_template(work, paper_template_id)


def _shown(template: PaperTemplate) -> PaperTemplateView:
    names = {"show_logo": template.shows_logo, "show_hijri": template.shows_hijri}
    return PaperTemplateView.model_validate(
        asdict(template) | names | {"active": template.is_active}
    )
