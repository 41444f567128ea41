"""HTTP door of custom fields."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from clients.custom_fields.repository import LIST, CustomFieldRepository
from clients.custom_fields.schemas import (
    CustomFieldCreate,
    CustomFieldFilters,
    CustomFieldUpdate,
    CustomFieldView,
)  # fmt: skip
from clients.custom_fields.use_cases import definitions as use_cases

routes = router("/v1/custom-fields", "Custom fields")

READ: Final = "clients:read"
MANAGE: Final = "clients:manage"


@routes.get("", permission=READ, response_model=Page[CustomFieldView])
async def list_custom_fields(
    work: Work, pages: Pages, query: Annotated[CustomFieldFilters, Query()]
) -> Json:
    """List the custom fields; `folder_id` gives those that clients of the folder have."""
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True)))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"key": "skin_type", "label": {"ar": "نوع البشرة", "en": "Skin type"},
             "type": "choice", "searchable": True, "group": "عيادة", "options": [
                 {"key": "dry", "label": {"ar": "جافة", "en": "Dry"}, "color": "#f2994a"},
                 {"key": "oily", "label": {"ar": "دهنية", "en": "Oily"}}]},
)  # fmt: skip
async def create_custom_field(work: Work, body: CustomFieldCreate) -> CustomFieldView:
    """Add a field of the company's own to its clients."""
    made = await use_cases.create_custom_field(work, _columns(body, exclude_unset=False))
    return CustomFieldView.model_validate(made)


@routes.get("/{custom_field_id}", permission=READ)
async def get_custom_field(work: Work, custom_field_id: UUID) -> CustomFieldView:
    """Read a custom field."""
    return CustomFieldView.model_validate(await CustomFieldRepository(work).get(custom_field_id))


@routes.patch(
    "/{custom_field_id}", permission=MANAGE,
    example={"label": {"ar": "البشرة", "en": "Skin"}, "required": False, "order": 3},
)  # fmt: skip
async def update_custom_field(
    work: Work, custom_field_id: UUID, body: CustomFieldUpdate
) -> CustomFieldView:
    """Change a custom field; its key, type and currency stay."""
    changes = _columns(body, exclude_unset=True)
    return CustomFieldView.model_validate(
        await use_cases.update_custom_field(work, custom_field_id, changes)
    )


@routes.delete("/{custom_field_id}", permission=MANAGE)
async def delete_custom_field(work: Work, custom_field_id: UUID) -> None:
    """Remove a custom field; where clients have values of it, it is archived instead."""
    await use_cases.delete_custom_field(work, custom_field_id)


def _columns(body: CustomFieldCreate | CustomFieldUpdate, *, exclude_unset: bool) -> dict[str, Any]:
    """The columns a body gives; a label or an option without one of the languages lacks it."""
    values = body.model_dump(exclude_unset=exclude_unset)
    if "label" in values:
        values["label"] = body.label.stored()
    if "options" in values:
        values["options"] = [
            {**option.model_dump(), "label": option.label.stored()} for option in body.options
        ]
    return values
