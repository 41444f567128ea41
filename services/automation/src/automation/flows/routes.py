"""HTTP door of flows."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query

from automation.catalogue.rules import catalogue
from automation.flows.repository import LIST, FlowRepository
from automation.flows.schemas import CatalogueView, FlowCreate, FlowFilters, FlowUpdate, FlowView
from automation.flows.use_cases import edit
from automation.steps.rules import shapes
from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page

routes = router("/v1/flows", "Flows")

EXAMPLE: Final[dict[str, Any]] = {
    "name": "Welcome new VIP clients",
    "enabled": True,
    "trigger": {
        "event": "clients.client.created",
        "condition": {"field": "client.source", "operator": "eq", "value": "expo"},
    },
    "steps": [
        {"type": "add_tags", "tags": ["VIP"]},
        {"type": "wait", "hours": 1},
        {"type": "send_message", "channel": "email", "subject": "Welcome, {{ client.name }}",
         "body": "We are glad to have you with us."},
    ],
}  # fmt: skip


@routes.get("/catalogue", permission="automation:read")
async def get_catalogue() -> CatalogueView:
    """Read which events, fields, operators and steps flows can be made of."""
    return CatalogueView.model_validate(catalogue.published() | {"steps": shapes.published()})


@routes.get("", permission="automation:read", response_model=Page[FlowView])
async def list_flows(work: Work, pages: Pages, filters: Annotated[FlowFilters, Query()]) -> Json:
    """List the flows, with when each last ran, how often, and how often it failed."""
    return Json(await LIST.page(work, pages, filters.model_dump(mode="json")))


@routes.post("", permission="automation:write", status=201, example=EXAMPLE)
async def create_flow(work: Work, body: FlowCreate) -> FlowView:
    """Make a flow."""
    values = {"id": body.id, "name": body.name, "is_enabled": body.enabled}
    flow = await edit.create_flow(work, values, body.trigger, body.steps)
    return await _view(work, flow.id)


@routes.get("/{flow_id}", permission="automation:read")
async def get_flow(work: Work, flow_id: UUID) -> FlowView:
    """Read a flow."""
    return await _view(work, flow_id)


@routes.patch("/{flow_id}", permission="automation:write", example={"enabled": False})
async def update_flow(work: Work, flow_id: UUID, body: FlowUpdate) -> FlowView:
    """Change a flow, or switch it on or off."""
    given = body.model_dump(include={"name", "trigger"}, exclude_unset=True)
    if "enabled" in body.model_fields_set:
        given["is_enabled"] = body.enabled
    steps = body.steps if "steps" in body.model_fields_set else None
    await edit.update_flow(work, flow_id, given, steps)
    return await _view(work, flow_id)


@routes.delete("/{flow_id}", permission="automation:delete")
async def delete_flow(work: Work, flow_id: UUID) -> None:
    """Remove a flow; its runs stay to be read."""
    await edit.delete_flow(work, flow_id)


async def _view(work: Work, flow_id: UUID) -> FlowView:
    return FlowView.model_validate_json(await FlowRepository(work).shown(flow_id))
