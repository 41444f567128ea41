"""What others hear of messages."""

from typing import Literal

from diwan.comms.v1 import events_pb2

from chassis.events import Event, event
from comms.messages.tables import Message

Kind = Literal["queued", "sent", "failed", "cancelled"]


def message_changed(kind: Kind, message: Message) -> Event:
    """comms.message.queued, sent, failed, cancelled."""
    payload = events_pb2.MessageChanged(
        message_id=str(message.id), channel=message.channel, direction=message.direction,
        to=message.address, subject=message.subject, status=message.status,
        user_id=str(message.user_id or ""), template_id=str(message.template_id or ""),
        failure=message.failure or "",
    )  # fmt: skip
    return event(
        f"comms.message.{kind}", payload, message.id, message.version, client_id=message.client_id
    )
