"""What can be done with categories."""

from typing import Any
from uuid import UUID

from billing.entry_categories.repository import EntryCategoryRepository
from billing.entry_categories.rules import Kind, UnknownEntryCategory
from billing.entry_categories.tables import EntryCategory
from chassis.work import UnitOfWork


async def check_category(work: UnitOfWork, kind: Kind, category_id: UUID | None) -> None:
    """Raises UnknownEntryCategory."""
    if category_id is None:
        return
    found = await EntryCategoryRepository(work).find(category_id)
    if found is None or not found.is_active or found.kind != kind:
        raise UnknownEntryCategory(field="entry_category_id")


async def create_category(work: UnitOfWork, values: dict[str, Any]) -> EntryCategory:
    """Add a category."""
    category, _ = await EntryCategoryRepository(work).add_once(**values)
    return category


async def update_category(
    work: UnitOfWork, category_id: UUID, changes: dict[str, Any]
) -> EntryCategory:
    """Change a category, or put it away."""
    categories = EntryCategoryRepository(work)
    return await categories.update(await categories.get_for_update(category_id), **changes)


async def delete_category(work: UnitOfWork, category_id: UUID) -> None:
    """Remove a category that nothing was written down under."""
    categories = EntryCategoryRepository(work)
    await categories.delete(await categories.get_for_update(category_id))
