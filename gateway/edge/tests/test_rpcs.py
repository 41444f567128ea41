"""What other services ask of identity."""

from hashlib import sha256
from uuid import UUID

import httpx
from diwan.identity.v1 import identity_pb2

from chassis.testing.harness import Harness
from edge.tenants.servicer import IdentityServicer
from edge.users.use_cases.users import user_rights
from gateway.edge.tests.factories import Company, make_member, sign_up

SERVICER = IdentityServicer()


async def test_a_service_takes_over_a_company_with_its_people(
    edge: Harness, api: httpx.AsyncClient, company: Company
) -> None:
    member = await make_member(api)
    team = (await api.post("/v1/teams", json={"name": "A", "member_ids": [member["id"]]})).json()
    request = identity_pb2.GetTenantRequest(tenant_id=company.id)
    tenant = (await SERVICER.GetTenant(edge.context, request)).tenant
    assert {user.id for user in tenant.users} == {company.owner_id, member["id"]}
    assert [(one.id, list(one.member_ids)) for one in tenant.teams] == [
        (team["id"], [member["id"]])
    ]
    assert len(tenant.roles) == 5
    assert (tenant.settings.week_start, tenant.vat_rate) == ("sunday", "0.15")


async def test_a_new_service_takes_over_everything(edge: Harness, company: Company) -> None:
    other = await sign_up(company.http)
    request = identity_pb2.SnapshotTenantsRequest()
    found = [part.tenant.id async for part in SERVICER.SnapshotTenants(edge.context, request)]
    assert {company.id, other.id} <= set(found)
    assert len(found) == len(set(found))


async def test_a_key_is_resolved_by_its_hash_until_revoked(
    edge: Harness, api: httpx.AsyncClient, company: Company
) -> None:
    made = (
        await api.post("/v1/api-keys", json={"name": "A", "permissions": ["comms:read"]})
    ).json()
    hashed = sha256(made["secret"].encode()).hexdigest()
    request = identity_pb2.ResolveApiKeyRequest(secret_hash=hashed)
    key = (await SERVICER.ResolveApiKey(edge.context, request)).api_key
    assert (key.id, key.tenant_id, list(key.permissions)) == (
        made["id"], company.id, ["comms:read"]
    )  # fmt: skip
    await api.delete(f"/v1/api-keys/{made['id']}")
    assert not (await SERVICER.ResolveApiKey(edge.context, request)).HasField("api_key")


async def test_rights_are_those_of_this_moment(
    edge: Harness, api: httpx.AsyncClient, company: Company
) -> None:
    member = await make_member(api, "viewer")
    tenant_id, user_id = UUID(company.id), UUID(member["id"])
    caller = await user_rights(edge.context, tenant_id, user_id)
    assert caller is not None and caller.may("clients:read") and not caller.may("clients:write")
    await api.post(f"/v1/users/{member['id']}/deactivate")
    assert await user_rights(edge.context, tenant_id, user_id) is None
