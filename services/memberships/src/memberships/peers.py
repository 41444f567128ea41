"""What memberships asks of other services: whom a code names."""

from typing import Final
from uuid import UUID

from diwan.clients.v1 import clients_pb2

from chassis.caller import system
from chassis.errors import NotFound
from chassis.rpc.client import Asking, Channels
from chassis.rpc.method import unary

_FIND: Final = unary(
    "diwan.clients.v1.ClientsService.FindClients", clients_pb2.FindClientsResponse, safe=True
)
# By which a card may know somebody, in the order in which they are tried.
_KEYS: Final = ("code", "external_id")


class Peers:
    """Everybody that memberships waits for, besides those whom refs asks."""

    def __init__(self, channels: Channels) -> None:
        self._clients = channels.peer("clients")

    async def client_of_code(self, tenant_id: UUID, code: str) -> UUID | None:
        """The client with a code, else with this id in another system; raises Unavailable.

        Asked in this service's own name: who reads a card at a door need not read clients. Whether
        they see this one is asked as for any other.
        """
        request = clients_pb2.FindClientsRequest(
            keys=[clients_pb2.ClientKey(key=key, value=code) for key in _KEYS]
        )
        try:
            answer = await self._clients.call(
                _FIND, request, Asking(system(tenant_id, "memberships"))
            )
        except NotFound:
            return None
        return next((UUID(one.client_id) for one in answer.found if one.client_id), None)
