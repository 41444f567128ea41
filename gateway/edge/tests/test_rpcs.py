"""What other services ask of identity."""

from collections.abc import AsyncIterator
from hashlib import sha256
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
from diwan.identity.v1 import identity_pb2

from chassis.caller import Caller
from chassis.errors import Forbidden, NotFound, Unauthenticated
from chassis.ids import new_id
from chassis.rpc.client import Asking, Channels
from chassis.rpc.method import unary
from chassis.rpc.server import RpcServer
from chassis.testing.harness import Harness
from edge.tenants.servicer import IdentityServicer
from edge.users.use_cases.users import user_rights
from gateway.edge.tests.factories import Company, make_member, sign_up
from refs import peers

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
    request.without_people = True
    alone = (await SERVICER.GetTenant(edge.context, request)).tenant
    assert alone.settings == tenant.settings
    assert not (alone.users or alone.roles or alone.teams)


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


@pytest.fixture
async def asking(edge: Harness) -> AsyncIterator[Any]:
    """Another service, which asks over a real connection."""
    context, settings = edge.context, edge.context.settings
    context.settings = settings.model_copy(update={"grpc_port": 0})
    server = RpcServer(context, [lambda _: SERVICER])
    port = await server.start()
    context.settings = settings
    known = {"service": "clients", "peers": {"edge": f"ipv4:127.0.0.1:{port}"}}
    channels = Channels(settings.model_copy(update=known))
    yield SimpleNamespace(channels=channels, service="clients")
    await channels.close()
    await server.stop(0)


async def test_services_ask_over_the_wire_in_their_own_name(asking: Any, company: Company) -> None:
    tenant = await peers.get_tenant(asking, UUID(company.id))
    assert tenant["users"][0]["id"] == company.owner_id
    assert await peers.resolve_api_key(asking, sha256(b"dwn_unknown").hexdigest()) is None
    assert company.id in {found["id"] async for found in peers.snapshot_tenants(asking)}
    with pytest.raises(NotFound):
        await peers.get_tenant(asking, new_id())


async def test_users_may_not_ask_what_services_ask(asking: Any, company: Company) -> None:
    by = Asking(Caller(UUID(company.id), f"user:{company.owner_id}"))
    method = unary(
        "diwan.identity.v1.IdentityService.GetTenant", identity_pb2.GetTenantResponse, safe=True
    )
    request = identity_pb2.GetTenantRequest(tenant_id=company.id)
    with pytest.raises((Forbidden, Unauthenticated)):
        await asking.channels.peer("edge").call(method, request, by)
