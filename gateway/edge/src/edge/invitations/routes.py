"""HTTP door of invitations."""

from uuid import UUID

from starlette.requests import Request

from chassis.http.callers import caller_address
from chassis.http.door import PUBLIC
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from edge.invitations import use_cases
from edge.invitations.repository import LIST, InvitationRepository
from edge.invitations.schemas import (
    Acceptance,
    Accepted,
    InvitationCreate,
    InvitationCreated,
    InvitationView,
    MemberView,
)  # fmt: skip
from edge.sessions.rules import device_of

routes = router("/v1/invitations", "Users and roles")


@routes.get("", permission="identity:manage", response_model=Page[InvitationView])
async def list_invitations(work: Work, pages: Pages) -> Json:
    """List the invitations that nobody has accepted yet."""
    return Json(await LIST.page(work, pages, {}, now=work.now))


@routes.post(
    "", permission="identity:manage", status=201, secrets=("token", "accept_url"),
    example={"email": "omar@example.com", "name": "عمر",
             "role_id": "0190a5d0-0000-7000-8000-000000000000"},
)  # fmt: skip
async def invite(work: Work, context: Context, body: InvitationCreate) -> InvitationCreated:
    """Invite somebody; they get a mail with a link."""
    invited = await use_cases.invite(work, context, body.model_dump())
    view = InvitationView.model_validate(invited.invitation)
    return InvitationCreated(
        **view.model_dump(), token=invited.token, accept_url=invited.accept_url
    )


@routes.post(
    "/accept", permission=PUBLIC, status=201,
    example={"token": "dwi_the-token-of-the-mail", "password": "a long password"},
)  # fmt: skip
async def accept(context: Context, request: Request, body: Acceptance) -> Accepted:
    """Join the company that invited you."""
    device = device_of(caller_address(request), request.headers)
    user = await use_cases.accept(context, body.token, body.password, body.name, device)
    return Accepted(tenant_id=user.tenant_id, user=MemberView.model_validate(user))


@routes.get("/{invitation_id}", permission="identity:manage")
async def get_invitation(work: Work, invitation_id: UUID) -> InvitationView:
    """Read an invitation, without its token."""
    return InvitationView.model_validate(await InvitationRepository(work).get(invitation_id))


@routes.delete("/{invitation_id}", permission="identity:manage")
async def withdraw(work: Work, invitation_id: UUID) -> None:
    """Take an invitation back."""
    await use_cases.withdraw(work, invitation_id)
