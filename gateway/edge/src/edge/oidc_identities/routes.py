"""HTTP door of one's own linked accounts."""

from uuid import UUID

from chassis.http.door import SIGNED_IN
from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from edge.oidc_identities import use_cases
from edge.oidc_identities.repository import LIST, OwnOidcIdentityRepository
from edge.oidc_identities.schemas import OidcIdentityView
from edge.second_factors.use_cases import own_id

routes = router("/v1/me/oidc-identities", "Signing in")


@routes.get("", permission=SIGNED_IN, response_model=Page[OidcIdentityView])
async def list_oidc_identities(work: Work, pages: Pages) -> Json:
    """List the accounts at sign-in providers by which you sign in."""
    return Json(await LIST.page(work, pages, {}, own_id=own_id(work)))


@routes.get("/{oidc_identity_id}", permission=SIGNED_IN)
async def get_oidc_identity(work: Work, oidc_identity_id: UUID) -> OidcIdentityView:
    """Read one of the accounts by which you sign in."""
    identities = OwnOidcIdentityRepository.own(work)
    return OidcIdentityView.model_validate(await identities.get(oidc_identity_id))


@routes.delete("/{oidc_identity_id}", permission=SIGNED_IN)
async def unlink_oidc_identity(work: Work, oidc_identity_id: UUID) -> None:
    """Unlink an account: the next one with your address there is linked in its place."""
    await use_cases.unlink(work, oidc_identity_id)
