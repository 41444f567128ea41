"""HTTP door of categories."""

from uuid import UUID

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from clients.categories import use_cases
from clients.categories.repository import LIST, CategoryRepository
from clients.categories.schemas import CategoryCreate, CategoryUpdate, CategoryView

routes = router("/v1/categories", "Categories")

MANAGE = "clients:manage"


@routes.get("", permission="clients:read", response_model=Page[CategoryView])
async def list_categories(work: Work, pages: Pages) -> Json:
    """List the categories."""
    return Json(await LIST.page(work, pages, {}))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": {"ar": "كبار العملاء", "en": "Key accounts"}, "color": "#f2994a"},
)  # fmt: skip
async def create_category(work: Work, body: CategoryCreate) -> CategoryView:
    """Add a category."""
    values = body.model_dump(exclude_none=True)
    return CategoryView.model_validate(await use_cases.create_category(work, values))


@routes.get("/{category_id}", permission="clients:read")
async def get_category(work: Work, category_id: UUID) -> CategoryView:
    """Read a category."""
    return CategoryView.model_validate(await CategoryRepository(work).get(category_id))


@routes.patch("/{category_id}", permission=MANAGE, example={"color": "#2f80ed"})
async def update_category(work: Work, category_id: UUID, body: CategoryUpdate) -> CategoryView:
    """Rename or recolour a category."""
    changes = body.model_dump(exclude_unset=True, exclude_none=True)
    return CategoryView.model_validate(await use_cases.update_category(work, category_id, changes))


@routes.delete("/{category_id}", permission=MANAGE)
async def delete_category(work: Work, category_id: UUID) -> None:
    """Remove a category that no client is in."""
    await use_cases.delete_category(work, category_id)
