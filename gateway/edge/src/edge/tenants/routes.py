"""HTTP door of companies and their settings."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from chassis.http.callers import caller_address
from chassis.http.door import PUBLIC, SIGNED_IN
from chassis.http.router import JSON, Context, Work, router
from chassis.ids import new_id
from chassis.work import UnitOfWork
from edge.sessions.rules import device_of
from edge.tenants import rules, use_cases
from edge.tenants.repository import TenantRepository
from edge.tenants.schemas import (
    OwnerView,
    SettingsUpdate,
    SettingsView,
    SignedUp,
    SignUp,
    TenantView,
)  # fmt: skip
from edge.tenants.tables import Tenant

routes = router("/v1/tenants", "Company")
settings_routes = router("/v1/settings", "Company")


@routes.post(
    "", permission=PUBLIC, status=201, response_model=SignedUp,
    example={
        "name": "شركة المثال", "country": "SA",
        "owner": {"name": "سارة", "email": "sara@example.com", "password": "a long password"},
    },
)  # fmt: skip
async def sign_up(context: Context, request: Request, body: SignUp) -> Response:
    """Sign a company up; its owner may sign in at once."""
    device = device_of(caller_address(request), request.headers)
    founder = await use_cases.admit_founder(context, body.owner.email, body.owner.password, device)
    key = request.headers.get("idempotency-key")
    tenant_id = rules.id_for(founder.email, key) if key else new_id()
    async with context.database.work(founder.caller(tenant_id)) as work:
        if key:
            use_cases.claim_sign_up(work, context, key, body.model_dump_json())
        owner = body.owner.model_dump()
        tenant, user = await use_cases.found_company(
            work, context, founder, body.model_dump(), owner
        )
        signed_up = SignedUp(
            tenant=TenantView.model_validate(tenant), user=OwnerView.model_validate(user)
        )
        return _answer(work, signed_up)


@routes.get("/{tenant_id}", permission=SIGNED_IN)
async def get_tenant(work: Work, tenant_id: UUID) -> TenantView:
    """Read your own company."""
    return TenantView.model_validate(await TenantRepository(work).get(tenant_id))


@settings_routes.get("", permission=SIGNED_IN)
async def get_settings(work: Work) -> SettingsView:
    """Read the company's settings."""
    return _settings(await TenantRepository(work).get(work.tenant_id))


@settings_routes.patch(
    "", permission="identity:manage",
    example={"legal_name": "شركة المثال المحدودة", "vat_number": "300000000000003"},
)  # fmt: skip
async def update_settings(work: Work, body: SettingsUpdate) -> SettingsView:
    """Change the company's settings."""
    changes = body.model_dump(exclude_unset=True)
    return _settings(await use_cases.update_settings(work, changes))


def _settings(tenant: Tenant) -> SettingsView:
    names = SettingsView.model_fields.keys() - {"legal_name"}
    shown = {name: getattr(tenant, name) for name in names}
    return SettingsView.model_validate({**shown, "legal_name": tenant.name})


def _answer(work: UnitOfWork, signed_up: SignedUp) -> Response:
    headers = {"Location": f"/v1/tenants/{signed_up.tenant.id}"}
    response = Response(signed_up.model_dump_json(), 201, headers, JSON)
    if work.answer is not None:
        work.answer.status, work.answer.body = 201, bytes(response.body)
        work.answer.headers = {"content-type": JSON, "location": headers["Location"]}
    return response
