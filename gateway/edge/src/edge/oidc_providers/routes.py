"""HTTP door of a company's sign-in providers."""

from uuid import UUID

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from edge.oidc_providers import rules, use_cases
from edge.oidc_providers.repository import LIST, OidcProviderRepository
from edge.oidc_providers.schemas import (
    OidcProviderCreate,
    OidcProviderUpdate,
    OidcProviderView,
)  # fmt: skip
from edge.oidc_providers.tables import OidcProvider

routes = router("/v1/oidc-providers", "Signing in")
_MANAGE = "identity:manage"


@routes.get("", permission=_MANAGE, response_model=Page[OidcProviderView])
async def list_oidc_providers(work: Work, context: Context, pages: Pages) -> Json:
    """List the company's own sign-in providers (OpenID Connect)."""
    return Json(await LIST.page(work, pages, {}, public_url=context.settings.public_url))


@routes.post(
    "", permission=_MANAGE, status=201,
    example={"name": "حسابات الشركة", "issuer": "https://accounts.example.com",
             "oidc_client_id": "diwan", "oidc_client_secret": "what the provider gave",
             "enabled": True},
)  # fmt: skip
async def create_oidc_provider(
    work: Work, context: Context, body: OidcProviderCreate
) -> OidcProviderView:
    """Set a sign-in provider up; register its `redirect_uri` there. For owners only."""
    return _view(context, await use_cases.create_provider(work, context, body.model_dump()))


@routes.get("/{oidc_provider_id}", permission=_MANAGE)
async def get_oidc_provider(
    work: Work, context: Context, oidc_provider_id: UUID
) -> OidcProviderView:
    """Read a sign-in provider; its secret is not shown."""
    return _view(context, await OidcProviderRepository(work).get(oidc_provider_id))


@routes.patch("/{oidc_provider_id}", permission=_MANAGE, example={"enabled": False})
async def update_oidc_provider(
    work: Work, context: Context, oidc_provider_id: UUID, body: OidcProviderUpdate
) -> OidcProviderView:
    """Change a sign-in provider; a required one leaves passwords to owners. For owners only."""
    changes = body.model_dump(exclude_unset=True)
    return _view(
        context, await use_cases.update_provider(work, context, oidc_provider_id, changes)
    )  # fmt: skip


@routes.delete("/{oidc_provider_id}", permission=_MANAGE)
async def delete_oidc_provider(work: Work, oidc_provider_id: UUID) -> None:
    """Remove a sign-in provider; nobody signs in by it any more. For owners only."""
    await use_cases.delete_provider(work, oidc_provider_id)


def _view(context: Context, provider: OidcProvider) -> OidcProviderView:
    public_url = context.settings.public_url
    same = ("id", "version", "created_at", "updated_at", "name", "issuer", "oidc_client_id")
    return OidcProviderView(
        **{name: getattr(provider, name) for name in same},
        enabled=provider.is_enabled, required=provider.is_required,
        redirect_uri=rules.callback_url(public_url, provider.id),
        sign_in_url=rules.sign_in_url(public_url, provider.id),
    )  # fmt: skip
