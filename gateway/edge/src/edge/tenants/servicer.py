"""gRPC door of companies: what services ask that remember people."""

from collections.abc import AsyncIterator
from typing import ClassVar
from uuid import UUID

from diwan.identity.v1 import identity_pb2
from google.protobuf.descriptor import ServiceDescriptor

from chassis.caller import system
from chassis.context import Context
from chassis.rpc.declare import SERVICE_ONLY, rpc, rpc_stream
from edge.api_keys.use_cases import find_key
from edge.tenants import use_cases


class IdentityServicer:
    """Answers other services in their own name."""

    contract: ClassVar[ServiceDescriptor] = identity_pb2.DESCRIPTOR.services_by_name[
        "IdentityService"
    ]

    @rpc(SERVICE_ONLY)
    async def GetTenant(
        self, context: Context, request: identity_pb2.GetTenantRequest
    ) -> identity_pb2.GetTenantResponse:
        """The users, teams, roles and settings of one company."""
        caller = system(UUID(request.tenant_id), context.service)
        async with context.database.work(caller) as work:
            tenant = await use_cases.described_tenant(work, alone=request.without_people)
            return identity_pb2.GetTenantResponse(tenant=tenant)

    @rpc_stream(SERVICE_ONLY)
    async def SnapshotTenants(
        self, context: Context, _: identity_pb2.SnapshotTenantsRequest
    ) -> AsyncIterator[identity_pb2.SnapshotTenantsResponse]:
        """Every company's."""
        async for tenant in use_cases.every_tenant(context):
            yield identity_pb2.SnapshotTenantsResponse(tenant=tenant)

    @rpc(SERVICE_ONLY)
    async def ResolveApiKey(
        self, context: Context, request: identity_pb2.ResolveApiKeyRequest
    ) -> identity_pb2.ResolveApiKeyResponse:
        """The rights of an API key; no key in the answer where there is none."""
        caller = await find_key(context, bytes.fromhex(request.secret_hash))
        if caller is None:
            return identity_pb2.ResolveApiKeyResponse()
        key = identity_pb2.ApiKey(
            id=caller.principal.removeprefix("key:"), tenant_id=str(caller.tenant_id),
            permissions=sorted(caller.permissions),
            folder_ids=[str(folder) for folder in caller.folder_ids or ()],
            role_id=str(caller.role_id or ""), made_by=str(caller.made_by or ""),
            team_ids=[str(team) for team in caller.team_ids],
        )  # fmt: skip
        return identity_pb2.ResolveApiKeyResponse(api_key=key)
