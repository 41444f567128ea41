"""gRPC door of links between clients: who stands below whom."""

from typing import ClassVar, get_args
from uuid import UUID

from diwan.clients.v1 import client_links_pb2
from google.protobuf.descriptor import ServiceDescriptor

from chassis.rpc.declare import rpc
from chassis.rpc.reading import id_of
from chassis.work import UnitOfWork
from clients.client_links.repository import ClientLinkRepository
from clients.client_links.rules import MOST_BELOW, SubKind
from clients.clients.repository.rows import ClientRepository


class ClientLinks:
    """What the other services ask about how clients stand to one another."""

    contract: ClassVar[ServiceDescriptor] = client_links_pb2.DESCRIPTOR.services_by_name[
        "ClientLinksService"
    ]

    @rpc("clients:read")
    async def ListClientsBelow(
        self, work: UnitOfWork, request: client_links_pb2.ListClientsBelowRequest
    ) -> client_links_pb2.ListClientsBelowResponse:
        """All clients below one, as far as the caller sees."""
        asked: UUID = id_of(request.client_id, "client_id")
        root, *_ = await ClientRepository(work).check_visible(asked)
        most = min(request.most, MOST_BELOW) if request.most > 0 else MOST_BELOW
        found = await ClientLinkRepository(work).below(root, get_args(SubKind), most + 1)
        return client_links_pb2.ListClientsBelowResponse(
            client_id=str(root), below_ids=[str(one) for one in found[:most]],
            is_whole=len(found) <= most,
        )  # fmt: skip

    @rpc("clients:read")
    async def FindLink(
        self, work: UnitOfWork, request: client_links_pb2.FindLinkRequest
    ) -> client_links_pb2.FindLinkResponse:
        """A link between two clients whom the caller sees."""
        clients, ends = ClientRepository(work), ("client_id", "other_client_id")
        one, other = (id_of(getattr(request, name), name) for name in ends)
        first, *_ = await clients.check_visible(one)
        second, *_ = await clients.check_visible(other)
        found = await ClientLinkRepository(work).any_between(first, second)
        return client_links_pb2.FindLinkResponse(link_id=str(found or ""), client_id=str(first))
