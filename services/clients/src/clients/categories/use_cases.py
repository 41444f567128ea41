"""What can be done with categories."""

from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from clients.categories.repository import CategoryRepository
from clients.categories.rules import UnknownCategory
from clients.categories.tables import Category


async def check_category(work: UnitOfWork, category_id: UUID | None) -> None:
    """Raises UnknownCategory."""
    if category_id and await CategoryRepository(work).find(category_id) is None:
        raise UnknownCategory(field="category_id")


async def create_category(work: UnitOfWork, values: dict[str, Any]) -> Category:
    """Add a category."""
    category, _ = await CategoryRepository(work).add_once(**values)
    return category


async def update_category(work: UnitOfWork, category_id: UUID, changes: dict[str, Any]) -> Category:
    """Rename or recolour a category."""
    categories = CategoryRepository(work)
    return await categories.update(await categories.get_for_update(category_id), **changes)


async def delete_category(work: UnitOfWork, category_id: UUID) -> None:
    """Remove a category that no client is in."""
    categories = CategoryRepository(work)
    await categories.let_go(category_id)  # clients first, as whoever parts two of them locks them
    await categories.delete(await categories.get_for_update(category_id))
