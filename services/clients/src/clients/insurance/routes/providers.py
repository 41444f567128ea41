"""HTTP door of insurers."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from clients.insurance.repository.providers import LIST, ProviderRepository
from clients.insurance.schemas import (
    ProviderCreate,
    ProviderFilters,
    ProviderUpdate,
    ProviderView,
)
from clients.insurance.tables import Provider
from clients.insurance.use_cases import providers as use_cases

routes = router("/v1/insurance/providers", "Insurance")

READ, MANAGE = "clients:read", "clients:manage"


@routes.get("", permission=READ, response_model=Page[ProviderView])
async def list_insurance_providers(
    work: Work, pages: Pages, query: Annotated[ProviderFilters, Query()]
) -> Json:
    """List the insurance providers."""
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True)))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": {"ar": "شركة التأمين الأولى", "en": "First Insurance"},
             "contacts": [{"name": "قسم الموافقات", "phone": "+966112223344"}]},
)  # fmt: skip
async def create_insurance_provider(work: Work, body: ProviderCreate) -> ProviderView:
    """Add an insurance provider."""
    values = body.model_dump() | {"name": body.name.stored()}
    return _shown(await use_cases.create_provider(work, values))


@routes.get("/{provider_id}", permission=READ)
async def get_insurance_provider(work: Work, provider_id: UUID) -> ProviderView:
    """Read an insurance provider."""
    return _shown(await ProviderRepository(work).get(provider_id))


@routes.patch("/{provider_id}", permission=MANAGE, example={"archived": True})
async def update_insurance_provider(
    work: Work, provider_id: UUID, body: ProviderUpdate
) -> ProviderView:
    """Change an insurance provider; an archived one takes no new policies."""
    changes = body.model_dump(exclude_unset=True)
    if "name" in changes:
        changes["name"] = body.name.stored()
    return _shown(await use_cases.update_provider(work, provider_id, changes))


@routes.delete("/{provider_id}", permission=MANAGE)
async def delete_insurance_provider(work: Work, provider_id: UUID) -> None:
    """Remove an insurance provider that no policy names."""
    await use_cases.delete_provider(work, provider_id)


def _shown(provider: Provider) -> ProviderView:
    return ProviderView.model_validate(asdict(provider) | {"archived": provider.is_archived})
