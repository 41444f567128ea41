"""HTTP door of users."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.door import SIGNED_IN
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from edge.users import rules
from edge.users.repository import USERS, UserRepository
from edge.users.schemas import Deactivation, UserFilters, UserUpdate, UserView
from edge.users.use_cases import users as use_cases

routes = router("/v1/users", "Users and roles")


@routes.get("", permission=SIGNED_IN, response_model=Page[UserView])
async def list_users(work: Work, pages: Pages, filters: Annotated[UserFilters, Query()]) -> Json:
    """List the company's users; those who left too, unless `is_active=true`."""
    chosen = filters.model_dump()
    if filters.email:
        chosen["email"] = rules.address(filters.email)
    return Json(await USERS.page(work, pages, chosen))


@routes.get("/{user_id}", permission=SIGNED_IN)
async def get_user(work: Work, user_id: UUID) -> UserView:
    """Read a user."""
    return UserView.model_validate(await UserRepository(work).get(user_id))


@routes.patch(
    "/{user_id}", permission="identity:manage", visible_to=SIGNED_IN, example={"locale": "en"}
)
async def update_user(work: Work, context: Context, user_id: UUID, body: UserUpdate) -> UserView:
    """Change a user's name, language, role or teams."""
    changes = body.model_dump(exclude_unset=True)
    return UserView.model_validate(await use_cases.update_user(work, context, user_id, changes))


@routes.post(
    "/{user_id}/deactivate", permission="identity:manage", visible_to=SIGNED_IN, example={}
)
async def deactivate_user(
    work: Work, context: Context, user_id: UUID, body: Deactivation | None = None
) -> UserView:
    """End somebody's access and hand their open work to somebody else."""
    heir = body.hand_over_to if body else None
    return UserView.model_validate(await use_cases.deactivate_user(work, context, user_id, heir))


@routes.post("/{user_id}/reactivate", permission="identity:manage", visible_to=SIGNED_IN)
async def reactivate_user(work: Work, user_id: UUID) -> UserView:
    """Let somebody who left in again."""
    return UserView.model_validate(await use_cases.reactivate_user(work, user_id))
