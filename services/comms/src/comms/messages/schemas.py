"""The shapes of messages."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Base64Bytes, BaseModel, Field, StringConstraints

from chassis.shapes import Resource, Shape, Text, View
from comms.messages.rules import MOST_ATTACHMENTS, Channel, Status

_FilenameText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200,
                           pattern=r"^[^/\\\x00-\x1f\x7f]+$"),
]  # fmt: skip
# A part that is itself made of parts (multipart, message) would be taken apart again.
_ContentType = Annotated[
    str, StringConstraints(
        max_length=100, to_lower=True,
        pattern=r"^(application|audio|font|image|model|text|video)/[a-z0-9.+-]+$",
    ),
]  # fmt: skip


class AttachmentCreate(Shape):
    """A file that goes along; `content` is base64."""

    filename: _FilenameText
    content_type: _ContentType = "application/octet-stream"
    content: Base64Bytes


class MessageCreate(Shape):
    """A message to a client, a user or an address: a text of its own, or a template filled in."""

    id: UUID | None = None
    client_id: UUID | None = None
    user_id: UUID | None = None
    to: Annotated[Text, StringConstraints(max_length=320)] | None = None
    channel: Channel
    subject: Annotated[Text, StringConstraints(max_length=300)] | None = None
    body: Text | None = None
    template_id: UUID | None = None
    variables: dict[str, object] = {}
    attachments: Annotated[list[AttachmentCreate], Field(max_length=MOST_ATTACHMENTS)] = []
    scheduled_at: AwareDatetime | None = None


class MessageFilters(BaseModel):
    """How the list may be narrowed."""

    client_id: list[UUID | Literal["none"]] | None = None
    user_id: list[UUID | Literal["none"]] | None = None
    channel: list[Channel] | None = None
    status: list[Status] | None = None
    direction: list[Literal["outbound", "inbound"]] | None = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None


class AttachmentView(View):
    """A file that goes along, without its content."""

    filename: str
    content_type: str
    size: int


class FailureView(View):
    """Why a message failed, or is still being tried."""

    code: str
    answer: str | None


class MessageView(Resource):
    """A message as shown.

    `failure` may also be that of a try that will be repeated, or why it waits for its client.
    """

    direction: Literal["outbound", "inbound"]
    channel: Channel
    status: Status
    client_id: UUID | None
    url: str | None
    user_id: UUID | None
    to: str
    subject: str
    body: str
    template_id: UUID | None
    attachments: list[AttachmentView]
    scheduled_at: datetime | None
    sent_at: datetime | None
    failed_at: datetime | None
    attempts: int
    failure: FailureView | None
    created_by: str
