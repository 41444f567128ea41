"""What billing asks of other services: whom a document names, and that a client is written to."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from diwan.clients.v1 import client_links_pb2, clients_pb2, files_pb2
from diwan.comms.v1 import messages_pb2
from diwan.identity.v1 import identity_pb2
from google.protobuf.json_format import MessageToDict

from chassis.caller import system
from chassis.errors import Forbidden, NotFound
from chassis.rpc.client import Asker, Asking, Channels
from chassis.rpc.method import unary

_TENANT: Final = unary(
    "diwan.identity.v1.IdentityService.GetTenant", identity_pb2.GetTenantResponse, safe=True
)
_CLIENTS: Final = unary(
    "diwan.clients.v1.ClientsService.GetClients", clients_pb2.GetClientsResponse, safe=True
)
_BELOW: Final = unary(
    "diwan.clients.v1.ClientLinksService.ListClientsBelow",
    client_links_pb2.ListClientsBelowResponse, safe=True,
)  # fmt: skip
_FIND: Final = unary(
    "diwan.clients.v1.ClientsService.FindClients", clients_pb2.FindClientsResponse, safe=True
)
_FILES: Final = unary(
    "diwan.clients.v1.FilesService.ListVisibleFiles", files_pb2.ListVisibleFilesResponse, safe=True
)
_SEND_MESSAGE: Final = unary(
    "diwan.comms.v1.MessagesService.SendMessage", messages_pb2.SendMessageResponse, timeout=5
)
Json = dict[str, Any]


class Peers:
    """Everybody that billing waits for, besides those whom refs asks."""

    def __init__(self, channels: Channels) -> None:
        self._identity = channels.peer("edge")
        self._clients = channels.peer("clients")
        self._comms = channels.peer("comms")

    async def company(self, tenant_id: UUID) -> Json:
        """A company and how it presents itself now; raises NotFound and Unavailable."""
        request = identity_pb2.GetTenantRequest(tenant_id=str(tenant_id), without_people=True)
        answer = await self._identity.call(_TENANT, request, None)
        return MessageToDict(answer.tenant, preserving_proto_field_name=True)

    async def clients(self, tenant_id: UUID, client_ids: Collection[UUID]) -> dict[UUID, Json]:
        """Those of some clients that there are, who they are to the law too; 500 at most.

        Asked in this service's own name: a document is made out to its buyer, whoever issues it.
        """
        request = clients_pb2.GetClientsRequest(
            client_ids=[str(one) for one in client_ids], with_legal_profile=True
        )
        asking = Asking(system(tenant_id, "billing"))
        try:
            answer = await self._clients.call(_CLIENTS, request, asking)
        except NotFound:
            return {}
        return {UUID(one.asked_id): _buyer(one) for one in answer.clients}

    async def clients_below(
        self, by: Asker, client_id: UUID, most: int
    ) -> tuple[UUID, list[UUID]] | None:  # fmt: skip
        """Who answers for a client, and all below that one whom the asker sees; None: more than
        so many. Raises NotFound, Forbidden and Unavailable.
        """
        request = client_links_pb2.ListClientsBelowRequest(client_id=str(client_id), most=most)
        answer = await self._clients.call(_BELOW, request, by)
        below = [UUID(one) for one in answer.below_ids]
        return (UUID(answer.client_id), below) if answer.is_whole else None

    async def find_clients(
        self, by: Asker, keys: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], UUID | None]:
        """Whom some keys name of those whom the asker sees, None where several; 500 at most.

        Raises what clients refuses, and Unavailable.
        """
        request = clients_pb2.FindClientsRequest(
            keys=[clients_pb2.ClientKey(key=key, value=value) for key, value in keys]
        )
        answer = await self._clients.call(_FIND, request, by)
        return {
            (one.key.key, one.key.value): None if one.is_ambiguous else UUID(one.client_id)
            for one in answer.found if one.is_ambiguous or one.client_id
        }  # fmt: skip

    async def visible_files(self, by: Asker, file_ids: Collection[UUID]) -> set[UUID]:
        """Those of some files that the asker sees, 10,000 at most; raises Unavailable."""
        request = files_pb2.ListVisibleFilesRequest(file_ids=[str(one) for one in file_ids])
        try:
            answer = await self._clients.call(_FILES, request, by)
        except (NotFound, Forbidden):
            return set()
        return {UUID(one) for one in answer.file_ids}

    async def mail(self, by: Asker, client_id: UUID, subject: str, body: str, *, key: str) -> UUID:
        """Queue a mail to a client, once for a key; the message's id. Raises what comms refuses."""
        request = messages_pb2.SendMessageRequest(
            client_id=str(client_id), channel="email", subject=subject, body=body
        )
        answer = await self._comms.call(_SEND_MESSAGE, request, by, key=key)
        return UUID(answer.message_id)


def _buyer(found: clients_pb2.FoundClient) -> Json:
    told: Json = MessageToDict(found.client, preserving_proto_field_name=True)
    legal = MessageToDict(found.legal_profile, preserving_proto_field_name=True)
    return told | {"legal_profile": legal}
