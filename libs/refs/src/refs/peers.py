"""What the memory asks of identity and of the clients service, answered as proto JSON."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from diwan.clients.v1 import clients_pb2
from diwan.identity.v1 import identity_pb2
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from chassis.caller import system
from chassis.context import Context
from chassis.errors import NotFound
from chassis.rpc.client import Asker, Asking
from chassis.rpc.method import streaming, unary

_IDENTITY = "diwan.identity.v1.IdentityService"
_CLIENTS = "diwan.clients.v1.ClientsService"
_GET_TENANT = unary(f"{_IDENTITY}.GetTenant", identity_pb2.GetTenantResponse, safe=True)
_RESOLVE = unary(f"{_IDENTITY}.ResolveApiKey", identity_pb2.ResolveApiKeyResponse, safe=True)
_TENANTS = streaming(f"{_IDENTITY}.SnapshotTenants", identity_pb2.SnapshotTenantsResponse)
_GET_CLIENT = unary(f"{_CLIENTS}.GetClient", clients_pb2.GetClientResponse, safe=True)
_GET_CLIENTS = unary(f"{_CLIENTS}.GetClients", clients_pb2.GetClientsResponse, safe=True)
_VISIBLE = unary(
    f"{_CLIENTS}.ListVisibleClients", clients_pb2.ListVisibleClientsResponse, safe=True
)  # fmt: skip
_ALL_CLIENTS = streaming(f"{_CLIENTS}.SnapshotClients", clients_pb2.SnapshotClientsResponse)
_FOLDERS = streaming(
    f"{_CLIENTS}.SnapshotFolderAccess", clients_pb2.SnapshotFolderAccessResponse
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """Of some clients those that somebody sees, and of these those that they may change."""

    visible: frozenset[UUID] = frozenset()
    writable: frozenset[UUID] = frozenset()


async def get_tenant(context: Context, tenant_id: UUID) -> dict[str, Any]:
    """A tenant with its users, roles and teams; raises NotFound and Unavailable."""
    request = identity_pb2.GetTenantRequest(tenant_id=str(tenant_id))
    answer = await context.channels.peer("edge").call(_GET_TENANT, request, None)
    return _json(answer.tenant)


async def resolve_api_key(context: Context, secret_hash: str) -> dict[str, Any] | None:
    """An API key's rights, or None for one that is unknown or revoked; raises Unavailable."""
    request = identity_pb2.ResolveApiKeyRequest(secret_hash=secret_hash)
    answer = await context.channels.peer("edge").call(_RESOLVE, request, None)
    return _json(answer.api_key) if answer.api_key.id else None


async def snapshot_tenants(context: Context) -> AsyncIterator[dict[str, Any]]:
    """Every tenant."""
    request = identity_pb2.SnapshotTenantsRequest()
    async for part in context.channels.peer("edge").stream(_TENANTS, request, None):
        yield _json(part.tenant)


async def get_client(context: Context, tenant_id: UUID, client_id: UUID) -> dict[str, Any]:
    """A client, asked in this service's own name; raises NotFound and Unavailable."""
    request = clients_pb2.GetClientRequest(client_id=str(client_id))
    asking = Asking(system(tenant_id, context.service))
    answer = await context.channels.peer("clients").call(_GET_CLIENT, request, asking)
    return _json(answer.client)


async def get_clients(
    context: Context, tenant_id: UUID, client_ids: Iterable[UUID]
) -> list[dict[str, Any]]:  # fmt: skip
    """Those of some clients that there are, asked in this service's own name; raises Unavailable.

    Of merged ones those who answer for them.
    """
    request = clients_pb2.GetClientsRequest(client_ids=[str(one) for one in client_ids])
    asking = Asking(system(tenant_id, context.service))
    try:
        answer = await context.channels.peer("clients").call(_GET_CLIENTS, request, asking)
    except NotFound:
        return []
    return list({one.client.id: _json(one.client) for one in answer.clients}.values())


async def visible_clients(context: Context, by: Asker, client_ids: Iterable[UUID]) -> Seen:
    """Those of the clients that the asker sees now, and may change; raises Unavailable."""
    request = clients_pb2.ListVisibleClientsRequest(client_ids=[str(one) for one in client_ids])
    try:
        answer = await context.channels.peer("clients").call(_VISIBLE, request, by)
    except NotFound:
        return Seen()
    return Seen(_ids(answer.client_ids), _ids(answer.writable_client_ids))


async def snapshot_clients(context: Context) -> AsyncIterator[tuple[UUID, list[dict[str, Any]]]]:
    """Every client, in pieces of one tenant."""
    request = clients_pb2.SnapshotClientsRequest()
    async for part in context.channels.peer("clients").stream(_ALL_CLIENTS, request, None):
        yield UUID(part.tenant_id), [_json(one) for one in part.clients]


async def snapshot_folders(context: Context) -> AsyncIterator[tuple[UUID, dict[str, Any]]]:
    """Every folder with its access entries."""
    request = clients_pb2.SnapshotFolderAccessRequest()
    async for part in context.channels.peer("clients").stream(_FOLDERS, request, None):
        yield UUID(part.tenant_id), _json(part)


def _ids(texts: Iterable[str]) -> frozenset[UUID]:
    return frozenset(UUID(one) for one in texts)


def _json(message: Message) -> dict[str, Any]:
    found: dict[str, Any] = MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return found
