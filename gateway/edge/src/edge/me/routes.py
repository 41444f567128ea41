"""HTTP door of who one is."""

from uuid import UUID

from chassis.http.door import SIGNED_IN
from chassis.http.router import Context, Work, router
from edge.me import use_cases
from edge.me.schemas import CompanyView, MeUpdate, MeView, PasswordChange, PersonView
from edge.tenants.repository import TenantRepository
from edge.users.repository import UserRepository, identity_of

routes = router("/v1/me", "Signing in")


@routes.get("", permission=SIGNED_IN)
async def get_me(work: Work) -> MeView:
    """Read who you are, in which company, and what you may do."""
    return await _view(work)


@routes.patch("", permission=SIGNED_IN, example={"locale": "ar"})
async def update_me(work: Work, context: Context, body: MeUpdate) -> MeView:
    """Change your name or your language."""
    await use_cases.update_me(work, context, body.model_dump(exclude_unset=True))
    return await _view(work)


@routes.post(
    "/password", permission=SIGNED_IN,
    example={"current_password": "a long password", "new_password": "another long password"},
)  # fmt: skip
async def change_password(work: Work, context: Context, body: PasswordChange) -> MeView:
    """Change your password; you stay signed in here and nowhere else."""
    await use_cases.change_password(work, context, body.current_password, body.new_password)
    return await _view(work)


@routes.post("/email-verification", permission=SIGNED_IN)
async def resend_email_check(work: Work, context: Context) -> MeView:
    """Have the mail sent again that proves your address; nothing where it is proved."""
    await use_cases.resend_email_check(work, context)
    return await _view(work)


async def _view(work: Work) -> MeView:
    caller = work.caller
    tenant = await TenantRepository(work).get(work.tenant_id)
    return MeView(
        user=await _person(work, caller.user_id) if caller.user_id else None,
        tenant=CompanyView.model_validate(tenant), permissions=sorted(caller.permissions),
        visibility=caller.visibility, is_owner=caller.is_owner,
    )  # fmt: skip


async def _person(work: Work, user_id: UUID) -> PersonView:
    user = await UserRepository(work).get(user_id)
    identity = await identity_of(work, user_id)
    names = PersonView.model_fields.keys() - {"email_verified"}
    shown = {name: getattr(user, name) for name in names}
    return PersonView(**shown, email_verified=identity.email_verified_at is not None)
