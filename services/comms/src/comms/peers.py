"""What communications asks of other services."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from diwan.clients.v1 import clients_pb2
from google.protobuf.json_format import MessageToDict

from chassis.errors import Invalid, NotFound
from chassis.rpc.client import Asker, Channels
from chassis.rpc.method import unary
from chassis.work import UnitOfWork
from comms.settings import Settings
from comms.smtp import Mailer
from refs import lag
from refs.clients import editors, reachable
from refs.writing import check_may_write

_GET_CLIENT = unary(
    "diwan.clients.v1.ClientsService.GetClient", clients_pb2.GetClientResponse, safe=True
)


@dataclass(frozen=True, slots=True)
class Client:
    """A client to write to; `email` is empty where there is none or all have opted out."""

    id: UUID
    folder_id: UUID
    # Its owners and collaborators.
    editor_ids: Sequence[UUID]
    name: str
    language: str
    email: str
    facts: dict[str, Any]


class UnknownClient(Invalid):
    """No such client, or one that the asker may not see."""

    code = "unknown_reference"
    detail = "There is no such client."


class Clients:
    """The clients service."""

    def __init__(self, channels: Channels) -> None:
        self._peer = channels.peer("clients")

    async def get(self, by: Asker, client_id: UUID) -> Client:
        """A client that the asker may see; a merged one answers with its survivor.

        Raises UnknownClient and Unavailable.
        """
        request = clients_pb2.GetClientRequest(client_id=str(client_id))
        try:
            answer = await self._peer.call(_GET_CLIENT, request, by)
        except NotFound:
            raise UnknownClient(field="client_id") from None
        return client_of(answer.client)


class Peers:
    """Everybody that communications waits for."""

    def __init__(self, channels: Channels, settings: Settings) -> None:
        self.clients = Clients(channels)
        self.mail = Mailer(
            settings.smtp_url.get_secret_value(), connections=settings.smtp_connections,
            seconds=settings.smtp_seconds,
        )  # fmt: skip


async def client_to_write(work: UnitOfWork, clients: Clients, client_id: UUID) -> Client:
    """A client that the caller may change, asked for before the work's first statement.

    Raises UnknownClient, FolderNotWritable and Unavailable.
    """
    client = await clients.get(work, client_id)
    said = await lag.access(work, client.id)
    await check_may_write(work, client.folder_id, client.editor_ids, said)
    return client


def client_of(message: clients_pb2.Client) -> Client:
    """A client from its proto; `facts` is what templates may read of it."""
    data = MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    email, phone = reachable(data["emails"], "address"), reachable(data["phones"], "number")
    names = (
        "id", "kind", "type", "name", "business_name", "code", "serial", "tags", "country_code",
        "currency", "language", "source", "external_id", "birth_date",
    )  # fmt: skip
    facts = {name: data[name] for name in names} | {"email": email, "phone": phone}
    return Client(
        id=UUID(message.id), folder_id=UUID(message.folder_id),
        editor_ids=[UUID(one) for one in editors(data["staff"])], name=message.name,
        language=message.language, email=email, facts=facts,
    )  # fmt: skip
