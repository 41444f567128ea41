"""What automation asks of other services: to read a client, and the effects of steps."""

from dataclasses import dataclass
from typing import Any, Final

from diwan.clients.v1 import clients_pb2 as clients
from diwan.comms.v1 import messages_pb2 as messages
from google.protobuf.json_format import MessageToDict

from chassis.rpc.client import Asker, Channels
from chassis.rpc.method import unary

Json = dict[str, Any]

_CLIENTS: Final = "diwan.clients.v1.ClientsService"
_MESSAGES: Final = "diwan.comms.v1.MessagesService"
_GET_CLIENT = unary(f"{_CLIENTS}.GetClient", clients.GetClientResponse, safe=True)
_TAG_CLIENT = unary(f"{_CLIENTS}.TagClient", clients.TagClientResponse, timeout=5)
_CHANGE_STATUS = unary(f"{_CLIENTS}.ChangeStatus", clients.ChangeStatusResponse, timeout=5)
_MOVE_CLIENT = unary(f"{_CLIENTS}.MoveClient", clients.MoveClientResponse, timeout=5)
_SEND_MESSAGE = unary(f"{_MESSAGES}.SendMessage", messages.SendMessageResponse, timeout=5)
_NOTIFY = unary(f"{_MESSAGES}.Notify", messages.NotifyResponse, timeout=5)


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks, and the key under which the effect happens once however often it is asked for."""

    by: Asker
    key: str


class Peers:
    """The services above automation; what is asked of them is a JSON object of plain values."""

    def __init__(self, channels: Channels) -> None:
        self._clients = channels.peer("clients")
        self._comms = channels.peer("comms")

    async def get_client(self, by: Asker, client_id: str) -> Json:
        """A client that the asker may see; raises NotFound."""
        request = clients.GetClientRequest(client_id=client_id)
        answer = await self._clients.call(_GET_CLIENT, request, by)
        return client_json(answer.client)

    async def tag_client(self, call: Call, asked: Json) -> clients.Client:
        """Add and remove tags; the client after it."""
        request = clients.TagClientRequest(**asked)
        answer = await self._clients.call(_TAG_CLIENT, request, call.by, key=call.key)
        return answer.client

    async def change_status(self, call: Call, asked: Json) -> clients.Client:
        """Choose a status of the client's folder; the client after it."""
        request = clients.ChangeStatusRequest(**asked)
        answer = await self._clients.call(_CHANGE_STATUS, request, call.by, key=call.key)
        return answer.client

    async def move_client(self, call: Call, asked: Json) -> clients.Client:
        """Move to another folder; the client after it."""
        request = clients.MoveClientRequest(**asked)
        answer = await self._clients.call(_MOVE_CLIENT, request, call.by, key=call.key)
        return answer.client

    async def send_message(self, call: Call, asked: Json) -> Json:
        """Queue a message; its id and status."""
        request = messages.SendMessageRequest(**asked)
        answer = await self._comms.call(_SEND_MESSAGE, request, call.by, key=call.key)
        return {"message_id": answer.message_id, "status": answer.status}

    async def notify(self, call: Call, asked: Json) -> Json:
        """Tell staff; the ids of the notifications made."""
        request = messages.NotifyRequest(**asked)
        answer = await self._comms.call(_NOTIFY, request, call.by, key=call.key)
        return {"notification_ids": list(answer.notification_ids)}


def client_json(message: clients.Client) -> Json:
    """A client as events carry it."""
    shown: Json = MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return shown
