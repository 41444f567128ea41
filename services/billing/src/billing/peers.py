"""What billing asks of identity and of the clients service: whom a document names."""

from typing import Any, Final
from uuid import UUID

from diwan.clients.v1 import clients_pb2
from diwan.identity.v1 import identity_pb2
from google.protobuf.json_format import MessageToDict

from chassis.caller import system
from chassis.context import Context
from chassis.rpc.client import Asking
from chassis.rpc.method import unary

_TENANT: Final = unary(
    "diwan.identity.v1.IdentityService.GetTenant", identity_pb2.GetTenantResponse, safe=True
)
_CLIENT: Final = unary(
    "diwan.clients.v1.ClientsService.GetClient", clients_pb2.GetClientResponse, safe=True
)
Json = dict[str, Any]


async def company(context: Context, tenant_id: UUID) -> Json:
    """A company and how it presents itself now; raises NotFound and Unavailable."""
    request = identity_pb2.GetTenantRequest(tenant_id=str(tenant_id), without_people=True)
    answer = await context.channels.peer("edge").call(_TENANT, request, None)
    return MessageToDict(answer.tenant, preserving_proto_field_name=True)


async def client(context: Context, tenant_id: UUID, client_id: UUID) -> Json:
    """A client, who it is to the law too; raises NotFound and Unavailable.

    Asked in this service's own name: a document is made out to its buyer, whoever issues it.
    """
    request = clients_pb2.GetClientRequest(client_id=str(client_id), with_legal_profile=True)
    asking = Asking(system(tenant_id, context.service))
    answer = await context.channels.peer("clients").call(_CLIENT, request, asking)
    told: Json = MessageToDict(answer.client, preserving_proto_field_name=True)
    legal = MessageToDict(answer.legal_profile, preserving_proto_field_name=True)
    return told | {"legal_profile": legal}
