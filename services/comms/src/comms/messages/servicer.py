"""The gRPC door of communications: messages, and notifications of staff."""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import ClassVar, Final
from uuid import UUID

from diwan.comms.v1 import messages_pb2
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.json_format import MessageToDict

from chassis.context import Context
from chassis.errors import Invalid
from chassis.rpc.declare import rpc
from chassis.work import UnitOfWork
from comms.messages import use_cases
from comms.messages.rules import Channel, ChannelNotAvailable, is_unattended
from comms.mime import Attachment
from comms.notifications import use_cases as notifications
from comms.peers import client_to_write
from refs.reading import ensure_client, ensure_tenant, ensure_user

# With parameters, and no part that is itself made of parts.
_CONTENT_TYPE: Final = re.compile(
    r"(application|audio|font|image|model|text|video)/[a-z0-9.+-]+(; [a-z]+=[A-Za-z0-9-]+){0,5}"
)


class NotAnId(Invalid):
    """Not a UUID."""

    code = "not_an_id"
    detail = "This is not an id."


class NotAFile(Invalid):
    """No name, or no type that a mail may carry."""

    code = "not_a_file"
    detail = "A file has a name and a type."


class Messages:
    """What the other services ask of communications."""

    contract: ClassVar[ServiceDescriptor] = messages_pb2.DESCRIPTOR.services_by_name[
        "MessagesService"
    ]

    def __init__(self, context: Context) -> None:
        self._context = context

    @rpc("comms:write")
    async def SendMessage(
        self, work: UnitOfWork, request: messages_pb2.SendMessageRequest
    ) -> messages_pb2.SendMessageResponse:
        """Queue a message; a second call with the same idempotency key is the same message."""
        draft = _draft(request)
        await ensure_tenant(self._context, work.tenant_id)
        if draft.user_id:
            await ensure_user(self._context, work.tenant_id, draft.user_id)
        if draft.client_id and is_unattended(work.caller.principal):
            await ensure_client(self._context, work.tenant_id, draft.client_id)
        message = await use_cases.send_message(work, self._context.peers, draft)
        return messages_pb2.SendMessageResponse(message_id=str(message.id), status=message.status)

    @rpc("comms:write")
    async def Notify(
        self, work: UnitOfWork, request: messages_pb2.NotifyRequest
    ) -> messages_pb2.NotifyResponse:
        """Tell staff inside the product, each of them once."""
        audience = notifications.Audience(
            user_ids=_ids(request.user_ids, "user_ids"),
            team_ids=_ids(request.team_ids, "team_ids"),
            role_ids=_ids(request.role_ids, "role_ids"),
        )
        client_id = _id(request.client_id, "client_id")
        await ensure_tenant(self._context, work.tenant_id)
        if client_id:  # nobody tells of a client whom they may not change
            clients = self._context.peers.clients
            client_id = (await client_to_write(work, clients, client_id)).id
        made = await notifications.notify(
            work, audience, title=request.title, body=request.body, client_id=client_id
        )
        return messages_pb2.NotifyResponse(notification_ids=[str(one.id) for one in made])


def _draft(request: messages_pb2.SendMessageRequest) -> use_cases.Draft:
    return use_cases.Draft(
        client_id=_id(request.client_id, "client_id"), user_id=_id(request.user_id, "user_id"),
        to=request.to or None, channel=_channel(request.channel), subject=request.subject,
        body=request.body, template_id=_id(request.template_id, "template_id"),
        variables=MessageToDict(request.variables),
        attachments=[_attachment(one) for one in request.attachments],
        digest=sha256(request.SerializeToString(deterministic=True)).digest(),
    )  # fmt: skip


def _attachment(one: messages_pb2.Attachment) -> Attachment:
    if not one.filename or _CONTENT_TYPE.fullmatch(one.content_type) is None:
        raise NotAFile(field="attachments")
    return Attachment(one.filename, one.content_type, one.content)


def _channel(text: str) -> Channel:
    try:
        return Channel(text or "email")
    except ValueError:
        raise ChannelNotAvailable(field="channel", channel=text) from None


def _id(text: str, field: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotAnId(field=field) from None


def _ids(texts: Iterable[str], field: str) -> list[UUID]:
    return [found for text in texts if (found := _id(text, field))]
