"""HTTP door of API keys."""

from uuid import UUID

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from edge.api_keys import use_cases
from edge.api_keys.repository import LIST, ApiKeyRepository
from edge.api_keys.schemas import ApiKeyCreate, ApiKeyCreated, ApiKeyView

routes = router("/v1/api-keys", "API keys")


@routes.get("", permission="identity:manage", response_model=Page[ApiKeyView])
async def list_api_keys(work: Work, pages: Pages) -> Json:
    """List the keys that hold, without their secrets."""
    return Json(await LIST.page(work, pages, {}))


@routes.post(
    "", permission="identity:manage", status=201, secrets=("secret",),
    example={"name": "Website", "permissions": ["clients:read", "clients:write"]},
)  # fmt: skip
async def create_api_key(work: Work, body: ApiKeyCreate) -> ApiKeyCreated:
    """Make a key; its secret is shown now and never again."""
    key, secret = await use_cases.create_api_key(work, body.model_dump())
    view = ApiKeyView.model_validate(key)
    return ApiKeyCreated(**view.model_dump(), secret=secret)


@routes.get("/{api_key_id}", permission="identity:manage")
async def get_api_key(work: Work, api_key_id: UUID) -> ApiKeyView:
    """Read a key, without its secret."""
    return ApiKeyView.model_validate(await ApiKeyRepository(work).get(api_key_id))


@routes.delete("/{api_key_id}", permission="identity:manage")
async def revoke_api_key(work: Work, context: Context, api_key_id: UUID) -> None:
    """End a key, in every service at once."""
    await use_cases.revoke_api_key(work, context, api_key_id)
