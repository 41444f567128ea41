"""HTTP door of actions."""

from dataclasses import asdict
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from scheduling.actions import use_cases
from scheduling.actions.repository import LIST, ActionRepository
from scheduling.actions.schemas import ActionCreate, ActionFilters, ActionUpdate, ActionView
from scheduling.actions.tables import Action

routes = router("/v1/actions", "Actions")

READ, MANAGE = "scheduling:read", "scheduling:manage"
# Fields → columns, where they differ.
_COLUMNS: Final = {"order": "position", "active": "is_active"}


@routes.get("", permission=READ, response_model=Page[ActionView])
async def list_actions(work: Work, pages: Pages, query: Annotated[ActionFilters, Query()]) -> Json:
    """List the actions, in the order in which they are offered."""
    await use_cases.ensure_started(work)
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True)))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": {"ar": "إرسال عقد", "en": "Send a contract"}, "subject": "client",
             "order": 20},
)  # fmt: skip
async def create_action(work: Work, body: ActionCreate) -> ActionView:
    """Add an action."""
    return _shown(await use_cases.create_action(work, _columns(body, body.model_dump())))


@routes.get("/{action_id}", permission=READ)
async def get_action(work: Work, action_id: UUID) -> ActionView:
    """Read an action."""
    return _shown(await ActionRepository(work).get(action_id))


@routes.patch("/{action_id}", permission=MANAGE, example={"active": False})
async def update_action(work: Work, action_id: UUID, body: ActionUpdate) -> ActionView:
    """Rename or move an action, or put it away."""
    changes = _columns(body, body.model_dump(exclude_unset=True))
    return _shown(await use_cases.update_action(work, action_id, changes))


@routes.delete("/{action_id}", permission=MANAGE)
async def delete_action(work: Work, action_id: UUID) -> None:
    """Remove an action that nothing was to be done by."""
    await use_cases.delete_action(work, action_id)


def _columns(body: ActionCreate | ActionUpdate, given: dict[str, Any]) -> dict[str, Any]:
    if "name" in given:
        given["name"] = body.name.stored()
    return {_COLUMNS.get(name, name): value for name, value in given.items()}


def _shown(action: Action) -> ActionView:
    named = {"order": action.position, "active": action.is_active}
    return ActionView.model_validate(asdict(action) | named)
