"""What can be done with insurers."""

from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from clients.insurance.repository.providers import ProviderRepository
from clients.insurance.rules import UnknownProvider
from clients.insurance.tables import Provider


async def check_provider(work: UnitOfWork, provider_id: UUID) -> None:
    """Raises UnknownProvider."""
    found = await ProviderRepository(work).find(provider_id)
    if found is None or found.is_archived:
        raise UnknownProvider(field="provider_id")


async def create_provider(work: UnitOfWork, values: dict[str, Any]) -> Provider:
    """Add an insurer."""
    provider, _ = await ProviderRepository(work).add_once(**values, is_archived=False)
    return provider


async def update_provider(work: UnitOfWork, provider_id: UUID, changes: dict[str, Any]) -> Provider:
    """Change an insurer, or put it away."""
    providers = ProviderRepository(work)
    if "archived" in changes:
        changes["is_archived"] = changes.pop("archived")
    return await providers.update(await providers.get_for_update(provider_id), **changes)


async def delete_provider(work: UnitOfWork, provider_id: UUID) -> None:
    """Remove an insurer that no policy names."""
    providers = ProviderRepository(work)
    await providers.delete(await providers.get_for_update(provider_id))
